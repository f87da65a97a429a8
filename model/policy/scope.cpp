#include "policy/scope.h"

#include <algorithm>
#include <set>

#include "policy/host_name.h"
#include "policy/sidecar_imports.h"
#include "policy/world/destination_rules.h"

namespace meshdeck::policy {

namespace {

constexpr std::string_view kMesh = "mesh";
using Part = DestinationRuleIndex::Part;

bool has(const std::vector<std::string>& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

// 0 private to the client's namespace, 1 exported to it by name, 2 public; 3 not seen there.
int audience(const EffectiveVirtualService& vs, const std::string& ns) {
    if (has(vs.exportTo, "*")) {
        return 2;
    }
    const bool own = vs.object->ref.ns == ns;
    if (own && (has(vs.exportTo, ".") || has(vs.exportTo, ns))) {
        return 0;
    }
    return !own && has(vs.exportTo, ns) ? 1 : 3;
}

// Of two services with one host: the client's own namespace, then Kubernetes, then the older (which came first).
bool better(const Service& candidate, const Service& chosen, const std::string& ns) {
    if ((candidate.ns == ns) != (chosen.ns == ns)) {
        return candidate.ns == ns;
    }
    return candidate.ns != ns && !candidate.name.empty() && chosen.name.empty();
}

// Every host that a VirtualService sends requests to from a client in `ns`.
template <typename Visit>
void eachDestination(const EffectiveVirtualService& vs, const std::string& ns, const Visit& visit) {
    const auto applies = [&](const auto& matches) {
        return matches.empty() || std::any_of(matches.begin(), matches.end(), [&](const auto& match) {
                   return match.sourceNamespace.empty() || match.sourceNamespace == ns;
               });
    };
    for (const config::HttpRoute& rule : vs.spec->http) {
        if (applies(rule.matches)) {
            for (const auto& destination : rule.route) {
                visit(destination.destination.host);
            }
            for (const auto& mirror : rule.mirrors) {
                visit(mirror.destination.host);
            }
        }
    }
    for (const auto* list : {&vs.spec->tls, &vs.spec->tcp}) {
        for (const config::L4Route& rule : *list) {
            if (applies(rule.matches)) {
                for (const auto& destination : rule.route) {
                    visit(destination.destination.host);
                }
            }
        }
    }
}

} // namespace

bool exportedTo(const std::vector<std::string>& exportTo, std::string_view owner, std::string_view client) {
    return std::any_of(exportTo.begin(), exportTo.end(), [&](const std::string& entry) {
        return entry == "*" || entry == client || (entry == "." && owner == client);
    });
}

class ScopeBuilder {
public:
    explicit ScopeBuilder(Scope& scope) : m_scope(scope), m_world(*scope.m_world), m_ns(scope.m_proxy.ns) {}

