// Traffic that third parties report (appender extensions of facts/traffic-graph.md 2.3): the counters
// kiali_ext_requests_total, kiali_ext_tcp_sent_total and kiali_ext_tcp_received_total.
#pragma once

#include "mesh/graph.h"
#include "traffic/graph_builder.h"
#include "traffic/names.h"

namespace meshdeck::traffic {

class Sha256;

// Adds their services as nodes and their calls as edges. A source that calls itself a root must be a node of the graph
// (same namespace, and workload, app or service of that name); without one the call is left out, for nobody could tell
// where it hangs. What both ends report counts once: the source's word stands.
void addExtensions(mesh::Graph& graph, const SampleSet& samples, const Names& names, const GraphOptions& options,
                   Sha256& digest);

} // namespace meshdeck::traffic
