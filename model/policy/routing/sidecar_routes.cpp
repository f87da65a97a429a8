#include "policy/routing/sidecar_routes.h"

#include <algorithm>
#include <unordered_set>

#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

bool httpOrSniffed(Protocol protocol) {
    return isHttp(protocol) || protocol == Protocol::Auto;
}

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

// "reviews", "reviews.shop", "reviews.shop.svc" of a Kubernetes name; the first only inside its own namespace.
std::vector<std::string> shortForms(const std::string& host, std::string_view clientNamespace, std::string_view domain) {
    const std::string tail = ".svc." + std::string(domain);
    const std::size_t svc = host.find(".svc.");
    const std::size_t dot = host.find('.');
    if (svc == std::string::npos || !host.ends_with(tail) || dot >= svc) {
        return {};
    }
    std::vector<std::string> forms{host.substr(0, svc), host.substr(0, svc) + ".svc"};
    if (host.substr(dot + 1, svc - dot - 1) == clientNamespace) {
        forms.push_back(host.substr(0, dot));
    }
    return forms;
}

bool forMesh(const EffectiveVirtualService& vs) {
    return vs.gateways.empty() || std::ranges::find(vs.gateways, "mesh") != vs.gateways.end();
}

// Builds the virtual hosts of one port.
class Builder {
public:
    Builder(const Scope& scope, const EgressListener& egress, std::uint32_t port)
        : m_scope(scope), m_egress(egress), m_port(port) {
        for (const std::size_t index : egress.services) {
            const Service& service = scope.world().services()[index];
            if (service.port(port) != nullptr) {
                m_services.emplace(service.host, &service);
                m_inOrder.push_back(&service);
            }
        }
        indexVirtualServices();
    }

    RouteTable build() {
        m_table.name = std::to_string(m_port);
        std::vector<Planned> planned;
        for (const EffectiveVirtualServicePtr& vs : m_egress.virtualServices) {
            plan(vs, planned);
        }
        std::unordered_set<const Service*> owned;
        for (const Planned& one : planned) {
            owned.insert(one.services.begin(), one.services.end());
            for (const Service* service : one.services) {
                m_knownHosts.insert(service->host);
            }
        }
        for (const Service* service : m_inOrder) {
            m_knownHosts.insert(service->host);
        }
        for (Planned& one : planned) {
            for (const std::string& host : one.otherHosts) {
                add(host, {host}, {}, one);
            }
            for (const Service* service : one.services) {
                addService(*service, one);
            }
        }
        for (const Service* service : m_inOrder) {
            if (!owned.contains(service) && service->resolution != Resolution::Alias &&
                httpOrSniffed(service->port(m_port)->protocol)) {
                Planned plain;
                plain.routes.push_back({nullptr, nullptr, nullptr, 0, 0, service, m_port});
                addService(*service, plain);
            }
        }
        m_table.index();
        return std::move(m_table);
    }

private:
    // One VirtualService that has routes for this proxy and port.
    struct Planned {
        std::vector<HttpRouteEntry> routes;
        std::vector<SkippedMatch> skipped;
        std::vector<std::string> otherHosts; // that no service here has
        std::vector<const Service*> services;
    };

