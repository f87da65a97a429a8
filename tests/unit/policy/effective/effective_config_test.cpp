#include "policy/effective_config.h"

#include <gtest/gtest.h>

#include "policy/effective/parts.h"
#include "unit/policy/world/world_of.h"

namespace meshdeck::policy {

namespace {

const char* const kShop = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}, {name: tcp, port: 7}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v1, namespace: shop}
spec: {template: {metadata: {labels: {app: reviews, version: v1}}, spec: {containers: [{name: a}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a}]}}}
---
)";

const char* const kRules = R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: first, namespace: shop, creationTimestamp: "2024-01-01T00:00:00Z"}
spec:
  hosts: [reviews]
  http:
  - name: canary
    match: [{headers: {user: {exact: jason}}}]
    route: [{destination: {host: reviews, subset: v1}, weight: 30}, {destination: {host: reviews, subset: v2}, weight: 10}]
    timeout: 2500ms
    retries: {attempts: 0}
  - match: [{port: 1}]
    route: [{destination: {host: reviews}}]
  - route: [{destination: {host: reviews}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: second, namespace: shop, creationTimestamp: "2024-01-02T00:00:00Z"}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: wide, namespace: shop, creationTimestamp: "2023-01-02T00:00:00Z"}
spec: {hosts: ["*.local"], http: [{route: [{destination: {host: reviews}}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop, creationTimestamp: "2024-01-01T00:00:00Z"}
spec:
  host: reviews
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 5}, http: {http1MaxPendingRequests: 7}}
    portLevelSettings: [{port: {number: 9080}, connectionPool: {http: {http1MaxPendingRequests: 9}}}]
  subsets: [{name: v1, labels: {version: v1}, trafficPolicy: {outlierDetection: {interval: 5s}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: all, namespace: istio-system}
spec: {host: "*.local"}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: some, namespace: shop}
spec: {selector: {matchLabels: {app: reviews}}, rules: [{}]}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: lua, namespace: istio-system}
spec: {configPatches: [{applyTo: HTTP_FILTER, match: {context: SIDECAR_OUTBOUND}, patch: {operation: INSERT_BEFORE}}]}
---
)";

std::shared_ptr<const Scope> web(const std::string& yaml) {
    const WorldPtr world = worldOf(yaml);
    return Scope::of(world, proxyOf(*world, *world->workload("shop/web")));
}

const EffectiveValue* find(const EffectiveConfig& config, const std::string& name) {
    for (const EffectiveValue& value : config.values) {
        if (value.name == name) {
            return &value;
        }
    }
    return nullptr;
}

std::string told(const EffectiveConfig& config, const std::string& name) {
    const EffectiveValue* value = find(config, name);
    return value == nullptr ? "(none)" : value->value + " | " + value->level + " | " +
                                             (value->object ? value->object->ref.name + value->pointer : "-");
}

std::string why(const EffectiveConfig& config, const std::string& name) {
    for (const HiddenConfig& hidden : config.hidden) {
        if (hidden.object->ref.name == name) {
            return (hidden.by ? hidden.by->ref.name : "-") + ": " + hidden.why;
        }
    }
    return "(not hidden)";
}

} // namespace

TEST(EffectiveConfig, WithoutAnyRule_saysIstiosDefaults) {
    const auto config = effectiveConfig(web(kShop), "reviews", 9080);
    ASSERT_TRUE(config) << config.error().what;
    EXPECT_EQ(told(*config, "service"), "Service shop/reviews | exported to * | reviews");
    EXPECT_EQ(told(*config, "default route timeout"), "none | Istio's default | -");
    EXPECT_EQ(told(*config, "DestinationRule"), "none | Istio's default | -");
    EXPECT_EQ(told(*config, "connectionPool.connectTimeout"), "10 s | mesh config | -");
    EXPECT_EQ(told(*config, "connectionPool.maxConnections"), "not limited | Istio's default | -");
    EXPECT_EQ(told(*config, "outlierDetection"), "none: no endpoint is ever ejected | Istio's default | -");
    EXPECT_EQ(told(*config, "loadBalancer.simple"), "LEAST_REQUEST | Istio's default | -");
    EXPECT_TRUE(config->hidden.empty());
    EXPECT_TRUE(config->warnings.empty());
}

