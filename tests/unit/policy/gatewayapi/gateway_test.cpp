// Rules of gateways that no recorded case shows.
#include <gtest/gtest.h>

#include "policy/request_path.h"
#include "policy/routing/gateway_routes.h"
#include "unit/policy/gatewayapi/world_from.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kService = R"(
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: shop}
spec:
  ports: [{name: PORTNAME, port: PORT}]
---
)";

std::string service(std::string name, std::string portName, std::string port) {
    std::string text = kService;
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"PORTNAME", portName}, {"NAME", name}, {"PORT", port}}) {
        text.replace(text.find(from), from.size(), to);
    }
    return text;
}

Request atGateway(std::uint32_t port, std::string host) {
    Request request;
    request.direction = Request::Direction::Gateway;
    request.from.type = Proxy::Type::Router;
    request.from.ns = "istio-system";
    request.from.labels = {{"istio", "ingressgateway"}};
    request.port = port;
    request.host = std::move(host);
    return request;
}

Request overTls(Request request, Request::Tls tls, std::string sni) {
    request.tls = tls;
    request.scheme = "https";
    request.sni = std::move(sni);
    return request;
}

const std::string kTlsGateways = R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: ["*.shop.com"]
    tls: {mode: SIMPLE, credentialName: wild}
  - port: {number: 443, name: https-pay, protocol: HTTPS}
    hosts: ["pay.shop.com"]
    tls: {mode: MUTUAL, credentialName: pay}
  - port: {number: 443, name: raw, protocol: TLS}
    hosts: ["db.shop.com"]
    tls: {mode: PASSTHROUGH}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: ["www.shop.com", "pay.shop.com"]
  gateways: [edge]
  http: [{route: [{destination: {host: web}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: ["db.shop.com"]
  gateways: [edge]
  tls:
  - match: [{port: 443, sniHosts: ["db.shop.com"]}]
    route: [{destination: {host: db, port: {number: 3306}}, weight: 80}, {destination: {host: web}, weight: 20}]
---
)";

TEST(Gateway, Server_name_most_specific_server_decides) {
    const Simulator simulator(test::worldFrom(kTlsGateways + service("web", "http", "80") + service("db", "tcp", "3306")));
    const RequestResult wild =
        simulator.run(overTls(atGateway(443, "www.shop.com"), Request::Tls::Tls, "www.shop.com"));
    EXPECT_EQ("https.443.https.edge.shop", wild.routeConfig);
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", wild.cluster);
    EXPECT_EQ("*.shop.com", wild.filterChain);
    const RequestResult pay = simulator.run(overTls(atGateway(443, "pay.shop.com"), Request::Tls::Mtls, "pay.shop.com"));
    EXPECT_EQ("https.443.https-pay.edge.shop", pay.routeConfig);
    EXPECT_EQ("pay.shop.com:443", pay.virtualHost);
}

TEST(Gateway, Mutual_client_without_certificate_is_refused) {
    const Simulator simulator(test::worldFrom(kTlsGateways + service("web", "http", "80")));
    const RequestResult result = simulator.run(overTls(atGateway(443, "pay.shop.com"), Request::Tls::Tls, "pay.shop.com"));
    EXPECT_EQ("mtlsError", name(result.verdict));
    EXPECT_FALSE(result.status.has_value());
}

TEST(Gateway, Passthrough_split_shows_shares) {
    const Simulator simulator(test::worldFrom(kTlsGateways + service("web", "http", "80") + service("db", "tcp", "3306")));
    const RequestResult result = simulator.run(overTls(atGateway(443, "db.shop.com"), Request::Tls::Tls, "db.shop.com"));
    ASSERT_EQ(2U, result.destinations.size());
    EXPECT_EQ("outbound|3306||db.shop.svc.cluster.local", result.destinations[0].cluster);
    EXPECT_DOUBLE_EQ(80, result.destinations[0].percent);
    EXPECT_EQ("/spec/tls/0", result.matchedPointer);
}

TEST(Gateway, Unknown_server_name_and_plaintext_find_no_filter_chain) {
    const Simulator simulator(test::worldFrom(kTlsGateways));
    EXPECT_EQ("noFilterChain",
              name(simulator.run(overTls(atGateway(443, "other.com"), Request::Tls::Tls, "other.com")).verdict));
    EXPECT_EQ("noFilterChain", name(simulator.run(atGateway(443, "www.shop.com")).verdict));
}

TEST(Gateway, Catch_all_of_an_older_rule_does_not_hide_a_newer_one) {
    const Simulator simulator(test::worldFrom(R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: all, namespace: shop, creationTimestamp: "2020-01-01T00:00:00Z"}
spec:
  hosts: ["www.shop.com"]
  gateways: [edge]
  http: [{route: [{destination: {host: web}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop, creationTimestamp: "2021-01-01T00:00:00Z"}
spec:
  hosts: ["www.shop.com"]
  gateways: [edge]
  http: [{match: [{uri: {prefix: /cart}}], route: [{destination: {host: cart}}]}]
---
)" + service("web", "http", "80") + service("cart", "http", "80")));
    Request request = atGateway(80, "www.shop.com");
    request.path = "/cart/1";
    EXPECT_EQ("outbound|80||cart.shop.svc.cluster.local", simulator.run(request).cluster);
    request.path = "/";
    EXPECT_EQ("outbound|80||web.shop.svc.cluster.local", simulator.run(request).cluster);
}

TEST(Gateway, Host_of_another_namespace_is_not_served) {
    const Simulator simulator(test::worldFrom(R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["shop/*.shop.com", "./admin.shop.com"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: thief, namespace: other}
spec:
  hosts: ["www.shop.com", "admin.shop.com"]
  gateways: [istio-system/edge]
  http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]
---
)" + service("web", "http", "80")));
    EXPECT_EQ("noRoute", name(simulator.run(atGateway(80, "www.shop.com")).verdict));
    EXPECT_EQ("blackhole:80", simulator.run(atGateway(80, "admin.shop.com")).virtualHost);
}

TEST(Gateway, Two_binds_of_one_port_are_two_listeners) {
    const WorldPtr world = test::worldFrom(R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 80, name: a, protocol: HTTP}, bind: 10.1.1.1, hosts: ["a.com"]}
  - {port: {number: 80, name: b, protocol: HTTP}, bind: 10.1.1.2, hosts: ["b.com"]}
)");
    Proxy router;
    router.type = Proxy::Type::Router;
    router.labels = {{"istio", "ingressgateway"}};
    const auto listeners = RouterListeners::of(Scope::of(world, router));
    ASSERT_EQ(2U, listeners->listeners().size());
    EXPECT_EQ("10.1.1.2_80", listeners->listeners()[1].name);
    EXPECT_NE(nullptr, listeners->routeConfig("http.80.10.1.1.2"));
    EXPECT_EQ(nullptr, listeners->listener("10.9.9.9", 80));
}

TEST(Gateway, Auto_passthrough_goes_to_the_cluster_of_the_server_name) {
    const Simulator simulator(test::worldFrom(R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: east-west, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 15443, name: tls, protocol: TLS}, hosts: ["*.local"], tls: {mode: AUTO_PASSTHROUGH}}]
---
)" + service("web", "http", "80")));
    Request request = overTls(atGateway(15443, ""), Request::Tls::Mtls, "outbound_.80_._.web.shop.svc.cluster.local");
    request.alpn = "istio";
    EXPECT_EQ("outbound_.80_._.web.shop.svc.cluster.local", simulator.run(request).cluster);
    request.alpn = "h2"; // no client of the mesh
    EXPECT_EQ("noFilterChain", name(simulator.run(request).verdict));
}

} // namespace
} // namespace meshdeck::policy
