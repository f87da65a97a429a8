// What the sidecar of a workload has for one of its ports: from Sidecar ingress listeners, else from the services that
// have the workload as an endpoint, else the chains for every other port (core/listener_inbound.go).
#pragma once

#include "policy/proxy.h"

namespace meshdeck::policy::security {

struct InboundPort {
    bool declared = false;     // by a service or an ingress listener; else the passthrough chains count
    std::uint32_t number = 0;  // the service's port, of telemetry and the virtual host
    Protocol protocol = Protocol::Auto;
    std::string cluster;       // "inbound|8080||", "InboundPassthroughCluster"
    std::string listener;      // "virtualInbound", or of its own: "127.0.0.41_9080"
    std::string chain;         // name of its filter chains
    const config::ServerTls* tls = nullptr; // written in the ingress listener
    std::string defaultEndpoint;
};

// The Sidecar that counts for a proxy: the oldest of its namespace that selects it, else the oldest without a selector,
// else the root namespace's; null when there is none (facts/semantics.md 5).
[[nodiscard]] ConfigObjectPtr sidecarOf(const World& world, const Proxy& proxy);

[[nodiscard]] InboundPort inboundPort(const World& world, const Proxy& server, std::uint32_t workloadPort);

} // namespace meshdeck::policy::security
