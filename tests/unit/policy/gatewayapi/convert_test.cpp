// Gateway API objects as Istio takes them (facts/semantics.md 6).
#include <algorithm>

#include <gtest/gtest.h>

#include "policy/gatewayapi/convert.h"
#include "policy/request_path.h"
#include "unit/policy/gatewayapi/world_from.h"

namespace meshdeck::policy {
namespace {

const std::string kBase = R"(
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: bank, namespace: money}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - {name: any, port: 80, protocol: HTTP}
  - {name: admin, port: 80, protocol: HTTP, hostname: "admin.shop.com"}
  - {name: db, port: 3306, protocol: TCP}
  - {name: raw, port: 443, protocol: TLS, hostname: "*.raw.com", tls: {mode: Passthrough}}
---
)";

std::string route(const std::string& name, const std::string& spec, const std::string& ns = "shop") {
    return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: " + name + ", namespace: " + ns +
           "}\nspec:\n" + spec + "---\n";
}

Request atEdge(std::string host, std::string path) {
    Request request;
    request.direction = Request::Direction::Gateway;
    request.from.type = Proxy::Type::Router;
    request.from.ns = "shop";
    request.from.gatewayName = "edge";
    request.port = 80;
    request.host = std::move(host);
    request.path = std::move(path);
    return request;
}

ParentAnswer answerOf(const WorldPtr& world, const std::string& name, const std::string& ns = "shop") {
    const ConfigObjectPtr object = world->find({"gateway.networking.k8s.io", "HTTPRoute", ns, name});
    const std::vector<ParentAnswer> answers = object ? attachment(*world, *object) : std::vector<ParentAnswer>();
    EXPECT_EQ(1U, answers.size());
    return answers.empty() ? ParentAnswer() : answers.front();
}

TEST(GatewayApi, Exact_path_of_a_younger_route_goes_before_a_prefix) {
    const Simulator simulator(test::worldFrom(kBase + route("a", R"(
  parentRefs: [{name: edge, sectionName: any}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart/}}, {headers: [{name: x, value: "1"}]}]
    backendRefs: [{name: web, port: 80}]
)") + route("b", R"(
  parentRefs: [{name: edge, sectionName: any}]
  rules:
  - matches: [{path: {type: Exact, value: /cart/pay}}]
    filters: [{type: RequestRedirect, requestRedirect: {hostname: pay.com}}]
)")));
    EXPECT_EQ("redirect", name(simulator.run(atEdge("x.com", "/cart/pay")).verdict));
    const RequestResult prefix = simulator.run(atEdge("x.com", "/cart"));
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", prefix.cluster);
    EXPECT_EQ("/spec/rules/0", prefix.matchedPointer);
    const RequestResult none = simulator.run(atEdge("x.com", "/cartoon"));
    EXPECT_EQ(404, none.status.value_or(0));
    ASSERT_EQ(3U, none.rejected.size());
    EXPECT_EQ("/spec/rules/0/matches/1", none.rejected.back().pointer);
}

TEST(GatewayApi, Listener_with_the_narrower_hostname_takes_the_host) {
    const Simulator simulator(test::worldFrom(kBase + route("all", R"(
  parentRefs: [{name: edge, sectionName: any}]
  hostnames: ["admin.shop.com", "www.shop.com"]
  rules: [{backendRefs: [{name: web, port: 80}]}]
)")));
    EXPECT_EQ("noVirtualHost", name(simulator.run(atEdge("admin.shop.com", "/")).verdict));
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", simulator.run(atEdge("www.shop.com", "/")).cluster);
}

TEST(GatewayApi, Backend_elsewhere_needs_a_grant) {
    const std::string yaml = kBase + route("r", R"(
  parentRefs: [{name: edge, sectionName: any}]
  rules: [{backendRefs: [{name: bank, namespace: money, port: 80, weight: 1}, {name: web, port: 80, weight: 3}]}]
)");
    const WorldPtr without = test::worldFrom(yaml);
    EXPECT_TRUE(answerOf(without, "r").accepted);
    EXPECT_EQ("RefNotPermitted", answerOf(without, "r").refsReason);
    const RequestResult split = Simulator(without).run(atEdge("x.com", "/"));
    ASSERT_EQ(2U, split.destinations.size());
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", split.cluster);
    EXPECT_DOUBLE_EQ(25, split.destinations[0].percent);
    const WorldPtr with = test::worldFrom(yaml + R"(
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: g, namespace: money}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service, name: bank}]
)");
    EXPECT_EQ("ResolvedRefs", answerOf(with, "r").refsReason);
}

