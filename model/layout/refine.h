// Exchanges cards of the same size in the same box: no box changes, links become shorter and cross less.
#pragma once

#include <vector>

#include "layout/flow.h"

namespace meshdeck::layout {

// `centres` of all leaves in the drawing; changed together with the flow's y and column. False when stopped.
[[nodiscard]] bool refine(Flow& flow, std::vector<Point>& centres, const std::stop_token& stop);

} // namespace meshdeck::layout
