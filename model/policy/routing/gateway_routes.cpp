#include "policy/routing/gateway_routes.h"

#include <algorithm>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

// Hosts that both sides stand for: of two that match, the narrower.
std::vector<std::string> intersection(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::string> result;
    for (const std::string& left : a) {
        for (const std::string& right : b) {
            std::string common;
            if (hostSubsetOf(left, right)) {
                common = lower(left);
            } else if (hostSubsetOf(right, left)) {
                common = lower(right);
            } else {
                continue;
            }
            if (std::find(result.begin(), result.end(), common) == result.end()) {
                result.push_back(std::move(common));
            }
        }
    }
    return result;
}

// The server's hosts that are open to VirtualServices of a namespace.
std::vector<std::string> hostsFor(const MergedServer& server, std::string_view ns) {
    std::vector<std::string> hosts;
    for (const std::string& written : server.hosts) {
        NamespacedHost parts = splitNamespacedHost(written);
        if (parts.ns.empty() || parts.ns == ns) {
            hosts.push_back(lower(parts.host));
        }
    }
    return hosts;
}

// Collects the virtual hosts of one route config.
class TableBuilder {
public:
    explicit TableBuilder(const Scope& router) : m_router(router) {}

    void add(const MergedServer& server) {
        const std::string& id = server.gateway->id;
        for (const EffectiveVirtualServicePtr& vs : virtualServicesOfGateway(m_router, id)) {
            for (const std::string& host : intersection(hostsFor(server, vs->object->ref.ns), vs->spec->hosts)) {
                addRoutesTo(hostNamed(host, server), routesOf(vs, server));
            }
        }
        if (!redirects(server)) {
            return;
        }
        for (const std::string& host : server.hosts) {
            hostNamed(lower(host), server).host.requireTls = true;
        }
    }

    RouteTable take(const std::string& name, std::uint32_t port) {
        RouteTable table;
        table.name = name;
        if (m_hosts.empty()) {
            table.hosts.push_back({"blackhole:" + std::to_string(port), {"*"}, {}, false, {}});
        }
        for (Building& building : collapsed()) {
            // Catch-alls of one VirtualService would hide the routes of the next (1.4).
            std::stable_partition(building.host.routes.begin(), building.host.routes.end(),
                                  [](const HttpRouteEntry& entry) { return !isCatchAll(entry); });
            table.hosts.push_back(std::move(building.host));
        }
        table.index();
        return table;
    }

private:
    struct Routes {
        std::string gateway;
        const EffectiveVirtualService* vs = nullptr;
        std::vector<HttpRouteEntry> entries;
        std::vector<SkippedMatch> skipped;
    };
    struct Building {
        VirtualHost host;
        std::vector<const Routes*> parts;
    };

    static bool redirects(const MergedServer& server) {
        return server.server().tls && server.server().tls->httpsRedirect;
    }

    // Made once for a gateway, with the port of its first server.
    const Routes& routesOf(const EffectiveVirtualServicePtr& vs, const MergedServer& server) {
        for (const auto& known : m_routes) {
            if (known->gateway == server.gateway->id && known->vs == vs.get()) {
                return *known;
            }
        }
        auto made = std::make_unique<Routes>();
        made->gateway = server.gateway->id;
        made->vs = vs.get();
        (void)addRoutes(vs, m_router.proxy(), server.gateway->id, server.server().port.number, made->entries,
                        &made->skipped);
        m_routes.push_back(std::move(made));
        return *m_routes.back();
    }

    Building& hostNamed(const std::string& host, const MergedServer& server) {
        const auto known = std::find_if(m_hosts.begin(), m_hosts.end(),
                                        [&host](const Building& one) { return one.host.domains.front() == host; });
        if (known != m_hosts.end()) {
            known->host.requireTls = known->host.requireTls || redirects(server);
            return *known;
        }
        Building building;
        building.host.name = host + ":" + std::to_string(server.server().port.number);
        building.host.domains = {host};
        building.host.requireTls = redirects(server);
        m_hosts.push_back(std::move(building));
        return m_hosts.back();
    }

    static void addRoutesTo(Building& building, const Routes& routes) {
        building.parts.push_back(&routes);
        building.host.routes.insert(building.host.routes.end(), routes.entries.begin(), routes.entries.end());
        building.host.skipped.insert(building.host.skipped.end(), routes.skipped.begin(), routes.skipped.end());
    }

