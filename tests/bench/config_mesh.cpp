#include "config_mesh.h"

#include <cstdlib>

namespace meshdeck::bench {

namespace {

constexpr std::size_t kServicesPerNamespace = 20;

void replaceAll(std::string& text, const std::string& word, const std::string& by) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) {
        text.replace(at, word.size(), by);
    }
}

std::string filled(std::string text, const std::string& ns, const std::string& name, const std::string& other) {
    replaceAll(text, "NS", ns);
    replaceAll(text, "NAME", name);
    replaceAll(text, "OTHER", other);
    return text;
}

const char* const kNamespace = R"(apiVersion: v1
kind: Namespace
metadata: {name: NS, labels: {istio-injection: enabled}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: NS}
spec: {egress: [{hosts: ["./*", "istio-system/*", "*/OTHER"]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: NS}
spec: {mtls: {mode: STRICT}}
---
)";

const char* const kService = R"(apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: NS}
spec: {selector: {app: NAME}, ports: [{name: http, port: 80, targetPort: web}, {name: grpc, port: 9090}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME-v1, namespace: NS}
spec:
  template:
    metadata: {labels: {app: NAME, version: v1}}
    spec: {serviceAccountName: NAME, containers: [{name: app, image: app, ports: [{name: web, containerPort: 8080}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: NAME, namespace: NS, creationTimestamp: "2025-01-01T00:00:00Z"}
spec:
  hosts: [NAME]
  http:
  - match: [{uri: {prefix: /api}, headers: {x-canary: {exact: "true"}}}]
    route: [{destination: {host: NAME, subset: v1, port: {number: 80}}}]
  - route:
    - {destination: {host: NAME, subset: v1, port: {number: 80}}, weight: 90}
    - {destination: {host: OTHER, port: {number: 80}}, weight: 10}
    timeout: 5s
    retries: {attempts: 2, perTryTimeout: 2s, retryOn: 5xx}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: NAME, namespace: NS, creationTimestamp: "2025-01-01T00:00:00Z"}
spec:
  host: NAME
  trafficPolicy: {connectionPool: {http: {http1MaxPendingRequests: 100}}}
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: NAME, namespace: NS}
spec:
  selector: {matchLabels: {app: NAME}}
  rules: [{from: [{source: {namespaces: [NS]}}], to: [{operation: {methods: [GET], paths: ["/api/*"]}}]}]
---
)";

} // namespace

std::string configMeshYaml(std::size_t objects) {
    std::string text;
    std::size_t count = 0;
    for (std::size_t i = 0; count < objects; ++i) {
        const std::string ns = "ns" + std::to_string(i / kServicesPerNamespace);
        const std::string other = "svc" + std::to_string(i / 2) + ".ns" + std::to_string(i / 2 / kServicesPerNamespace) +
                                  ".svc.cluster.local";
        if (i % kServicesPerNamespace == 0) {
            text += filled(kNamespace, ns, {}, other);
            count += 3;
        }
        text += filled(kService, ns, "svc" + std::to_string(i), other);
        count += 5;
    }
    return text;
}

std::vector<config::ConfigObjectPtr> configMesh(std::size_t objects) {
    auto source = std::make_shared<config::SourceText>(config::SourceText{"mesh.yaml", configMeshYaml(objects)});
    auto result = config::readConfig(std::move(source));
    if (!result) {
        std::abort(); // our own text
    }
    return std::move(*result);
}

} // namespace meshdeck::bench
