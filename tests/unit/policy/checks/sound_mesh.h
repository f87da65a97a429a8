// A mesh without a mistake, and what the checks say of a mesh as short lines.
#pragma once

#include <set>

#include "unit/policy/checks/case_files.h"

namespace meshdeck::policy {

// A mesh without a mistake: a service with two versions, its rule, a route that splits, a policy.
inline const char* const kSound = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v1, namespace: shop}
spec: {selector: {matchLabels: {app: reviews, version: v1}}, template: {metadata: {labels: {app: reviews, version: v1}}, spec: {serviceAccountName: web, containers: [{name: app, image: x, ports: [{containerPort: 9080}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v2, namespace: shop}
spec: {selector: {matchLabels: {app: reviews, version: v2}}, template: {metadata: {labels: {app: reviews, version: v2}}, spec: {serviceAccountName: web, containers: [{name: app, image: x, ports: [{containerPort: 9080}]}]}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}, weight: 90}, {destination: {host: reviews, subset: v2}, weight: 10}]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reviews, namespace: shop}
spec: {selector: {matchLabels: {app: reviews}}, rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}], to: [{operation: {methods: [GET]}}]}]}
)";

// "CODE name field" of every finding of these texts.
inline std::multiset<std::string> findingsOf(const std::vector<std::string>& texts, const CheckOptions& options = {},
                                             config::MeshConfig mesh = {}) {
    std::vector<ConfigObjectPtr> objects;
    for (const std::string& text : texts) {
        addObjects("mesh.yaml", text, objects);
    }
    std::multiset<std::string> lines;
    for (const Finding& finding : runChecks(World::build(objects, std::move(mesh)), options).findings) {
        lines.insert(finding.code + " " + finding.object->ref.name + " " + config::fieldPath(finding.pointer));
    }
    return lines;
}

// Of the sound mesh and `more`.
inline std::multiset<std::string> codesOf(const std::string& more) {
    return more.empty() ? findingsOf({kSound}) : findingsOf({kSound, more});
}

} // namespace meshdeck::policy
