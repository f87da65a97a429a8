// Boxes around nodes, from the nodes' places alone: a box is as large as what is in it, so that it stays where it is when
// its nodes do.
#pragma once

#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

// Parents of the groups; kNone at the top. Wrong indices count as kNone, a circle is cut at its first group.
[[nodiscard]] std::vector<int> groupParents(const LayoutInput& input);
// Groups by depth, innermost first.
[[nodiscard]] std::vector<int> innermostFirst(const std::vector<int>& parents);

[[nodiscard]] Rect boxAround(const LayoutNode& node, Point centre);
[[nodiscard]] Rect joined(const Rect& a, const Rect& b);
[[nodiscard]] bool overlap(const Rect& a, const Rect& b); // by more than half a pixel

// result.groups from result.positions.
void fitBoxes(const LayoutInput& input, LayoutResult& result);
// result.bounds from everything there is.
void takeBounds(const LayoutInput& input, LayoutResult& result);

} // namespace meshdeck::layout
