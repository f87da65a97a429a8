// A drawing from nothing: blocks, ranks, order, coordinates.
#pragma once

#include <stop_token>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

// Centres of all nodes, whatever their previous places; false when stopped.
[[nodiscard]] bool drawFresh(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress,
                             std::vector<Point>& centres);

} // namespace meshdeck::layout
