// Which route a HOST on the command line means.
#pragma once

#include "cli/apply_input.h"

namespace meshdeck::cli {

// Weights for all of a route's destinations from those that were named: the others share what is left of `sum` in
// proportion to `stored`, by largest remainder. Nothing when the named ones exceed the sum.
[[nodiscard]] std::optional<std::vector<int>> completeWeights(const std::vector<std::optional<int>>& named,
                                                              const std::vector<int>& stored, int sum);

} // namespace meshdeck::cli
