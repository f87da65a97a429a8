#include "policy/routing/sidecar_view.h"

#include <charconv>

namespace meshdeck::policy {

SidecarView::SidecarView(std::shared_ptr<const Scope> scope) : m_scope(std::move(scope)) {}

ConnectionPath SidecarView::connection(const Request& request) const {
    std::shared_ptr<const ConnectionListeners> connections;
    {
        const std::lock_guard lock(m_mutex);
        if (m_connections == nullptr) {
            m_connections = ConnectionListeners::of(m_scope);
        }
        connections = m_connections;
    }
    return connections->find(request);
}

const EgressListener* SidecarView::egressOf(std::uint32_t port) const {
    const EgressListener* rest = nullptr;
    for (const EgressListener& egress : m_scope->egress()) {
        const bool bound = egress.written != nullptr && egress.written->port.has_value();
        if (bound && egress.written->port->number == port) {
            return &egress;
        }
        if (!bound && rest == nullptr) {
            rest = &egress;
        }
    }
    return rest;
}

std::shared_ptr<const RouteTable> SidecarView::routes(const std::string& routeConfig) const {
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<const RouteTable>& known = m_tables[routeConfig];
    if (known != nullptr) {
        return known;
    }
    const std::size_t colon = routeConfig.rfind(':');
    const std::string_view digits =
        colon == std::string::npos ? std::string_view(routeConfig) : std::string_view(routeConfig).substr(colon + 1);
    std::uint32_t port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const EgressListener* egress = egressOf(port);
    if (egress == nullptr) {
        return nullptr;
    }
    const Service* only = colon == std::string::npos ? nullptr : m_scope->service(routeConfig.substr(0, colon));
    known = std::make_shared<const RouteTable>(sidecarRoutes(*m_scope, *egress, port, only));
    return known;
}

} // namespace meshdeck::policy
