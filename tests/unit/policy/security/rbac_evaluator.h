// Evaluates the Envoy RBAC config that istiod makes of policies (tests/data/authorization/*-out*.yaml), written from
// Envoy's documentation and apart from our own matching, to hold ours against it.
#pragma once

#include <random>

#include "config/json.h"
#include "unit/policy/security/requests.h"

namespace meshdeck::policy::test {

// 0 no, 1 cannot be known (other filters' metadata), 2 yes.
[[nodiscard]] int evaluatePolicy(const config::Json& policy, const Sample& sample);

// A request that one of the policy's permissions and principals fits, as far as it can be made; then, mostly, one thing
// about it is changed.
[[nodiscard]] Sample aimedAt(const config::Json& policy, std::mt19937& random);

} // namespace meshdeck::policy::test
