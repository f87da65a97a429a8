// Which DestinationRule a client applies to a host, and what it says for one cluster (semantics.md 2.1, 2.2).
#include <algorithm>

#include "app/demo/sim/route.h"

namespace meshdeck::demo {

namespace {

constexpr const char* kRootNamespace = "istio-system";

bool visible(const DestinationRule& rule, const std::string& clientNs) {
    if (rule.exportTo.empty()) {
        return true;
    }
    return std::any_of(rule.exportTo.begin(), rule.exportTo.end(), [&](const std::string& to) {
        return to == "*" || to == clientNs || (to == "." && rule.ns == clientNs);
    });
}

// Rules of one namespace for the host: of the exact name, else of the longest wildcard.
std::vector<const DestinationRule*> rulesIn(const Config& config, const std::string& ns, const std::string& clientNs,
                                            const std::string& host) {
    std::vector<const DestinationRule*> rules;
    const auto exact = config.rulesByHost.find(host);
    if (exact != config.rulesByHost.end()) {
        for (const std::size_t index : exact->second) {
            const DestinationRule& rule = config.destinationRules[index];
            if (rule.ns == ns && visible(rule, clientNs)) {
                rules.push_back(&rule);
            }
        }
    }
    if (!rules.empty()) {
        return rules;
    }
    std::size_t longest = 0;
    for (const std::size_t index : config.wildcardRules) {
        const DestinationRule& rule = config.destinationRules[index];
        if (rule.ns != ns || !visible(rule, clientNs) || !host.ends_with(rule.host.substr(1)) ||
            rule.host.size() < longest) {
            continue;
        }
        if (rule.host.size() > longest) {
            rules.clear();
            longest = rule.host.size();
        }
        rules.push_back(&rule);
    }
    return rules;
}

bool isSet(const TrafficPolicy& policy) {
    return !policy.tlsMode.empty() || policy.outlier || policy.maxRequests || policy.maxPending ||
           policy.maxConnections;
}

// Blocks that the subset sets replace the base's.
TrafficPolicy merged(TrafficPolicy base, const TrafficPolicy& over) {
    if (!over.tlsMode.empty()) {
        base.tlsMode = over.tlsMode;
    }
    if (over.outlier) {
        base.outlier = over.outlier;
    }
    if (over.maxRequests || over.maxPending || over.maxConnections) {
        base.maxRequests = over.maxRequests;
        base.maxPending = over.maxPending;
        base.maxConnections = over.maxConnections;
    }
    return base;
}

} // namespace

ClusterPolicy clusterPolicy(const Config& config, const std::string& clientNs, const std::string& serviceNs,
                            const std::string& host, const std::string& subset, int port) {
    std::vector<const DestinationRule*> rules;
    for (const std::string& ns : {clientNs, serviceNs, std::string(kRootNamespace)}) {
        rules = rulesIn(config, ns, clientNs, host);
        if (!rules.empty()) {
            break;
        }
    }
    ClusterPolicy result;
    result.subsetExists = subset.empty();
    // Rules of one namespace and host merge: the first policy wins whole, subsets are appended.
    for (const DestinationRule* rule : rules) {
        const auto level = rule->ports.find(port);
        const TrafficPolicy& policy = level != rule->ports.end() ? level->second : rule->policy;
        if (isSet(policy)) {
            result.policy = policy;
            break;
        }
    }
    for (const DestinationRule* rule : rules) {
        for (const Subset& candidate : rule->subsets) {
            if (!result.subsetExists && candidate.name == subset) {
                result.subsetExists = true;
                result.subsetLabels = candidate.labels;
                result.policy = merged(result.policy, candidate.policy);
            }
        }
    }
    return result;
}

} // namespace meshdeck::demo
