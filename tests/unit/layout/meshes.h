// Meshes for the tests of the layout, and what must be true of every drawing.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

// Namespaces with apps in some of them, and calls that mostly go forward; the same seed gives the same mesh. Group 2k is a
// namespace, 2k + 1 the app in it.
[[nodiscard]] LayoutInput randomMesh(std::uint32_t seed, std::size_t nodes);
// Free nodes joined by calls.
[[nodiscard]] LayoutInput nodesAndCalls(std::size_t nodes, const std::vector<std::pair<int, int>>& calls);
void takePrevious(LayoutInput& input, const LayoutResult& result);

[[nodiscard]] Rect boxOf(const LayoutInput& input, const LayoutResult& result, std::size_t node);
[[nodiscard]] bool cover(const Rect& a, const Rect& b);
[[nodiscard]] bool inside(const Rect& inner, const Rect& outer);
[[nodiscard]] bool onOutline(const RoutePoint& p, const Rect& box);

// Sizes of the results, no overlaps at any level of boxes, nodes inside their boxes and no others, routes that are cubics between
// outlines. Fails the test with the first breach.
void expectSound(const LayoutInput& input, const LayoutResult& result);
// How many routes pass through a node that is not one of their ends.
[[nodiscard]] int routesThroughNodes(const LayoutInput& input, const LayoutResult& result);

} // namespace meshdeck::layout
