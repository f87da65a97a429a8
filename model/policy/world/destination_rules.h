// DestinationRules as proxies look them up: by the namespace they live in, merged by host (facts/semantics.md 2.1).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/world/population.h"

namespace meshdeck::policy {

// Rules of one namespace and one host that count as one.
struct ConsolidatedRule {
    std::vector<const EffectiveDestinationRule*> rules; // the first gives exportTo and workload selector
    std::shared_ptr<const config::DestinationRule> merged;
    std::vector<ConfigObjectPtr> subsetOrigins; // one a subset of `merged`
    [[nodiscard]] const std::vector<std::string>& exportTo() const { return rules.front()->exportTo; }
};

class DestinationRuleIndex {
public:
    // `rules` oldest first.
    explicit DestinationRuleIndex(std::vector<EffectiveDestinationRule> rules);
    DestinationRuleIndex(const DestinationRuleIndex&) = delete; // the parts point into the list
    DestinationRuleIndex& operator=(const DestinationRuleIndex&) = delete;
    ~DestinationRuleIndex() = default;

    [[nodiscard]] const std::vector<EffectiveDestinationRule>& rules() const { return m_rules; }

    // Which rules of a namespace its own clients use, which other namespaces', and which only clients of the root
    // namespace (its private ones).
    enum class Part { Local, Exported, Private };
    // The rules of the most specific host of `ns` that stands for `host`; null when there is none.
    [[nodiscard]] const std::vector<ConsolidatedRule>* find(Part part, std::string_view ns, std::string_view host) const;
    // Every rule whose host stands for `host`, anywhere.
    [[nodiscard]] std::vector<const EffectiveDestinationRule*> matching(std::string_view host) const;

private:
    struct HostRules {
        std::string host;
        std::vector<ConsolidatedRule> rules;
    };
    struct NamespaceRules {
        TextMap<std::size_t> places; // of a host in `hosts`
        std::vector<HostRules> hosts;
        std::vector<std::size_t> wildcards; // in `hosts`
    };
    void add(TextMap<NamespaceRules>& into, const EffectiveDestinationRule& rule);

    std::vector<EffectiveDestinationRule> m_rules;
    TextMap<NamespaceRules> m_local, m_exported, m_private;
    TextMap<std::vector<const EffectiveDestinationRule*>> m_exact;
    std::vector<const EffectiveDestinationRule*> m_wildcards;
};

// From the objects of the world.
[[nodiscard]] std::vector<EffectiveDestinationRule> effectiveDestinationRules(const World& world);

} // namespace meshdeck::policy
