#include "policy/world/destination_rules.h"

#include <algorithm>
#include <set>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

using config::DestinationRule;

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

bool has(const std::vector<std::string>& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool isPrivate(const EffectiveDestinationRule& rule) {
    return rule.exportTo.size() == 1 && (rule.exportTo[0] == "." || rule.exportTo[0] == rule.object->ref.ns);
}

bool servesOwnNamespace(const EffectiveDestinationRule& rule) {
    return rule.spec->exportTo.empty() || has(rule.exportTo, "*") || has(rule.exportTo, ".") ||
           has(rule.exportTo, rule.object->ref.ns);
}

// Subsets of an older rule count before those of the same name in a newer one; of traffic policies the first.
void mergeInto(ConsolidatedRule& into, const EffectiveDestinationRule& rule) {
    auto merged = std::make_shared<DestinationRule>(*into.merged);
    for (const config::DestinationSubset& subset : rule.spec->subsets) {
        const bool known = std::any_of(merged->subsets.begin(), merged->subsets.end(),
                                       [&](const auto& own) { return own.name == subset.name; });
        if (!known) {
            merged->subsets.push_back(subset);
            into.subsetOrigins.push_back(rule.object);
        }
    }
    if (!merged->trafficPolicy) {
        merged->trafficPolicy = rule.spec->trafficPolicy;
    }
    into.merged = std::move(merged);
    into.rules.push_back(&rule);
}

ConsolidatedRule alone(const EffectiveDestinationRule& rule) {
    return {{&rule}, rule.spec, std::vector<ConfigObjectPtr>(rule.spec->subsets.size(), rule.object)};
}

enum class Audience { Same, Wider, Other };

Audience compareAudience(const ConsolidatedRule& older, const EffectiveDestinationRule& newer) {
    const auto& theirs = older.rules.front()->spec->workloadSelector ? older.exportTo() : older.rules.front()->spec->exportTo;
    const auto& own = newer.spec->workloadSelector ? newer.exportTo : newer.spec->exportTo;
    const std::set<std::string> a(theirs.begin(), theirs.end());
    const std::set<std::string> b(own.begin(), own.end());
    if (a == b) {
        return Audience::Same;
    }
    return !a.empty() && std::includes(b.begin(), b.end(), a.begin(), a.end()) ? Audience::Wider : Audience::Other;
}

// One rule more for a host: merged into those of the same audience and selector, else beside them.
void consolidate(std::vector<ConsolidatedRule>& rules, const EffectiveDestinationRule& rule) {
    bool merged = false;
    for (ConsolidatedRule& older : rules) {
        const Audience audience = compareAudience(older, rule);
        const auto& theirs = older.rules.front()->spec->workloadSelector;
        const auto& own = rule.spec->workloadSelector;
        if (audience == Audience::Other || (theirs && own && *theirs != *own)) {
            continue;
        }
        mergeInto(older, rule);
        merged = merged || (audience == Audience::Same && theirs.has_value() == own.has_value());
    }
    if (!merged) {
        rules.push_back(alone(rule));
    }
}

} // namespace

DestinationRuleIndex::DestinationRuleIndex(std::vector<EffectiveDestinationRule> rules) : m_rules(std::move(rules)) {
    std::vector<const EffectiveDestinationRule*> order;
    order.reserve(m_rules.size());
    for (const EffectiveDestinationRule& rule : m_rules) {
        order.push_back(&rule);
        if (isWildcard(rule.host)) {
            m_wildcards.push_back(&rule);
        } else {
            m_exact[rule.host].push_back(&rule);
        }
    }
    std::stable_partition(order.begin(), order.end(),
                          [](const auto* rule) { return rule->spec->workloadSelector.has_value(); });
    for (const EffectiveDestinationRule* rule : order) {
        if (servesOwnNamespace(*rule)) {
            add(m_local, *rule);
        }
        add(isPrivate(*rule) ? m_private : m_exported, *rule);
    }
}

void DestinationRuleIndex::add(TextMap<NamespaceRules>& into, const EffectiveDestinationRule& rule) {
    NamespaceRules& own = into[rule.object->ref.ns];
    const auto [place, fresh] = own.places.try_emplace(rule.host, own.hosts.size());
    if (fresh) {
        if (isWildcard(rule.host)) {
            own.wildcards.push_back(own.hosts.size());
        }
        own.hosts.push_back({rule.host, {}});
    }
    consolidate(own.hosts[place->second].rules, rule);
}

const std::vector<ConsolidatedRule>* DestinationRuleIndex::find(Part part, std::string_view ns,
                                                                std::string_view host) const {
    const auto& all = part == Part::Local ? m_local : part == Part::Exported ? m_exported : m_private;
    const auto own = all.find(ns);
    if (own == all.end()) {
        return nullptr;
    }
    const NamespaceRules& rules = own->second;
    if (const auto exact = rules.places.find(host); exact != rules.places.end()) {
        return &rules.hosts[exact->second].rules;
    }
    const HostRules* best = nullptr;
    for (const std::size_t i : rules.wildcards) {
        const HostRules& candidate = rules.hosts[i];
        if (hostSubsetOf(host, candidate.host) && (best == nullptr || moreSpecificHost(candidate.host, best->host))) {
            best = &candidate;
        }
    }
    return best == nullptr ? nullptr : &best->rules;
}

std::vector<const EffectiveDestinationRule*> DestinationRuleIndex::matching(std::string_view host) const {
    std::vector<const EffectiveDestinationRule*> result;
    if (const auto exact = m_exact.find(host); exact != m_exact.end()) {
        result = exact->second;
    }
    std::copy_if(m_wildcards.begin(), m_wildcards.end(), std::back_inserter(result),
                 [&](const auto* rule) { return rule->host != host && hostSubsetOf(host, rule->host); });
    return result;
}

std::vector<EffectiveDestinationRule> effectiveDestinationRules(const World& world) {
    std::vector<EffectiveDestinationRule> result;
    for (const ConfigObjectPtr& object : world.ofKind("networking.istio.io", "DestinationRule")) {
        const auto* held = std::get_if<config::Shared<DestinationRule>>(&object->typed);
        if (held == nullptr) {
            continue;
        }
        EffectiveDestinationRule rule;
        rule.object = object;
        rule.spec = *held;
        rule.host = lower(resolveShortName(rule.spec->host, object->ref.ns, world.mesh().clusterDomain));
        if (rule.spec->workloadSelector) {
            rule.exportTo = {"."}; // whatever it says (2.1)
        } else {
            rule.exportTo = rule.spec->exportTo.empty() ? world.mesh().defaultDestinationRuleExportTo : rule.spec->exportTo;
        }
        result.push_back(std::move(rule));
    }
    return result;
}

} // namespace meshdeck::policy
