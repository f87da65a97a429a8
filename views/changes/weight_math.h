// The arithmetic of the weight sliders: the sum stays, the others give or take in proportion, what is pinned holds.
#pragma once

#include <cstddef>
#include <vector>

namespace meshdeck::views {

// The weights after `index` was moved to `value` (cut to what the unpinned others can give). Whole numbers whose sum is
// that of `weights`; the remainders go to the largest fractions, ties to the first. With nobody to give, nothing moves.
[[nodiscard]] std::vector<int> moveWeight(const std::vector<int>& weights, const std::vector<bool>& pinned,
                                          std::size_t index, int value);

} // namespace meshdeck::views
