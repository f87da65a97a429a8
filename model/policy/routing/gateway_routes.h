// What a router (ingress or egress gateway) listens on and where a request to it goes (facts/semantics.md 1.4, 5;
// Istio's core/gateway.go).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/routing/gateway_merge.h"
#include "policy/routing/l4_routes.h"
#include "policy/routing/route_table.h"

namespace meshdeck::policy {

struct RouterChain {
    enum class Tls { None, Terminate, Mutual, OptionalMutual };
    Tls tls = Tls::None;
    L4Chain l4;                              // server names and, without `http`, the destination
    std::shared_ptr<const RouteTable> http;  // null: bytes are passed on
    const EffectiveGateway* gateway = nullptr; // of the first server
};

struct RouterListener {
    std::string name; // "0.0.0.0_8080"
    std::string bind; // "0.0.0.0" or the address
    std::uint32_t port = 0;
    std::vector<RouterChain> chains;
};

class RouterListeners {
public:
    // `scope` is a router's. Costly: keep it for many requests.
    [[nodiscard]] static std::shared_ptr<const RouterListeners> of(std::shared_ptr<const Scope> scope);

    [[nodiscard]] const Scope& scope() const { return *m_scope; }
    [[nodiscard]] const std::vector<RouterListener>& listeners() const { return m_listeners; }
    [[nodiscard]] const std::vector<SkippedServer>& skipped() const { return m_merged.skipped; }
    // That of the address, else that of all addresses; null when the port is closed.
    [[nodiscard]] const RouterListener* listener(std::string_view address, std::uint32_t port) const;
    [[nodiscard]] const RouteTable* routeConfig(std::string_view name) const;

private:
    RouterListeners() = default;
    std::shared_ptr<const Scope> m_scope;
    MergedGateways m_merged;
    std::vector<RouterListener> m_listeners;
};

// The VirtualServices bound to a gateway as the router sees them: private, exported, public; oldest first in each.
[[nodiscard]] std::vector<EffectiveVirtualServicePtr> virtualServicesOfGateway(const Scope& router,
                                                                               std::string_view gatewayId);
// The virtual hosts of a route config: all of its servers together (1.4).
[[nodiscard]] RouteTable gatewayRouteTable(const Scope& router, const std::string& routeName,
                                           const std::vector<MergedServer>& servers);
// The filter chains of a port's servers: one a server that ends TLS or passes bytes on, one a TLS rule for PASSTHROUGH.
[[nodiscard]] std::vector<RouterChain> gatewayChains(const Scope& router, const MergedPort& port,
                                                     const MergedGateways& merged);

// Follows the request through the router up to its destinations: listener, filter chain, virtual host, route and what
// applyRoute or applyL4 make of it.
void routeAtGateway(const RouterListeners& listeners, const Request& request, RequestResult& result);

} // namespace meshdeck::policy
