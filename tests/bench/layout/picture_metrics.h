// What a drawing is worth, counted the same way for every engine.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::bench {

// Pairs of straight lines between centres that cross and share no end.
[[nodiscard]] std::size_t crossings(std::span<const layout::Point> centres, std::span<const std::pair<int, int>> edges);
// Pairs of nodes that lie on each other.
[[nodiscard]] std::size_t overlaps(const layout::LayoutInput& input, std::span<const layout::Point> centres);

} // namespace meshdeck::bench
