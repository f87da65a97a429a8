#include "policy/security/inbound.h"

#include <gtest/gtest.h>

#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kPorts = R"(---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: pay, namespace: default}
spec:
  hosts: [pay.example]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}, {number: 90, name: tcp, protocol: TCP}]
  endpoints: [{address: 1.1.1.1, labels: {app: foo}}]
)";

std::string mode(const std::string& name) {
    return "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: default}\n"
           "spec: {mtls: {mode: " + name + "}}\n";
}

RequestResult at(const std::string& yaml, std::uint32_t port, Request::Tls tls, const std::string& alpn = "",
                 const std::string& protocol = "http") {
    const WorldPtr world = test::worldOf(yaml);
    Arrival arrival;
    arrival.server.type = Proxy::Type::Sidecar;
    arrival.server.ns = "default";
    arrival.server.labels = {{"app", "foo"}};
    arrival.server.addresses = {"1.1.1.1"};
    arrival.workloadPort = port;
    arrival.request.direction = Request::Direction::Inbound;
    arrival.request.protocol = protocol;
    arrival.request.host = "pay.example";
    arrival.tls = tls;
    arrival.alpn = alpn;
    if (tls == Request::Tls::Mtls) {
        arrival.principal = "cluster.local/ns/default/sa/web";
    }
    RequestResult result;
    result.verdict = Verdict::Routed;
    receive(*world, arrival, result);
    return result;
}

using Tls = Request::Tls;

TEST(Receive, declaredPort_hasTheClusterOfItsWorkloadPort) {
    const auto result = at(kPorts, 8080, Tls::None);
    EXPECT_EQ(result.verdict, Verdict::Routed);
    EXPECT_EQ(result.cluster, "inbound|8080||");
    EXPECT_EQ(result.filterChain, "0.0.0.0_8080");
    EXPECT_EQ(result.virtualHost, "inbound|http|80");
}

TEST(Receive, otherPorts_passThrough) {
    EXPECT_EQ(at(kPorts, 80, Tls::None).cluster, "InboundPassthroughCluster");
    EXPECT_EQ(at(kPorts + mode("DISABLE"), 7777, Tls::Mtls, "istio").cluster, "InboundPassthroughCluster");
}

TEST(Receive, strict_closesPlaintextAndForeignTls) {
    const auto plain = at(kPorts + mode("STRICT"), 8080, Tls::None);
    EXPECT_EQ(plain.verdict, Verdict::NoFilterChain);
    EXPECT_FALSE(plain.status.has_value());
    EXPECT_EQ(at(kPorts + mode("STRICT"), 8080, Tls::Tls).verdict, Verdict::MtlsError);
    EXPECT_EQ(at(kPorts + mode("STRICT"), 8080, Tls::Mtls).verdict, Verdict::Routed);
}

TEST(Receive, permissive_takesForeignTlsAsBytesOnTcpPortsOnly) {
    EXPECT_EQ(at(kPorts, 8080, Tls::Tls, "h2").verdict, Verdict::NoFilterChain);
    EXPECT_EQ(at(kPorts, 90, Tls::Tls, "h2").verdict, Verdict::Routed);
    EXPECT_EQ(at(kPorts, 7777, Tls::Tls, "h2").filterChain, "virtualInbound");
}

TEST(Receive, disable_givesTlsToAnHttpPortAsABrokenRequest) {
    EXPECT_EQ(at(kPorts + mode("DISABLE"), 8080, Tls::Mtls).verdict, Verdict::ProtocolError);
    EXPECT_EQ(at(kPorts + mode("DISABLE"), 90, Tls::Mtls).verdict, Verdict::Routed);
}

TEST(Receive, tcpIntoHttp_isAProtocolError) {
    EXPECT_EQ(at(kPorts, 8080, Tls::None, "", "tcp").verdict, Verdict::ProtocolError);
}

TEST(Receive, sidecarIngress_replacesTheServicesPorts) {
    const std::string sidecar = R"(---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: default}
spec:
  workloadSelector: {labels: {app: foo}}
  ingress: [{port: {number: 9000, protocol: HTTP, name: http}, bind: 127.0.0.4, captureMode: NONE, defaultEndpoint: "127.0.0.1:80"}]
)";
    const auto result = at(kPorts + sidecar, 9000, Tls::None);
    EXPECT_EQ(result.cluster, "inbound|9000||");
    EXPECT_EQ(result.listener, "127.0.0.4_9000");
    EXPECT_EQ(at(kPorts + sidecar, 8080, Tls::None).cluster, "InboundPassthroughCluster");
}

TEST(Receive, foreignTrustDomain_failsTheHandshake) {
    const WorldPtr world = test::worldOf(kPorts);
    Arrival arrival;
    arrival.server.type = Proxy::Type::Sidecar;
    arrival.server.ns = "default";
    arrival.server.addresses = {"1.1.1.1"};
    arrival.workloadPort = 8080;
    arrival.tls = Tls::Mtls;
    arrival.principal = "elsewhere/ns/a/sa/b";
    RequestResult result;
    result.verdict = Verdict::Routed;
    receive(*world, arrival, result);
    EXPECT_EQ(result.verdict, Verdict::MtlsError);
}

TEST(BreakConnection, words_followTheRetries) {
    Request request;
    request.from.type = Proxy::Type::Sidecar;
    RequestResult result;
    breakConnection(request, Broken::Closed, result);
    EXPECT_EQ(result.body, "upstream connect error or disconnect/reset before headers. reset reason: connection termination");
    EXPECT_EQ(result.responseFlag, "UC");
    result.retries = RetryPlan{0, "", {}};
    breakConnection(request, Broken::Handshake, result);
    EXPECT_EQ(result.body, "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure");
    result.retries = RetryPlan{2, "5xx", {}};
    breakConnection(request, Broken::Closed, result);
    EXPECT_NE(result.body->find("retried and the latest"), std::string::npos);
    request.outside = true;
    breakConnection(request, Broken::Closed, result);
    EXPECT_FALSE(result.status.has_value());
}

TEST(Receive, refusalOnTcp_closesTheConnection) {
    const std::string deny = "---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: d, "
                             "namespace: default}\nspec: {action: DENY, rules: [{to: [{operation: {methods: [PUT]}}]}]}\n";
    const auto tcp = at(kPorts + deny, 90, Tls::None, "", "tcp");
    EXPECT_EQ(tcp.verdict, Verdict::Denied);
    EXPECT_FALSE(tcp.status.has_value());
    EXPECT_EQ(at(kPorts + deny, 8080, Tls::None).verdict, Verdict::Routed);
}

} // namespace
} // namespace meshdeck::policy