    // Hosts with the very same routes become domains of one virtual host, named after the most specific.
    std::vector<Building> collapsed() {
        std::sort(m_hosts.begin(), m_hosts.end(), [](const Building& a, const Building& b) {
            return moreSpecificHost(a.host.domains.front(), b.host.domains.front());
        });
        std::vector<Building> result;
        for (Building& building : m_hosts) {
            std::erase_if(building.parts, [](const Routes* part) { return part->entries.empty(); });
            const auto same = std::find_if(result.begin(), result.end(), [&building](const Building& one) {
                return one.parts == building.parts && one.host.requireTls == building.host.requireTls;
            });
            if (same == result.end()) {
                result.push_back(std::move(building));
            } else {
                same->host.domains.push_back(building.host.domains.front());
            }
        }
        return result;
    }

    const Scope& m_router;
    std::vector<std::unique_ptr<Routes>> m_routes;
    std::vector<Building> m_hosts;
};

const RouterListener* listenerAt(const std::vector<RouterListener>& listeners, std::string_view bind,
                                 std::uint32_t port) {
    const auto found = std::find_if(listeners.begin(), listeners.end(), [&](const RouterListener& listener) {
        return listener.bind == bind && listener.port == port;
    });
    return found == listeners.end() ? nullptr : &*found;
}

} // namespace

std::vector<EffectiveVirtualServicePtr> virtualServicesOfGateway(const Scope& router, std::string_view gatewayId) {
    std::vector<EffectiveVirtualServicePtr> result;
    for (const EgressListener& egress : router.egress()) {
        std::copy_if(egress.virtualServices.begin(), egress.virtualServices.end(), std::back_inserter(result),
                     [gatewayId](const EffectiveVirtualServicePtr& vs) {
                         return std::find(vs->gateways.begin(), vs->gateways.end(), gatewayId) != vs->gateways.end();
                     });
    }
    return result;
}

RouteTable gatewayRouteTable(const Scope& router, const std::string& routeName,
                             const std::vector<MergedServer>& servers) {
    TableBuilder builder(router);
    for (const MergedServer& server : servers) {
        builder.add(server);
    }
    return builder.take(routeName, servers.empty() ? 0 : servers.front().server().port.number);
}

std::shared_ptr<const RouterListeners> RouterListeners::of(std::shared_ptr<const Scope> scope) {
    std::shared_ptr<RouterListeners> result(new RouterListeners());
    result->m_merged = mergeGateways(scope->world(), scope->proxy());
    for (const MergedPort& port : result->m_merged.ports) {
        std::vector<RouterChain> chains = gatewayChains(*scope, port, result->m_merged);
        const std::string bind = port.bind.empty() ? "0.0.0.0" : port.bind;
        const auto known = std::find_if(
            result->m_listeners.begin(), result->m_listeners.end(),
            [&](const RouterListener& listener) { return listener.bind == bind && listener.port == port.port; });
        if (known != result->m_listeners.end()) {
            known->chains.insert(known->chains.end(), chains.begin(), chains.end());
        } else {
            result->m_listeners.push_back(
                {bind + "_" + std::to_string(port.port), bind, port.port, std::move(chains)});
        }
    }
    // A listener without any filter chain is never made: TCP and PASSTHROUGH servers that no rule is bound to.
    std::erase_if(result->m_listeners, [](const RouterListener& listener) { return listener.chains.empty(); });
    result->m_scope = std::move(scope);
    return result;
}

const RouterListener* RouterListeners::listener(std::string_view address, std::uint32_t port) const {
    if (!address.empty()) {
        if (const RouterListener* own = listenerAt(m_listeners, address, port)) {
            return own;
        }
    }
    if (const RouterListener* shared = listenerAt(m_listeners, "0.0.0.0", port)) {
        return shared;
    }
    const auto any = std::find_if(m_listeners.begin(), m_listeners.end(),
                                  [&](const RouterListener& listener) { return listener.port == port; });
    return address.empty() && any != m_listeners.end() ? &*any : nullptr;
}

const RouteTable* RouterListeners::routeConfig(std::string_view name) const {
    for (const RouterListener& listener : m_listeners) {
        for (const RouterChain& chain : listener.chains) {
            if (chain.http && chain.http->name == name) {
                return chain.http.get();
            }
        }
    }
    return nullptr;
}

} // namespace meshdeck::policy