    void build() {
        m_scope.m_sidecar = sidecarFor(m_world, m_scope.m_proxy);
        m_scope.m_registryOnly = m_world.mesh().registryOnly;
        collectVisible();
        const auto* sidecar = m_scope.m_sidecar ? config::as<config::Sidecar>(m_scope.m_sidecar->typed) : nullptr;
        if (sidecar != nullptr && !sidecar->outboundTrafficPolicy.empty()) {
            m_scope.m_registryOnly = sidecar->outboundTrafficPolicy == "REGISTRY_ONLY";
        }
        if (sidecar == nullptr || sidecar->egress.empty()) {
            EgressListener all;
            all.services = winners(m_services);
            all.virtualServices = std::move(m_virtualServices);
            m_scope.m_egress.push_back(std::move(all));
            addServices(m_scope.m_egress.front());
            return;
        }
        for (const config::SidecarEgress& egress : sidecar->egress) {
            addListener(egress);
        }
        for (const EgressListener& listener : m_scope.m_egress) {
            addDestinations(listener);
        }
    }

private:
    void collectVisible() {
        const auto& services = m_world.services();
        for (std::size_t i = 0; i < services.size(); ++i) {
            if (exportedTo(services[i].exportTo, services[i].ns, m_ns)) {
                m_services.push_back(i);
            }
        }
        // Gateways take VirtualServices by their own name later; everybody else those of the mesh.
        const bool router = m_scope.m_proxy.type == Proxy::Type::Router;
        std::vector<EffectiveVirtualServicePtr> lists[3];
        for (const EffectiveVirtualServicePtr& vs : m_world.virtualServices()) {
            const int list = audience(*vs, m_ns);
            const bool foreignConsumer = vs->consumerRoute && vs->object->ref.ns != m_ns;
            if (list < 3 && !foreignConsumer && (router || has(vs->gateways, kMesh))) {
                lists[list].push_back(vs);
            }
        }
        for (auto& list : lists) {
            m_virtualServices.insert(m_virtualServices.end(), std::make_move_iterator(list.begin()),
                                     std::make_move_iterator(list.end()));
        }
        if (!router) { // routes of Gateway API in the client's own namespace go first (6.3)
            std::stable_partition(m_virtualServices.begin(), m_virtualServices.end(), [&](const auto& vs) {
                return vs->gatewayApi && vs->object->ref.ns == m_ns;
            });
        }
    }

    // One service a host, in the order of `services`.
    std::vector<std::size_t> winners(const std::vector<std::size_t>& services) const {
        const auto& all = m_world.services();
        std::unordered_map<std::string_view, std::size_t> place;
        std::vector<std::size_t> result;
        place.reserve(services.size());
        result.reserve(services.size());
        for (const std::size_t i : services) {
            const auto [known, fresh] = place.try_emplace(all[i].host, result.size());
            if (fresh) {
                result.push_back(i);
            } else if (better(all[i], all[result[known->second]], m_ns)) {
                result[known->second] = i;
            }
        }
        return result;
    }

    void addListener(const config::SidecarEgress& egress) {
        const SidecarImports imports(egress, m_ns);
        EgressListener listener;
        listener.written = &egress;
        std::vector<std::size_t> services;
        std::copy_if(m_services.begin(), m_services.end(), std::back_inserter(services), [&](std::size_t i) {
            const Service& service = m_world.services()[i];
            return imports.port(service) && imports.service(service);
        });
        listener.services = winners(services);
        std::copy_if(m_virtualServices.begin(), m_virtualServices.end(), std::back_inserter(listener.virtualServices),
                     [&](const auto& vs) { return imports.virtualService(*vs); });
        addServices(listener);
        m_scope.m_egress.push_back(std::move(listener));
    }

    void addServices(const EgressListener& listener) {
        const auto& all = m_world.services();
        for (const std::size_t i : listener.services) {
            const auto [known, fresh] = m_scope.m_serviceOfHost.try_emplace(all[i].host, i);
            if (!fresh && better(all[i], all[known->second], m_ns)) {
                known->second = i;
            }
        }
    }

    // Destinations of imported VirtualServices are known to the proxy even when no import names them.
    void addDestinations(const EgressListener& listener) {
        const SidecarImports imports(*listener.written, m_ns);
        const auto& all = m_world.services();
        for (const EffectiveVirtualServicePtr& vs : listener.virtualServices) {
            eachDestination(*vs, m_ns, [&](const std::string& host) {
                if (m_scope.m_serviceOfHost.contains(host)) {
                    return;
                }
                const Service* chosen = nullptr;
                for (const std::size_t i : m_world.servicesOfHost(host)) {
                    const bool usable = exportedTo(all[i].exportTo, all[i].ns, m_ns) && imports.port(all[i]);
                    if (usable && (chosen == nullptr || better(all[i], *chosen, m_ns))) {
                        chosen = &all[i];
                    }
                }
                if (chosen != nullptr) {
                    m_scope.m_serviceOfHost.emplace(host, static_cast<std::size_t>(chosen - all.data()));
                }
            });
        }
    }

