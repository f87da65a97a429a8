// Which outbound listener of a sidecar takes a request, and its route table (facts/semantics.md 0.1, 5): services with
// HTTP ports share "0.0.0.0_PORT"; a TCP port, or one whose protocol is found out from the bytes, has a listener on the
// service's own address; egress listeners of a Sidecar with a port come before all of them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "policy/routing/sidecar_routes.h"

namespace meshdeck::policy {

struct TakenListener {
    enum class Kind {
        Http, // by virtual hosts; what is no plaintext HTTP passes through
        L4,   // the port is TCP or TLS: chains of the service addressed
        None, // nobody listens on that port: the virtual listener takes everything as it comes
    };
    Kind kind = Kind::None;
    std::string name = "virtualOutbound"; // "0.0.0.0_9080", "10.0.0.7_8080"
    const EgressListener* egress = nullptr;
    const Service* service = nullptr; // whom the request addresses, as far as that is known
    bool sniffed = false;             // the listener of one service with a protocol not declared
    bool originalDestination = true;  // false: bound by hand (captureMode NONE), nothing to pass through to
    std::uint32_t port = 0;
};

// Of one sidecar; keeps what requests share. Thread safe.
class SidecarListeners {
public:
    explicit SidecarListeners(std::shared_ptr<const Scope> scope) : m_scope(std::move(scope)) {}

    // `address` "": that of the service that `host` names, else whatever fits.
    [[nodiscard]] TakenListener listener(const std::string& address, std::uint32_t port, std::string_view host) const;
    [[nodiscard]] std::shared_ptr<const RouteTable> routes(const TakenListener& listener) const;
    // The service a client means by a name it looks up or an address; null when this proxy sees none.
    [[nodiscard]] const Service* serviceNamed(std::string_view host) const;
    [[nodiscard]] const Scope& scope() const { return *m_scope; }

private:
    // What the services of one egress listener have on one port.
    struct PortFacts {
        bool sharedHttp = false;                                        // 0.0.0.0_PORT speaks HTTP
        const Service* sharedL4 = nullptr;                              // 0.0.0.0_PORT is TCP for this one
        std::unordered_map<std::string, const Service*> ownAddresses; // listeners of one service
    };
    [[nodiscard]] const PortFacts& facts(const EgressListener& egress, std::uint32_t port) const;
    [[nodiscard]] TakenListener ofService(const Service& service, std::uint32_t port, const PortFacts& facts) const;

    std::shared_ptr<const Scope> m_scope;
    mutable std::mutex m_mutex;
    mutable std::map<std::pair<const EgressListener*, std::uint32_t>, std::unique_ptr<const PortFacts>> m_facts;
    mutable std::map<std::tuple<const EgressListener*, std::uint32_t, const Service*>, std::shared_ptr<const RouteTable>>
        m_tables;
    mutable std::unordered_map<std::string, const Service*> m_byAddress;
    mutable bool m_addressesKnown = false;
};

} // namespace meshdeck::policy
