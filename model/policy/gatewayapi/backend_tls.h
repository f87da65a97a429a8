// BackendTLSPolicies as DestinationRules (facts/semantics.md 6.3).
#pragma once

#include <vector>

#include "policy/world.h"

namespace meshdeck::policy {

// One for each service that a policy names: SIMPLE TLS with the policy's name for the server. Of several policies for
// one service or port the oldest counts; a policy for a port goes before one for the whole service.
[[nodiscard]] std::vector<EffectiveDestinationRule> backendTlsRules(const World& world);

} // namespace meshdeck::policy
