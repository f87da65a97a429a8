// Outbound connections of sidecars without HTTP routes, and the addresses that Istio makes up.
#include <gtest/gtest.h>

#include "policy/routing/l4_listeners.h"
#include "unit/policy/gatewayapi/world_from.h"

namespace meshdeck::policy {
namespace {

const std::string kServices = R"(
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  clusterIP: 10.0.0.7
  ports: [{name: tcp, port: 3306}, {name: other, port: 9000}, {name: http, port: 80}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: apis, namespace: shop}
spec:
  hosts: ["*.example.com"]
  location: MESH_EXTERNAL
  resolution: NONE
  ports: [{number: 443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: one, namespace: shop}
spec:
  hosts: ["api.example.com"]
  addresses: ["10.9.0.0/16"]
  location: MESH_EXTERNAL
  resolution: NONE
  ports: [{number: 443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db]
  tcp:
  - match: [{port: 3306, destinationSubnets: ["10.0.0.0/24"], sourceLabels: {app: batch}}]
    route: [{destination: {host: db, subset: batch}}]
  - match: [{port: 3306}]
    route: [{destination: {host: db, subset: online}}]
)";

Proxy client(mesh::Labels labels) {
    Proxy proxy;
    proxy.type = Proxy::Type::Sidecar;
    proxy.ns = "shop";
    proxy.labels = std::move(labels);
    return proxy;
}

ConnectionPath find(const ConnectionListeners& listeners, const std::string& host, std::uint32_t port,
                    const std::string& protocol, Request::Tls tls) {
    Request request;
    request.host = host;
    request.port = port;
    request.protocol = protocol;
    request.tls = tls;
    return listeners.find(request);
}

class OutboundConnections : public testing::Test {
protected:
    std::shared_ptr<const ConnectionListeners> of(mesh::Labels labels) const {
        return ConnectionListeners::of(Scope::of(test::worldFrom(kServices), client(std::move(labels))));
    }
};

TEST_F(OutboundConnections, Tcp_port_has_a_listener_on_the_service_address) {
    const auto listeners = of({{"app", "web"}});
    const ConnectionPath path = find(*listeners, "db", 3306, "tcp", Request::Tls::None);
    EXPECT_EQ("10.0.0.7_3306", path.listener);
    ASSERT_EQ(ConnectionPath::Kind::L4, path.kind);
    EXPECT_EQ("/spec/tcp/1", path.entry->pointer);
}

TEST_F(OutboundConnections, Source_labels_and_subnet_choose_the_first_rule) {
    const auto listeners = of({{"app", "batch"}});
    const ConnectionPath path = find(*listeners, "db", 3306, "tcp", Request::Tls::None);
    ASSERT_EQ(ConnectionPath::Kind::L4, path.kind);
    EXPECT_EQ("/spec/tcp/0", path.entry->pointer);
}

TEST_F(OutboundConnections, Undeclared_port_is_http_or_bytes_as_they_come) {
    const auto listeners = of({});
    const ConnectionPath http = find(*listeners, "db", 9000, "http", Request::Tls::None);
    EXPECT_EQ(ConnectionPath::Kind::Http, http.kind);
    EXPECT_EQ("db.shop.svc.cluster.local:9000", http.routeConfig);
    const ConnectionPath bytes = find(*listeners, "db", 9000, "tcp", Request::Tls::None);
    ASSERT_EQ(ConnectionPath::Kind::L4, bytes.kind);
    EXPECT_EQ("db.shop.svc.cluster.local", bytes.entry->service->host);
}

TEST_F(OutboundConnections, Http_port_takes_plaintext_http_only) {
    const auto listeners = of({});
    EXPECT_EQ("80", find(*listeners, "db", 80, "http", Request::Tls::None).routeConfig);
    EXPECT_EQ(ConnectionPath::Kind::Passthrough, find(*listeners, "db", 80, "http", Request::Tls::Tls).kind);
}

TEST_F(OutboundConnections, Shared_tls_port_goes_by_server_name) {
    const auto listeners = of({});
    const ConnectionPath wild = find(*listeners, "www.example.com", 443, "http", Request::Tls::Tls);
    EXPECT_EQ("0.0.0.0_443", wild.listener);
    ASSERT_EQ(ConnectionPath::Kind::L4, wild.kind);
    EXPECT_EQ("*.example.com", wild.entry->service->host);
    EXPECT_EQ(ConnectionPath::Kind::Passthrough, find(*listeners, "else.where", 443, "http", Request::Tls::Tls).kind);
}

TEST_F(OutboundConnections, Closed_port_is_passed_through) {
    const ConnectionPath path = find(*of({}), "nobody", 4711, "tcp", Request::Tls::None);
    EXPECT_EQ("virtualOutbound", path.listener);
    EXPECT_EQ(ConnectionPath::Kind::Passthrough, path.kind);
}

// The figures are those of Istio's pilot/pkg/networking/core/serviceentry_simulation_test.go.
TEST(AllocatedAddresses, Entries_of_one_host_share_one_address) {
    std::string yaml;
    for (const char* name : {"istio-http", "istio-https"}) {
        yaml += std::string("apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: ") + name +
                "}\nspec: {hosts: [istio.io], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 80, name: http, "
                "protocol: HTTP}]}\n---\n";
    }
    const WorldPtr world = test::worldFrom(yaml);
    EXPECT_EQ((std::vector<std::string>{"240.240.91.120", "240.240.91.120"}), allocatedAddresses(*world));
}

TEST(AllocatedAddresses, Wildcards_and_addresses_get_none) {
    const WorldPtr world = test::worldFrom(kServices);
    for (const std::string& address : allocatedAddresses(*world)) {
        EXPECT_EQ("", address);
    }
}

} // namespace
} // namespace meshdeck::policy