    Scope& m_scope;
    const World& m_world;
    const std::string& m_ns;
    std::vector<std::size_t> m_services;
    std::vector<EffectiveVirtualServicePtr> m_virtualServices;
};

std::shared_ptr<const Scope> Scope::of(WorldPtr world, const Proxy& proxy) {
    const auto scope = std::shared_ptr<Scope>(new Scope());
    scope->m_world = std::move(world);
    scope->m_proxy = proxy;
    ScopeBuilder(*scope).build();
    return scope;
}

const Service* Scope::service(std::string_view host) const {
    const auto found = m_serviceOfHost.find(host);
    return found == m_serviceOfHost.end() ? nullptr : &m_world->services()[found->second];
}

namespace {

// Of the rules that one step found, those other namespaces may use.
std::vector<const ConsolidatedRule*> visible(const std::vector<ConsolidatedRule>* rules, std::string_view owner,
                                             std::string_view client) {
    std::vector<const ConsolidatedRule*> result;
    if (rules != nullptr) {
        for (const ConsolidatedRule& rule : *rules) {
            if (exportedTo(rule.exportTo(), owner, client)) {
                result.push_back(&rule);
            }
        }
    }
    return result;
}

// The three steps of 2.1; the first that finds a host ends the search.
std::vector<const ConsolidatedRule*> candidates(const World& world, const Proxy& proxy, const Service& service) {
    const DestinationRuleIndex& index = world.destinationRuleIndex();
    const std::string& root = world.mesh().rootNamespace;
    const Part own = proxy.ns == root ? Part::Private : Part::Local;
    if (const auto* rules = index.find(own, proxy.ns, service.host)) {
        std::vector<const ConsolidatedRule*> result;
        for (const ConsolidatedRule& rule : *rules) {
            result.push_back(&rule);
        }
        return result;
    }
    auto result = visible(index.find(Part::Exported, service.ns, service.host), service.ns, proxy.ns);
    return result.empty() ? visible(index.find(Part::Exported, root, service.host), root, proxy.ns) : result;
}

// One with a selector for this proxy, else the last without any.
const ConsolidatedRule* choose(const std::vector<const ConsolidatedRule*>& rules, const Proxy& proxy) {
    const ConsolidatedRule* general = nullptr;
    for (const ConsolidatedRule* rule : rules) {
        const EffectiveDestinationRule& first = *rule->rules.front();
        const auto& selector = first.spec->workloadSelector;
        if (!selector) {
            general = rule;
        } else if (first.object->ref.ns == proxy.ns &&
                   std::includes(proxy.labels.begin(), proxy.labels.end(), selector->begin(), selector->end())) {
            return rule;
        }
    }
    return general;
}

} // namespace

const DestinationRuleChoice& Scope::destinationRule(const Service& service) const {
    {
        const std::scoped_lock lock(m_choicesMutex);
        if (const auto known = m_choices.find(&service); known != m_choices.end()) {
            return *known->second;
        }
    }
    auto choice = std::make_shared<DestinationRuleChoice>();
    if (const ConsolidatedRule* chosen = choose(candidates(*m_world, m_proxy, service), m_proxy)) {
        choice->rules = chosen->rules;
        choice->merged = chosen->merged;
        choice->subsetOrigins = chosen->subsetOrigins;
    }
    for (const EffectiveDestinationRule* rule : m_world->destinationRuleIndex().matching(service.host)) {
        const bool used = std::find(choice->rules.begin(), choice->rules.end(), rule) != choice->rules.end();
        if (!used && exportedTo(rule->exportTo, rule->object->ref.ns, m_proxy.ns)) {
            choice->hidden.push_back(rule);
        }
    }
    const std::scoped_lock lock(m_choicesMutex);
    return *m_choices.emplace(&service, std::move(choice)).first->second;
}

} // namespace meshdeck::policy
