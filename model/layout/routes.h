// Edge routes: out on the right, in on the left. Inside a region through lanes that keep clear of nodes, borders and titles;
// between regions along the streets; back to the left in a lane of its own; straight down or up between neighbours in a
// column.
#pragma once

#include <stop_token>

#include "layout/layout.h"

namespace meshdeck::layout {

// Fills result.routes from its positions, groups and bounds; false when stopped.
[[nodiscard]] bool routeEdges(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress,
                              LayoutResult& result);

} // namespace meshdeck::layout
