// Which Gateways a router serves, and their servers merged into what it listens on (facts/semantics.md 5; Istio's
// pilot/pkg/model/gateway.go and push_context.go mergeGateways).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "policy/proxy.h"
#include "policy/world.h"

namespace meshdeck::policy {

// A server of a Gateway on one port of the router.
struct MergedServer {
    const EffectiveGateway* gateway = nullptr; // valid as long as the World
    std::size_t index = 0;                     // in gateway->spec->servers
    std::uint32_t port = 0;                    // where the router listens: behind the Service's port its target port
    std::vector<std::string> hosts;            // "host" or "ns/host"; "./" resolved, "*/" taken off
    std::string routeName;                     // "http.8080", "https.443.https.gw.ns"; "" when it is no HTTP

    [[nodiscard]] const config::GatewayServer& server() const { return gateway->spec->servers[index]; }
};

// Servers that share a listener and a protocol.
struct MergedPort {
    std::uint32_t port = 0;
    std::string protocol; // as the first server has written it
    std::string bind;     // "" all addresses
    std::string routeName;
    std::vector<MergedServer> servers;
};

// A server that gives way to an older one, and why.
struct SkippedServer {
    const EffectiveGateway* gateway = nullptr;
    std::size_t index = 0;
    std::uint32_t port = 0;
    std::string why;
};

struct MergedGateways {
    std::vector<MergedPort> ports;                               // in the order of their first server
    std::map<std::string, std::vector<MergedServer>> ofRouteName; // every server of a route config
    std::vector<SkippedServer> skipped;
};
[[nodiscard]] MergedGateways mergeGateways(const World& world, const Proxy& router);

// A service port behind which the proxy answers.
struct ServiceTarget {
    const Service* service = nullptr;
    std::uint32_t port = 0;
    std::uint32_t targetPort = 0;
};
// By the address of an endpoint, by the proxy's workload, or for a proxy without either by the Service's selector.
[[nodiscard]] std::vector<ServiceTarget> serviceTargets(const World& world, const Proxy& proxy);

// What a server does with TLS.
[[nodiscard]] bool isPassthrough(const config::GatewayServer& server);
[[nodiscard]] bool isHttpServer(const config::GatewayServer& server); // HTTP, or HTTPS that it terminates

} // namespace meshdeck::policy
