// RFC 6902 on our own values; see plan.h for differences, guarded and applyPatch.
#pragma once

#include <string>
#include <vector>

#include "change/cluster.h"

namespace meshdeck::change {

// Deep equality as JSON means it: the order of an object's keys does not count, 1 is 1.0.
[[nodiscard]] bool sameJson(const config::Json& a, const config::Json& b);

// The patch that takes `after` back to `before`, both without what the server owns, with tests of every value it
// replaces and without the guards on uid and resourceVersion.
[[nodiscard]] JsonPatch inverseOf(const config::Json& before, const config::Json& after);

// Fields in which two objects differ, as people write them ("spec.http[0].timeout"), sorted as they come; server
// fields apart.
[[nodiscard]] std::vector<std::string> differingFields(const config::Json& before, const config::Json& after);

} // namespace meshdeck::change
