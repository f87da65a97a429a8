// The outbound listeners of a sidecar: which one takes a connection, and whether HTTP routes or a filter chain decide
// (facts/semantics.md 0.1, 5; Istio's core/listener.go).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/routing/l4_routes.h"

namespace meshdeck::policy {

struct ConnectionListener {
    std::string name;    // "0.0.0.0_80", "10.0.0.7_443"
    std::string address; // "0.0.0.0" or that of a service
    std::uint32_t port = 0;
    bool http = false;               // has a chain with HTTP routes
    bool locked = false;             // of a Sidecar egress listener with its own port
    std::string routeConfig;         // "80"; "svc.ns.svc.cluster.local:8000" of a sniffed port with an address
    std::vector<std::size_t> services; // in World::services(), whose HTTP ports are behind routeConfig
    std::vector<L4Chain> chains;     // of TCP, TLS and sniffed ports
};

struct ConnectionPath {
    enum class Kind {
        Http,        // the virtual hosts of `routeConfig` decide
        L4,          // `entry` does
        Passthrough, // to where the client wanted to: PassthroughCluster
        Blackhole,   // closed: the client may only call what it knows
    };
    Kind kind = Kind::Passthrough;
    std::string listener; // "virtualOutbound" when no other takes it
    std::string filterChain;
    std::string routeConfig;
    std::uint32_t port = 0;
    const L4Entry* entry = nullptr; // valid as long as the ConnectionListeners
};

class ConnectionListeners {
public:
    // `scope` is a sidecar's. Costly: keep it for many requests.
    [[nodiscard]] static std::shared_ptr<const ConnectionListeners> of(std::shared_ptr<const Scope> scope);

    [[nodiscard]] const std::vector<ConnectionListener>& listeners() const { return m_listeners; }
    [[nodiscard]] ConnectionPath find(const Request& request) const;

private:
    friend class ConnectionListenerBuilder;
    ConnectionListeners() = default;
    [[nodiscard]] const ConnectionListener* at(std::string_view address, std::uint32_t port) const;
    [[nodiscard]] std::string destinationAddress(const Request& request) const;

    std::shared_ptr<const Scope> m_scope;
    std::vector<ConnectionListener> m_listeners;
    std::map<std::pair<std::string, std::uint32_t>, std::size_t> m_byAddress;
    std::vector<std::string> m_allocated; // one a service of the world: its allocated address, or ""
};

// The addresses in 240.240.0.0/16 that ServiceEntries without addresses get, one an entry of world.services(), "" for
// none: hosts that are no wildcard, of a resolution other than NONE. Same host and namespace, same address. Istio's
// serviceentry/controller.go autoAllocateIPs: FNV-1a of "ns/host", double hashing.
[[nodiscard]] std::vector<std::string> allocatedAddresses(const World& world);

// A service by a Host header as the proxy sees it, short forms of its namespace too; null when there is none.
[[nodiscard]] const Service* serviceOfHostHeader(const Scope& scope, std::string_view host);

} // namespace meshdeck::policy
