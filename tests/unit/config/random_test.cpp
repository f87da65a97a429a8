// Properties over random documents: what is printed reads back as itself, and reading never fails in a bad way.
#include <gtest/gtest.h>

#include "config/kinds.h"
#include "config/object.h"
#include "config/yaml.h"
#include "random_json.h"

namespace meshdeck::config {

namespace {

// A document with most fields of most kinds, right ones and such of the wrong type.
const char* const kFields = R"(
hosts: [a, b.c]
host: h
gateways: [mesh, g]
exportTo: [.]
addresses: [1.2.3.4]
location: MESH_INTERNAL
resolution: DNS
selector: {matchLabels: {a: b}, labels: {c: d}}
workloadSelector: {matchLabels: {a: b}, labels: {c: d}}
ports: [{number: 80, name: http, port: 80, targetPort: x, protocol: HTTP}]
servers: [{port: {number: 80, protocol: HTTP, name: x}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: c}}]
egress: [{port: {number: 80}, hosts: ["*/*"]}]
ingress: [{port: {number: 80}, defaultEndpoint: 127.0.0.1:80}]
http:
- match: [{uri: {prefix: /}, headers: {a: {exact: b}}, queryParams: {q: {}}, sourceLabels: {a: b}, port: 1}]
  route: [{destination: {host: a, subset: b, port: {number: 1}}, weight: 5, headers: {request: {set: {a: b}}}}]
  fault: {delay: {percentage: {value: 1}, fixedDelay: 1s}, abort: {httpStatus: 500}}
  retries: {attempts: 1, perTryTimeout: 1s}
  mirrors: [{destination: {host: m}, percentage: {value: 3}}]
  mirror: {host: m}
  corsPolicy: {allowOrigins: [{regex: a}], maxAge: 1h}
  redirect: {uri: /, redirectCode: 301}
  rewrite: {uri: /, uriRegexRewrite: {match: a, rewrite: b}}
  delegate: {name: a}
tcp: [{match: [{port: 1}], route: [{destination: {host: a}}]}]
trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {maxRetries: 1}}, loadBalancer: {consistentHash: {httpCookie: {name: a}}}, tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 1}, outlierDetection: {interval: 1s}}]}
subsets: [{name: a, labels: {b: c}, trafficPolicy: {tls: {mode: MUTUAL}}}]
endpoints: [{address: 1.1.1.1, ports: {http: 80}, labels: {a: b}, weight: 1}]
mtls: {mode: STRICT}
portLevelMtls: {80: {mode: DISABLE}}
jwtRules: [{issuer: a, fromHeaders: [{name: a, prefix: b}], outputClaimToHeaders: [{header: a, claim: b}]}]
action: DENY
rules:
- {from: [{source: {principals: [a]}}], to: [{operation: {paths: [/]}}], when: [{key: a, values: [b]}]}
- matches: [{path: {type: Exact, value: /}, headers: [{name: a, value: b}], method: {service: a}}]
  filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a}, fraction: {numerator: 1}}}, {type: CORS, cors: {allowOrigins: ["*"], maxAge: 5}}]
  backendRefs: [{name: a, port: 80, filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /}}}]}]
  retry: {attempts: 1, codes: [500], backoff: 1s}
listeners: [{name: a, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: a}]}, allowedRoutes: {kinds: [{kind: HTTPRoute}], namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}}]
parentRefs: [{name: a, port: 80}]
targetRefs: [{kind: Service, name: a}]
tracing: [{providers: [{name: a}]}]
configPatches: [{applyTo: HTTP_FILTER, match: {context: GATEWAY, listener: {portNumber: 1}}, patch: {operation: ADD}}]
template: {metadata: {labels: {a: b}}, spec: {serviceAccountName: a, containers: [{name: a, ports: [{containerPort: 1, name: b}], securityContext: {runAsUser: 1}}], initContainers: [{name: b}]}, address: 1.1.1.1}
containers: [{name: a}]
)";

} // namespace

TEST(YamlProperty, RandomDocuments_readBackAsThemselves) {
    RandomJson random(20261124);
    for (int i = 0; i < 4000; ++i) {
        const Json document = random.map(4);
        if (document.contains("kind")) {
            continue;
        }
        const std::string text = toYaml(document);
        const auto back = parseYamlDocuments(text);
        ASSERT_TRUE(back) << text << back.error().what;
        ASSERT_EQ(back->size(), 1U) << text;
        EXPECT_EQ(back->front().dump(), document.dump()) << text;
        EXPECT_EQ(toYaml(back->front()), text);
    }
}

TEST(ReadTypedProperty, MutatedObjects_neverThrow) {
    const auto fields = parseYaml(kFields);
    ASSERT_TRUE(fields) << fields.error().what;
    RandomJson random(7);
    for (int round = 0; round < 150; ++round) {
        Json object = {{"metadata", {{"name", "a"}, {"labels", {{"x", "y"}}}, {"annotations", {{"b", "c"}}}}},
                       {"status", {{"podIP", "1.2.3.4"}, {"conditions", Json::array({{{"type", "Ready"}}})}}}};
        object["spec"] = fields->front();
        for (std::size_t i = random.below(12); i > 0; --i) {
            random.mutate(round % 3 == 0 || !object.is_object() ? object : object["spec"]);
        }
        for (const Kind& kind : watchedKinds()) {
            EXPECT_NO_THROW((void)readTyped(kind.group, kind.kind, object)) << object.dump();
        }
        if (!object.is_object()) {
            continue;
        }
        object["apiVersion"] = "networking.istio.io/v1";
        object["kind"] = "VirtualService";
        const auto source = std::make_shared<SourceText>(SourceText{"x", toYaml(object)});
        const auto objects = readConfig(source);
        if (objects && !objects->empty()) { // a mutation may have taken its name away
            EXPECT_EQ(objects->front()->json->dump(), object.dump());
            EXPECT_NE(positionOf(*objects->front(), "/spec").line, 0U);
        }
    }
}

} // namespace meshdeck::config