TEST(EffectiveConfig, RulesOfTheOwner_comeWithTheirOrigin) {
    const auto config = effectiveConfig(web(std::string(kShop) + kRules), "reviews", 9080);
    ASSERT_TRUE(config) << config.error().what;
    EXPECT_EQ(told(*config, "owner of the host"),
              "VirtualService shop/first | reviews.shop.svc.cluster.local | first/spec/hosts");
    const EffectiveValue* rule = find(*config, "rule 1 (canary)");
    ASSERT_NE(rule, nullptr);
    EXPECT_TRUE(rule->value.ends_with(": v1 75 %, v2 25 %")) << rule->value;
    EXPECT_EQ(told(*config, "rule 1 (canary) timeout"), "2 s 500 ms | rule | first/spec/http/0/timeout");
    EXPECT_EQ(told(*config, "rule 1 (canary) retries"), "none | rule | first/spec/http/0/retries");
    EXPECT_EQ(told(*config, "rule 2"), "not for this client and port, or behind a rule that takes every request | rule | first/spec/http/1");
    EXPECT_EQ(told(*config, "rule 3 timeout"), "none | Istio's default | -");
    EXPECT_EQ(why(*config, "second"),
              "first: VirtualService shop/first has the same host and is older; sidecars do not merge VirtualServices");
    EXPECT_EQ(why(*config, "wide"), "first: host reviews.shop.svc.cluster.local of VirtualService shop/first is more specific than *.local");
    EXPECT_EQ(config->warnings, std::vector<std::string>{
                                    "EnvoyFilter istio-system/lua patches this proxy: what is said here may not hold"});
}

TEST(EffectiveConfig, PolicyLevels_replaceAndOverride) {
    const auto scope = web(std::string(kShop) + kRules);
    const auto top = effectiveConfig(scope, "reviews", 9080);
    ASSERT_TRUE(top);
    EXPECT_EQ(told(*top, "connectionPool.http1MaxPendingRequests"),
              "9 | port 9080 | reviews/spec/trafficPolicy/portLevelSettings/0/connectionPool/http/http1MaxPendingRequests");
    EXPECT_EQ(told(*top, "connectionPool.maxConnections"), "not limited | Istio's default | -"); // the port drops the rest
    EXPECT_EQ(why(*top, "all"), "reviews: a rule in the client's namespace comes first");
    const auto subset = effectiveConfig(scope, "reviews", 9080, "v1");
    ASSERT_TRUE(subset);
    EXPECT_EQ(told(*subset, "outlierDetection.interval"),
              "5 s | subset v1 | reviews/spec/subsets/0/trafficPolicy/outlierDetection/interval");
    EXPECT_EQ(told(*subset, "outlierDetection.consecutive5xxErrors"), "5 | Istio's default | -");
    const auto missing = effectiveConfig(scope, "reviews", 9080, "v9");
    ASSERT_TRUE(missing);
    EXPECT_NE(std::find_if(missing->warnings.begin(), missing->warnings.end(),
                           [](const std::string& text) { return text.find("subset v9") != std::string::npos; }),
              missing->warnings.end());
}

TEST(EffectiveConfig, Server_saysItsModeAndPolicies) {
    const auto config = effectiveConfig(web(std::string(kShop) + kRules), "reviews", 9080);
    ASSERT_TRUE(config);
    EXPECT_TRUE(told(*config, "to reviews-v1").starts_with("mtls")) << told(*config, "to reviews-v1");
    EXPECT_NE(told(*config, "accepted by reviews-v1").find("STRICT"), std::string::npos);
    EXPECT_EQ(told(*config, "ALLOW"), "AuthorizationPolicy shop/some | namespace shop | some/spec");
}

TEST(EffectiveConfig, HostThatIsNotSeen_saysWhy) {
    const std::string hidden = std::string(kShop) + R"(
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data, annotations: {networking.istio.io/exportTo: "."}}
spec: {ports: [{port: 1}]}
---
apiVersion: v1
kind: Service
metadata: {name: far, namespace: data}
spec: {ports: [{port: 1}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: narrow, namespace: shop}
spec: {egress: [{hosts: ["./*"]}]}
)";
    const auto scope = web(hidden);
    EXPECT_EQ(effectiveConfig(scope, "db.data.svc.cluster.local", 1).error().what,
              "Service data/db is not exported to namespace shop");
    EXPECT_EQ(effectiveConfig(scope, "far.data.svc.cluster.local", 1).error().what,
              "Sidecar shop/narrow does not import far.data.svc.cluster.local");
    EXPECT_EQ(effectiveConfig(scope, "nothing", 1).error().what, "no service has the host nothing.shop.svc.cluster.local");
    EXPECT_EQ(effectiveConfig(scope, "reviews", 5).error().hint, "its ports are 9080, 7");
}

TEST(DurationText, Durations_areExact) {
    using namespace std::chrono_literals;
    EXPECT_EQ(effective::durationText(2s), "2 s");
    EXPECT_EQ(effective::durationText(90min), "1 h 30 min");
    EXPECT_EQ(effective::durationText(1500us), "1.5 ms");
    EXPECT_EQ(effective::durationText(0ns), "0 ms");
}

} // namespace meshdeck::policy
