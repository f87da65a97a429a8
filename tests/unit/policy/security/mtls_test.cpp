#include "policy/security/mtls.h"

#include <gtest/gtest.h>

#include "policy/traffic_policy.h"
#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

using config::MtlsMode;
using Outcome = MtlsResult::Outcome;

std::string peer(const std::string& ns, const std::string& name, const std::string& spec) {
    return "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: " + name +
           ", namespace: " + ns + "}\nspec: " + spec + "\n";
}

constexpr const char* kService = R"(---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: pay, namespace: shop}
spec:
  hosts: [pay.shop.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}, {number: 90, name: tcp, protocol: TCP}]
  endpoints:
  - {address: 10.0.0.1, labels: {app: pay, security.istio.io/tlsMode: istio}}
  - {address: 10.0.0.2, labels: {app: pay}}
)";

MtlsResult edge(const std::string& yaml, std::size_t endpoint, std::uint32_t port = 80, const std::string& subset = "") {
    const WorldPtr world = test::worldOf(kService + yaml);
    Proxy client;
    client.type = Proxy::Type::Sidecar;
    client.ns = "shop";
    const auto scope = Scope::of(world, client);
    const Service* service = scope->service("pay.shop.svc.cluster.local");
    if (service == nullptr || service->endpoints.size() <= endpoint) {
        ADD_FAILURE() << "no such endpoint";
        return {};
    }
    return mtlsOfEdge(*scope, *service, port, subset, service->endpoints[endpoint]);
}

std::string rule(const std::string& spec) {
    return "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: pay, namespace: shop}\n"
           "spec: {host: pay.shop.svc.cluster.local, " + spec + "}\n";
}

TEST(PeerMode, levels_overrideFromMeshToPort) {
    const WorldPtr world = test::worldOf(
        peer("istio-system", "default", "{mtls: {mode: STRICT}}") + peer("shop", "default", "{mtls: {mode: UNSET}}") +
        peer("shop", "w", "{selector: {matchLabels: {app: pay}}, portLevelMtls: {8080: {mode: DISABLE}, 9090: {mode: UNSET}}}"));
    EXPECT_EQ(peerMode(*world, "shop", {{"app", "pay"}}, 8080).mode, MtlsMode::Disable);
    EXPECT_EQ(peerMode(*world, "shop", {{"app", "pay"}}, 8080).pointer, "/spec/portLevelMtls/8080/mode");
    EXPECT_EQ(peerMode(*world, "shop", {{"app", "pay"}}, 9090).mode, MtlsMode::Strict);
    EXPECT_EQ(peerMode(*world, "shop", {{"app", "other"}}, 8080).mode, MtlsMode::Strict);
}

TEST(PeerMode, selectorInTheRootNamespace_countsForNothing) {
    const WorldPtr world = test::worldOf(peer("istio-system", "x", "{selector: {matchLabels: {app: pay}}, mtls: {mode: STRICT}}"));
    EXPECT_EQ(peerMode(*world, "istio-system", {{"app", "pay"}}, 1).mode, MtlsMode::Permissive);
    EXPECT_EQ(peerMode(*world, "shop", {{"app", "pay"}}, 1).mode, MtlsMode::Permissive);
}

TEST(MtlsOfEdge, auto_followsTheEndpoint) {
    EXPECT_EQ(edge("", 0).outcome, Outcome::Mtls);
    EXPECT_EQ(edge("", 1).outcome, Outcome::Plaintext);
}

TEST(MtlsOfEdge, namespaceDisable_hidesTheWorkloadsStrict) {
    const auto result = edge(peer("shop", "default", "{mtls: {mode: DISABLE}}") +
                                 peer("shop", "w", "{selector: {matchLabels: {app: pay}}, mtls: {mode: STRICT}}"), 0);
    EXPECT_EQ(result.outcome, Outcome::Refused);
    EXPECT_EQ(result.sends, Request::Tls::None);
}

TEST(MtlsOfEdge, portLevelPolicy_isOfTheTargetPort) {
    const std::string disable8080 = peer("shop", "w", "{selector: {matchLabels: {app: pay}}, portLevelMtls: {8080: {mode: DISABLE}}}");
    EXPECT_EQ(edge(disable8080, 0, 80).outcome, Outcome::Plaintext);
    EXPECT_EQ(edge(disable8080, 0, 90).outcome, Outcome::Mtls);
}

