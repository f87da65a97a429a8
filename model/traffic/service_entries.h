// Hosts that ServiceEntries stand for (appender serviceEntry of facts/traffic-graph.md 2.3).
#pragma once

#include "traffic/draft.h"
#include "traffic/graph_builder.h"
#include "traffic/node_table.h"

namespace meshdeck::traffic {

// Service nodes that nobody injected and that are named like a host of a ServiceEntry visible to their caller become one
// node an entry; calls of one source over one protocol add up. Without configuration nothing changes.
[[nodiscard]] std::vector<DraftEdge> foldServiceEntries(std::vector<DraftEdge> edges, NodeTable& table,
                                                        const ClusterFacts& facts);

} // namespace meshdeck::traffic