TEST(GatewayApi, Backend_that_is_missing_gets_500) {
    const WorldPtr world = test::worldFrom(kBase + route("r", R"(
  parentRefs: [{name: edge, sectionName: any}]
  rules:
  - matches: [{path: {value: /gone}}]
    backendRefs: [{name: gone, port: 80}]
  - matches: [{path: {value: /zero}}]
    backendRefs: [{name: web, port: 80, weight: 0}]
)"));
    EXPECT_EQ("BackendNotFound", answerOf(world, "r").refsReason);
    const Simulator simulator(world);
    EXPECT_EQ(500, simulator.run(atEdge("x.com", "/gone")).status.value_or(0));
    EXPECT_EQ(500, simulator.run(atEdge("x.com", "/zero")).status.value_or(0));
}

TEST(GatewayApi, Status_says_why_a_parent_refuses) {
    const WorldPtr world = test::worldFrom(kBase + route("foreign", R"(
  parentRefs: [{name: edge, namespace: shop}]
)", "money") + route("name", R"(
  parentRefs: [{name: edge, sectionName: admin}]
  hostnames: [other.com]
)") + route("section", R"(
  parentRefs: [{name: edge, sectionName: nothing}]
)") + route("nobody", R"(
  parentRefs: [{name: gone}]
)"));
    EXPECT_EQ("NotAllowedByListeners", answerOf(world, "foreign", "money").reason);
    EXPECT_EQ("NoMatchingListenerHostname", answerOf(world, "name").reason);
    EXPECT_EQ("NoMatchingParent", answerOf(world, "section").reason);
    EXPECT_EQ("NoMatchingParent", answerOf(world, "nobody").reason);
}

TEST(GatewayApi, Consumer_route_counts_in_its_own_namespace_only) {
    const Simulator simulator(test::worldFrom(kBase + route("producer", R"(
  parentRefs: [{group: "", kind: Service, name: web, port: 80}]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: producer.com}}]}]
)") + route("consumer", R"(
  parentRefs: [{group: "", kind: Service, name: web, namespace: shop}]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: consumer.com}}]}]
)", "money")));
    Request request;
    request.from.type = Proxy::Type::Sidecar;
    request.from.ns = "money";
    request.host = "web.shop.svc.cluster.local";
    EXPECT_EQ("http://consumer.com/", simulator.run(request).location);
    request.from.ns = "other";
    EXPECT_EQ("http://producer.com/", simulator.run(request).location);
}

TEST(GatewayApi, Tcp_and_tls_routes_are_followed) {
    const Simulator simulator(test::worldFrom(kBase + R"(
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: db, namespace: shop}
spec:
  parentRefs: [{name: edge, sectionName: db}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: raw, namespace: shop}
spec:
  parentRefs: [{name: edge, sectionName: raw}]
  hostnames: ["a.raw.com"]
  rules: [{backendRefs: [{name: web, port: 80}]}]
)"));
    Request tcp = atEdge("", "/");
    tcp.port = 3306;
    tcp.protocol = "tcp";
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", simulator.run(tcp).cluster);
    Request tls = atEdge("a.raw.com", "/");
    tls.port = 443;
    tls.tls = Request::Tls::Tls;
    tls.sni = "a.raw.com";
    EXPECT_EQ("/spec/rules/0", simulator.run(tls).matchedPointer);
    tls.sni = "b.raw.com";
    EXPECT_EQ("noFilterChain", name(simulator.run(tls).verdict));
}

TEST(GatewayApi, Grpc_method_is_a_path) {
    const Simulator simulator(test::worldFrom(kBase + R"(
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: calls, namespace: shop}
spec:
  parentRefs: [{name: edge, sectionName: any}]
  rules:
  - matches: [{method: {service: shop.Cart, method: Add}}]
    backendRefs: [{name: web, port: 80}]
)"));
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", simulator.run(atEdge("x.com", "/shop.Cart/Add")).cluster);
    EXPECT_EQ("noRoute", name(simulator.run(atEdge("x.com", "/shop.Cart/Remove")).verdict));
}

TEST(GatewayApi, Mirror_fraction_timeouts_and_retries_are_taken_over) {
    const Simulator simulator(test::worldFrom(kBase + route("r", R"(
  parentRefs: [{name: edge, sectionName: any}]
  rules:
  - filters: [{type: RequestMirror, requestMirror: {backendRef: {name: web, port: 80}, fraction: {numerator: 1, denominator: 8}}}]
    timeouts: {request: 10s, backendRequest: 2s}
    retry: {codes: [502]}
    backendRefs: [{name: web, port: 80}]
)")));
    const RequestResult result = simulator.run(atEdge("x.com", "/"));
    ASSERT_EQ(1U, result.mirrors.size());
    EXPECT_DOUBLE_EQ(12.5, result.mirrors[0].percent);
    EXPECT_DOUBLE_EQ(10000, result.timeoutMs.value_or(0));
    ASSERT_TRUE(result.retries);
    EXPECT_EQ(2, result.retries->attempts);
    EXPECT_DOUBLE_EQ(2000, result.retries->perTryTimeoutMs.value_or(0));
}

TEST(GatewayApi, Backend_tls_policy_is_a_destination_rule) {
    const WorldPtr world = test::worldFrom(kBase + R"(
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: t, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: web, sectionName: http}]
  validation: {hostname: web.internal, wellKnownCACertificates: System}
)");
    ASSERT_EQ(1U, world->destinationRules().size());
    const config::DestinationRule& rule = *world->destinationRules().front().spec;
    EXPECT_EQ("web.shop.svc.cluster.local", rule.host);
    ASSERT_EQ(1U, rule.trafficPolicy->portLevelSettings.size());
    EXPECT_EQ("web.internal", rule.trafficPolicy->portLevelSettings[0].tls->sni);
    EXPECT_EQ(80U, rule.trafficPolicy->portLevelSettings[0].port.value_or(0));
}

TEST(GatewayApi, Edit_of_a_route_takes_effect) {
    const WorldPtr before = test::worldFrom(kBase);
    EXPECT_EQ(4U, before->gateways().size());
    const WorldPtr made = test::worldFrom(route("r", R"(
  parentRefs: [{name: edge, sectionName: any}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
)"));
    const ConfigObjectPtr added = made->objects().front();
    const WorldPtr after = before->with({{added->ref, added}});
    EXPECT_EQ(1U, after->virtualServices().size());
    EXPECT_TRUE(after->with({{added->ref, nullptr}})->virtualServices().empty());
}

} // namespace
} // namespace meshdeck::policy
