// All that a sidecar's (or waypoint's) outbound side needs for many requests: its listeners and route tables.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "policy/routing/l4_listeners.h"
#include "policy/routing/sidecar_routes.h"

namespace meshdeck::policy {

// Thread safe; what was made once is kept.
class SidecarView {
public:
    explicit SidecarView(std::shared_ptr<const Scope> scope);

    [[nodiscard]] const Scope& scope() const { return *m_scope; }
    [[nodiscard]] ConnectionPath connection(const Request& request) const;
    // "9080", or "reviews.shop.svc.cluster.local:9080" of a sniffed port; null when no egress listener has the port.
    [[nodiscard]] std::shared_ptr<const RouteTable> routes(const std::string& routeConfig) const;
    // The egress listener that a port belongs to; null when there is none.
    [[nodiscard]] const EgressListener* egressOf(std::uint32_t port) const;

private:
    std::shared_ptr<const Scope> m_scope;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const ConnectionListeners> m_connections;
    mutable std::map<std::string, std::shared_ptr<const RouteTable>, std::less<>> m_tables;
};

} // namespace meshdeck::policy
