// Whether the controllers have taken a Gateway API object as it is stored now: a condition counts when its
// observedGeneration is the object's generation (facts/semantics.md 6, facts/safe-apply.md C2 step 9).
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "change/cluster.h"

namespace meshdeck::change {

enum class ConditionState { Accepted, Waiting, Refused };
[[nodiscard]] std::string_view name(ConditionState state); // "accepted", "waiting", "refused"

struct ObjectConditions {
    mesh::ResourceRef ref;
    ConditionState state = ConditionState::Waiting;
    std::string message; // "Gateway shop/web: NoMatchingParent, no listener has this name"; empty when accepted
};

// Kinds whose status says so: routes (by parent), Gateways, BackendTLSPolicies (by ancestor).
[[nodiscard]] bool hasConditions(const mesh::ResourceRef& ref);

// What the status says of this generation. Waiting names the parents that nobody has spoken of yet.
[[nodiscard]] ObjectConditions conditionsOf(const mesh::Resource& live);

// Reads the objects until each is accepted or refused, or `limit` is over.
using ConditionPause = std::function<void(Duration, const std::stop_token&)>;
[[nodiscard]] std::vector<ObjectConditions> waitForConditions(Cluster& cluster, const std::vector<mesh::ResourceRef>& refs,
                                                              Duration limit, const Clock& clock,
                                                              const ConditionPause& pause, const std::stop_token& stop);

} // namespace meshdeck::change
