// Sidecar (facts/semantics.md 5).
#pragma once

#include "config/typed/destination_rule.h"
#include "config/typed/gateway.h"

namespace meshdeck::config {

struct SidecarEgress {
    std::optional<NamedPort> port;
    std::string bind;
    std::string captureMode; // "DEFAULT", "IPTABLES", "NONE"
    std::vector<std::string> hosts; // "ns/host", with ns ".", "*", "~"
};
struct SidecarIngress {
    NamedPort port;
    std::string bind;
    std::string captureMode;
    std::string defaultEndpoint; // "127.0.0.1:8080", "unix:///..."
    std::optional<ServerTls> tls;
};
struct Sidecar {
    std::optional<mesh::Labels> workloadSelector;
    std::vector<SidecarIngress> ingress;
    std::vector<SidecarEgress> egress; // empty: everything visible
    std::string outboundTrafficPolicy; // "", "ALLOW_ANY", "REGISTRY_ONLY"
};

} // namespace meshdeck::config
