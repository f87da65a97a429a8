// Who encrypts: the client's choice, the server's mode, and what comes of both (facts/semantics.md 3).
#pragma once

#include "policy/request.h"
#include "policy/scope.h"

namespace meshdeck::policy {

struct PeerMode {
    config::MtlsMode mode = config::MtlsMode::Permissive; // never Unset
    ConfigObjectPtr object;                               // null: Istio's default
    std::string pointer;                                  // "/spec/mtls/mode", "/spec/portLevelMtls/8080/mode"
};
// The mode of one workload port (the container's), 3.1.
[[nodiscard]] PeerMode peerMode(const World& world, const std::string& ns, const mesh::Labels& labels,
                                std::uint32_t workloadPort);
// Without a workload: mesh and namespace level only.
[[nodiscard]] PeerMode namespacePeerMode(const World& world, const std::string& ns);

// What the client sends to one endpoint of a service port (3.3), and what the server does with it. `subset` may be "".
[[nodiscard]] MtlsResult mtlsOfEdge(const Scope& client, const Service& service, std::uint32_t port,
                                    const std::string& subset, const Endpoint& endpoint);
// "cluster.local/ns/shop/sa/web" of a proxy.
[[nodiscard]] std::string principalOf(const World& world, const Proxy& proxy);

} // namespace meshdeck::policy
