// What one proxy sees: the services its Sidecar imports, the VirtualServices in the order that decides who owns a host,
// and the DestinationRule that counts for a service (facts/semantics.md 1.3, 1.4, 2.1, 5).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/proxy.h"
#include "policy/text_map.h"
#include "policy/world.h"

namespace meshdeck::policy {

// One egress listener of the scope. Without a Sidecar there is one, without a port.
struct EgressListener {
    const config::SidecarEgress* written = nullptr; // null: everything visible
    std::vector<std::size_t> services;              // in World::services(), one a host: who won it
    std::vector<EffectiveVirtualServicePtr> virtualServices; // private, exported, public; oldest first in each
};

struct DestinationRuleChoice {
    // Merged rules of one namespace and host (2.1): the first is the one that gives the traffic policy.
    std::vector<const EffectiveDestinationRule*> rules;
    std::shared_ptr<const config::DestinationRule> merged;
    std::vector<ConfigObjectPtr> subsetOrigins; // one a merged subset
    std::vector<const EffectiveDestinationRule*> hidden; // would match too, but are not used
};

class Scope {
public:
    // Valid as long as the World is (kept alive here). Costly: keep it for many requests of the same proxy.
    [[nodiscard]] static std::shared_ptr<const Scope> of(WorldPtr world, const Proxy& proxy);

    [[nodiscard]] const World& world() const { return *m_world; }
    [[nodiscard]] const Proxy& proxy() const { return m_proxy; }
    [[nodiscard]] ConfigObjectPtr sidecar() const { return m_sidecar; } // null: none applies
    [[nodiscard]] const std::vector<EgressListener>& egress() const { return m_egress; }
    [[nodiscard]] bool registryOnly() const { return m_registryOnly; }
    // The service behind a full host name as this proxy sees it; null when it sees none. More hosts than those of
    // egress(): destinations of its VirtualServices are added although no listener names them (facts 5).
    [[nodiscard]] const Service* service(std::string_view host) const;
    // The answer is kept: it lives as long as the scope.
    [[nodiscard]] const DestinationRuleChoice& destinationRule(const Service& service) const;

private:
    friend class ScopeBuilder;
    Scope() = default;
    WorldPtr m_world;
    Proxy m_proxy;
    ConfigObjectPtr m_sidecar;
    std::vector<EgressListener> m_egress;
    bool m_registryOnly = false;
    TextMap<std::size_t> m_serviceOfHost; // in World::services()
    mutable std::mutex m_choicesMutex;
    mutable std::unordered_map<const Service*, std::shared_ptr<const DestinationRuleChoice>> m_choices;
};

// Whether an object of namespace `owner` is seen in `client`: "*" all, "." its own, "~" none, else names.
[[nodiscard]] bool exportedTo(const std::vector<std::string>& exportTo, std::string_view owner, std::string_view client);

} // namespace meshdeck::policy
