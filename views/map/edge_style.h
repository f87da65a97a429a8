// How a call's line looks: refused, without mTLS, idle, not known.
#pragma once

#include "map/scene.h"

namespace meshdeck::views {

[[nodiscard]] EdgeStyle edgeStyleOf(const mesh::Graph& graph, const mesh::Edge& edge, bool ratesKnown);
// Does the style say that traffic runs, rather than that none does or nobody knows?
[[nodiscard]] bool isCarrying(EdgeStyle style);

} // namespace meshdeck::views