    // Which VirtualService owns a service by the most specific of all hosts written; the first of equal ones.
    void indexVirtualServices() {
        std::unordered_map<std::string, const EffectiveVirtualService*> exact;
        std::vector<std::pair<std::string, const EffectiveVirtualService*>> wildcards;
        for (const EffectiveVirtualServicePtr& vs : m_egress.virtualServices) {
            if (!forMesh(*vs)) {
                continue;
            }
            for (const std::string& host : vs->spec->hosts) {
                if (isWildcard(host)) {
                    wildcards.emplace_back(host, vs.get());
                } else {
                    exact.emplace(host, vs.get());
                }
            }
        }
        if (wildcards.empty()) {
            return; // only they are asked
        }
        std::ranges::stable_sort(wildcards,
                                 [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
        for (const auto& [host, service] : m_services) {
            if (exact.contains(host)) {
                continue;
            }
            const auto best =
                std::ranges::find_if(wildcards, [&host = host](const auto& one) { return hostsMatch(one.first, host); });
            if (best != wildcards.end()) {
                m_wildcardOwner.emplace(host, best->second);
            }
        }
    }

    void plan(const EffectiveVirtualServicePtr& vs, std::vector<Planned>& into) {
        const std::string& ns = vs->object == nullptr ? m_scope.proxy().ns : vs->object->ref.ns;
        if (!forMesh(*vs) || (vs->consumerRoute && ns != m_scope.proxy().ns)) {
            return;
        }
        Planned planned;
        separateHosts(*vs, planned);
        const bool httpService = std::ranges::any_of(
            planned.services, [this](const Service* s) { return httpOrSniffed(s->port(m_port)->protocol); });
        if (!httpService && m_port != 80) {
            return; // names outside the registry are only known on port 80
        }
        if (!httpService) {
            planned.services.clear();
        }
        if (vs->gatewayApi && std::ranges::none_of(planned.services, [&](const Service* s) {
                return s->ns == ns || m_scope.proxy().ns == ns;
            })) {
            return;
        }
        (void)addRoutes(vs, m_scope.proxy(), "mesh", m_port, planned.routes, &planned.skipped);
        if (planned.routes.empty()) {
            return; // the next VirtualService, or the service's own route, takes its place
        }
        std::erase_if(planned.services, [this](const Service* s) { return !httpOrSniffed(s->port(m_port)->protocol); });
        into.push_back(std::move(planned));
    }

    void separateHosts(const EffectiveVirtualService& vs, Planned& planned) {
        std::vector<std::string> wildcards;
        for (const std::string& host : vs.spec->hosts) {
            if (isWildcard(host)) {
                wildcards.push_back(host);
            } else if (const auto service = m_services.find(host); service != m_services.end()) {
                planned.services.push_back(service->second);
            } else {
                planned.otherHosts.push_back(host);
            }
        }
        for (const std::string& wildcard : wildcards) {
            bool any = false;
            for (const Service* service : m_inOrder) {
                if (vs.gatewayApi || !hostsMatch(service->host, wildcard)) {
                    continue;
                }
                any = true;
                const auto owner = m_wildcardOwner.find(service->host);
                if (owner != m_wildcardOwner.end() && owner->second == &vs) {
                    planned.services.push_back(service);
                }
            }
            if (!any) {
                planned.otherHosts.push_back(wildcard);
            }
        }
    }

    void addService(const Service& service, const Planned& planned) {
        const std::string& domain = m_scope.world().mesh().clusterDomain;
        add(service.host, domainsOf(service, m_scope.proxy().ns, domain),
            shortForms(service.host, m_scope.proxy().ns, domain), planned);
    }

    // Domains already taken are left out: the first to claim one keeps it. A short form never hides a full name.
    void add(const std::string& host, std::vector<std::string> domains, const std::vector<std::string>& shorts,
             const Planned& planned) {
        const std::string name = host + ":" + std::to_string(m_port);
        if (!m_names.insert(name).second) {
            return;
        }
        VirtualHost made;
        for (std::string& domain : domains) {
            std::string key = lowered(domain);
            const bool hides = m_knownHosts.contains(key) && std::ranges::find(shorts, domain) != shorts.end();
            if (!hides && m_domains.insert(key).second) {
                made.domains.push_back(std::move(key));
            }
        }
        if (made.domains.empty()) {
            return;
        }
        made.name = name;
        made.routes = planned.routes;
        made.skipped = planned.skipped;
        m_table.hosts.push_back(std::move(made));
    }

    const Scope& m_scope;
    const EgressListener& m_egress;
    std::uint32_t m_port;
    std::unordered_map<std::string, const Service*> m_services;
    std::vector<const Service*> m_inOrder;
    std::unordered_map<std::string, const EffectiveVirtualService*> m_wildcardOwner;
    std::unordered_set<std::string> m_knownHosts, m_names, m_domains;
    RouteTable m_table;
};

} // namespace

std::vector<std::string> domainsOf(const Service& service, std::string_view clientNamespace,
                                   std::string_view clusterDomain) {
    std::vector<std::string> domains{service.host};
    for (std::string& form : shortForms(service.host, clientNamespace, clusterDomain)) {
        domains.push_back(std::move(form));
    }
    if (service.headless && !service.name.empty()) { // each pod has a name of its own below the service's
        const std::size_t count = domains.size();
        for (std::size_t i = 0; i < count; ++i) {
            domains.push_back("*." + domains[i]);
        }
    }
    for (const std::string& address : service.addresses) {
        if (!address.empty() && address != "0.0.0.0" && address != "None") {
            domains.push_back(address.find(':') == std::string::npos ? address : "[" + address + "]");
        }
    }
    return domains;
}

RouteTable sidecarRoutes(const Scope& scope, const EgressListener& egress, std::uint32_t port, const Service* only) {
    RouteTable table = Builder(scope, egress, port).build();
    if (only == nullptr) {
        return table;
    }
    RouteTable own;
    own.name = only->host + ":" + std::to_string(port);
    for (VirtualHost& host : table.hosts) {
        if (std::ranges::find(host.domains, only->host) != host.domains.end()) {
            own.hosts.push_back(std::move(host));
            own.hosts.back().domains = {"*"};
            break;
        }
    }
    own.index();
    return own;
}

} // namespace meshdeck::policy
