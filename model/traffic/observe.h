// What series say of an edge beside its rate: mutual TLS, principals, latency, body bytes (the appenders
// securityPolicy, responseTime and throughput of facts/traffic-graph.md 2.3, the TLS share weighted by rate).
#pragma once

#include "traffic/draft.h"
#include "traffic/graph_builder.h"
#include "traffic/node_table.h"

namespace meshdeck::traffic {

// Fills `observed` of the edges; series of edges that are not there are passed over. May add unused nodes to `table`.
void observe(DraftEdges& edges, const SampleSet& samples, const Names& names, NodeTable& table,
             const GraphOptions& options);

} // namespace meshdeck::traffic
