// The service graph out of a workload graph with injected services (facts/traffic-graph.md 2.2, "Service graph").
#pragma once

#include "traffic/draft.h"

namespace meshdeck::traffic {

// Keeps service nodes and the roots that call them. What a workload behind several services sends is split between
// them by what each of them sends to it; with `kialiArithmetic` each gets all of it.
[[nodiscard]] std::vector<DraftEdge> serviceEdges(const std::vector<DraftNode>& nodes, std::vector<DraftEdge> edges,
                                                  bool kialiArithmetic);

} // namespace meshdeck::traffic
