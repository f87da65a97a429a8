#include "policy/traffic_policy.h"

#include <algorithm>

namespace meshdeck::policy {
namespace {

using config::DestinationRule;
using config::DestinationSubset;
using config::PortPolicy;
using config::TrafficPolicy;

// One level of a rule: its object, the pointer of its trafficPolicy and how people call it.
struct Level {
    ConfigObjectPtr object;
    std::string pointer;
    std::string name; // "" is the top level
};

template <typename Block>
void take(const std::optional<Block>& from, const Level& level, std::string_view field, std::string_view words,
          const Block*& block, PolicyPlace& place) {
    if (!from) {
        return;
    }
    block = &*from;
    place = PolicyPlace{level.object, level.pointer + "/" + std::string(field), std::string(words)};
}

// The four blocks of a whole policy or of one port's settings: both name them alike.
template <typename Policy>
void takeBlocks(const Policy& from, const Level& level, EffectiveTrafficPolicy& into) {
    const std::string words = level.name.empty() ? "top level" : level.name;
    take(from.connectionPool, level, "connectionPool", words, into.connectionPool, into.connectionPoolPlace);
    take(from.outlierDetection, level, "outlierDetection", words, into.outlierDetection, into.outlierDetectionPlace);
    take(from.loadBalancer, level, "loadBalancer", words, into.loadBalancer, into.loadBalancerPlace);
    take(from.tls, level, "tls", words, into.tls, into.tlsPlace);
}

// Index of the settings for `port`, or nothing. The first wins.
std::optional<std::size_t> settingsOf(const TrafficPolicy& policy, std::uint32_t port) {
    for (std::size_t i = 0; i < policy.portLevelSettings.size(); ++i) {
        if (policy.portLevelSettings[i].port == port) {
            return i;
        }
    }
    return std::nullopt;
}

Level ofPort(const Level& level, std::size_t index, std::uint32_t port) {
    const std::string words = "port " + std::to_string(port);
    return {level.object, level.pointer + "/portLevelSettings/" + std::to_string(index),
            level.name.empty() ? words : level.name + ", " + words};
}

// Which object of the choice gives the traffic policy of the merged rule: the first that has one.
ConfigObjectPtr policyObject(const DestinationRuleChoice& choice) {
    for (const EffectiveDestinationRule* rule : choice.rules) {
        if (rule->spec->trafficPolicy) {
            return rule->object;
        }
    }
    return choice.rules.empty() ? nullptr : choice.rules.front()->object;
}

// The subset's index in the object it was written in; merging appends subsets of other rules.
std::size_t indexAtHome(const DestinationRuleChoice& choice, std::size_t merged) {
    if (merged >= choice.subsetOrigins.size() || choice.subsetOrigins[merged] == nullptr) {
        return merged;
    }
    const auto* rule = config::as<DestinationRule>(choice.subsetOrigins[merged]->typed);
    if (rule == nullptr) {
        return merged;
    }
    const std::string& name = choice.merged->subsets[merged].name;
    const auto found = std::ranges::find(rule->subsets, name, &DestinationSubset::name);
    return found == rule->subsets.end() ? merged : static_cast<std::size_t>(found - rule->subsets.begin());
}

void takeSubset(const DestinationRuleChoice& choice, std::size_t index, std::uint32_t port,
                EffectiveTrafficPolicy& into) {
    const DestinationSubset& subset = choice.merged->subsets[index];
    if (!subset.trafficPolicy) {
        return;
    }
    const Level level{index < choice.subsetOrigins.size() ? choice.subsetOrigins[index] : nullptr,
                      "/spec/subsets/" + std::to_string(indexAtHome(choice, index)) + "/trafficPolicy",
                      "subset " + subset.name};
    if (const auto settings = settingsOf(*subset.trafficPolicy, port)) {
        into = {}; // the port's settings replace all four blocks, the unset ones too
        takeBlocks(subset.trafficPolicy->portLevelSettings[*settings], ofPort(level, *settings, port), into);
        return;
    }
    takeBlocks(*subset.trafficPolicy, level, into);
}

} // namespace

EffectiveTrafficPolicy effectiveTrafficPolicy(const DestinationRuleChoice& choice, std::uint32_t port,
                                              std::string_view subset) {
    EffectiveTrafficPolicy result;
    if (choice.merged == nullptr) {
        result.subsetMissing = !subset.empty();
        return result;
    }
    if (choice.merged->trafficPolicy) {
        const TrafficPolicy& top = *choice.merged->trafficPolicy;
        const Level level{policyObject(choice), "/spec/trafficPolicy", {}};
        if (const auto settings = settingsOf(top, port)) {
            takeBlocks(top.portLevelSettings[*settings], ofPort(level, *settings, port), result);
        } else {
            takeBlocks(top, level, result);
        }
    }
    if (subset.empty()) {
        return result;
    }
    const auto& subsets = choice.merged->subsets;
    const auto found = std::ranges::find(subsets, subset, &DestinationSubset::name);
    if (found == subsets.end()) {
        result.subsetMissing = true;
        return result;
    }
    takeSubset(choice, static_cast<std::size_t>(found - subsets.begin()), port, result);
    return result;
}

} // namespace meshdeck::policy
