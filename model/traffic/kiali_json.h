// A graph in the shape of Kiali's graph API (Cytoscape elements), so that what reads that can read ours.
#pragma once

#include <nlohmann/json.hpp>

#include "mesh/graph.h"

namespace meshdeck::traffic {

// {"timestamp","duration","graphType","elements":{"nodes":[{"data"}],"edges":[{"data"}]}}. Rates are texts with two
// decimals, up to five until a significant digit shows; percentages have one decimal; times unix seconds. Edges that
// come back from a waypoint are folded into the edge that goes there, as Kiali's ambient decoration does.
[[nodiscard]] nlohmann::json kialiGraph(const mesh::Graph& graph);

} // namespace meshdeck::traffic
