// What a DestinationRule says for one port and subset, block by block, with where each block is written: the levels of
// facts/semantics.md 2.2. A port's settings drop everything else of their level; a subset overrides block by block.
#pragma once

#include <string>

#include "policy/scope.h"

namespace meshdeck::policy {

// Where a block of a traffic policy is written.
struct PolicyPlace {
    ConfigObjectPtr object; // null: nowhere, Istio's default counts
    std::string pointer;    // "/spec/subsets/1/trafficPolicy/portLevelSettings/0/tls"
    std::string level;      // "subset v2, port 9080", "subset v2", "port 9080", "top level"
};

// The blocks point into the choice they were made of: keep that alive. Null: not set.
struct EffectiveTrafficPolicy {
    const config::ConnectionPool* connectionPool = nullptr;
    const config::OutlierDetection* outlierDetection = nullptr;
    const config::LoadBalancer* loadBalancer = nullptr;
    const config::ClientTls* tls = nullptr;
    PolicyPlace connectionPoolPlace, outlierDetectionPlace, loadBalancerPlace, tlsPlace;
    // The subset is named but no rule of the choice has it: there is no such cluster.
    bool subsetMissing = false;
};

// `subset` may be "". A choice without rules gives an empty policy.
[[nodiscard]] EffectiveTrafficPolicy effectiveTrafficPolicy(const DestinationRuleChoice& choice, std::uint32_t port,
                                                            std::string_view subset = {});

} // namespace meshdeck::policy