TEST(MtlsOfEdge, destinationRule_decidesForEveryEndpoint) {
    EXPECT_EQ(edge(rule("trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}"), 1).outcome, Outcome::Refused);
    EXPECT_EQ(edge(rule("trafficPolicy: {tls: {mode: DISABLE}}"), 0).outcome, Outcome::Plaintext);
    EXPECT_EQ(edge(rule("trafficPolicy: {tls: {mode: SIMPLE}}"), 0, 80).outcome, Outcome::Refused); // the port is HTTP
    EXPECT_EQ(edge(rule("trafficPolicy: {tls: {mode: SIMPLE}}"), 0, 90).outcome, Outcome::TlsOrigination);
    EXPECT_EQ(edge(rule("trafficPolicy: {tls: {mode: SIMPLE}}"), 1).outcome, Outcome::TlsOrigination);
}

// The cluster is left to auto mTLS then, and auto mTLS still looks at the top level (live-security-171).
TEST(MtlsOfEdge, portLevelSettingsWithoutTls_leaveTheTopLevelsModeToTheEndpoints) {
    const auto spec = [](const std::string& mode) {
        return rule("trafficPolicy: {tls: {mode: " + mode + "}, portLevelSettings: [{port: {number: 80}, "
                    "loadBalancer: {simple: RANDOM}}]}");
    };
    EXPECT_EQ(edge(spec("SIMPLE"), 0, 80).outcome, Outcome::Plaintext);
    EXPECT_EQ(edge(spec("DISABLE"), 0, 80).outcome, Outcome::Plaintext);
    EXPECT_EQ(edge(spec("ISTIO_MUTUAL"), 0, 80).outcome, Outcome::Mtls);
    EXPECT_EQ(edge(spec("ISTIO_MUTUAL"), 1, 80).outcome, Outcome::Refused);
}

TEST(MtlsOfEdge, subsetUnderPortLevelSettings_followsTheEndpoint) {
    const std::string yaml = rule("trafficPolicy: {tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 80}, "
                                  "loadBalancer: {simple: RANDOM}}]}, subsets: [{name: v1, labels: {app: pay}}]");
    EXPECT_EQ(edge(yaml, 0, 80, "v1").outcome, Outcome::Mtls);
    EXPECT_EQ(edge(yaml, 1, 80, "v1").outcome, Outcome::Plaintext);
}

TEST(TrafficPolicy, subset_overridesBlockByBlockAndItsPortWholesale) {
    const WorldPtr world = test::worldOf(kService + rule(
        "trafficPolicy: {tls: {mode: DISABLE}, outlierDetection: {consecutive5xxErrors: 3}}, subsets: [{name: v1, "
        "labels: {v: a}, trafficPolicy: {tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 90}, loadBalancer: "
        "{simple: RANDOM}}]}}]"));
    const auto scope = Scope::of(world, {});
    Proxy client;
    client.type = Proxy::Type::Sidecar;
    client.ns = "shop";
    const auto owned = Scope::of(world, client);
    const auto& choice = owned->destinationRule(*scope->service("pay.shop.svc.cluster.local"));
    const auto http = effectiveTrafficPolicy(choice, 80, "v1");
    ASSERT_NE(http.tls, nullptr);
    EXPECT_EQ(http.tls->mode, "SIMPLE");
    EXPECT_EQ(http.tlsPlace.pointer, "/spec/subsets/0/trafficPolicy/tls");
    EXPECT_EQ(http.tlsPlace.level, "subset v1");
    EXPECT_NE(http.outlierDetection, nullptr);
    const auto tcp = effectiveTrafficPolicy(choice, 90, "v1");
    EXPECT_EQ(tcp.tls, nullptr);
    EXPECT_EQ(tcp.outlierDetection, nullptr);
    EXPECT_EQ(tcp.loadBalancerPlace.level, "subset v1, port 90");
    EXPECT_TRUE(effectiveTrafficPolicy(choice, 80, "v9").subsetMissing);
}

TEST(PrincipalOf, at_becomesADot) {
    config::MeshConfig mesh;
    mesh.trustDomain = "me@corp";
    Proxy proxy;
    proxy.ns = "shop";
    EXPECT_EQ(principalOf(*test::worldOf("", mesh), proxy), "me.corp/ns/shop/sa/default");
}

} // namespace
} // namespace meshdeck::policy
