// From series to a draft graph: the order of queries of every namespace, the duplicate guard, service injection and the
// merging of namespaces (facts/traffic-graph.md 2.1 and 2.2).
#pragma once

#include "traffic/draft.h"
#include "traffic/graph_builder.h"
#include "traffic/node_table.h"

namespace meshdeck::traffic {

// The edges all asked-for namespaces see, each once; their nodes, with destServices set, are in `table`.
[[nodiscard]] DraftEdges accumulate(const SampleSet& samples, const Names& names, NodeTable& table,
                                    const ClusterFacts& facts, const GraphOptions& options);

} // namespace meshdeck::traffic
