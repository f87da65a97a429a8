// Rate, errors and latency of every node over time, kept across changes of what the graph shows.
#pragma once

#include <cstddef>
#include <memory>

#include "mesh/graph.h"
#include "mesh/snapshot.h"

namespace meshdeck::session {

// Not thread safe: lives on the session's strand.
class HistoryFold {
public:
    explicit HistoryFold(std::size_t pointsPerNode);

    // Adds one point to each node of `graph`, unless the node has one of that time already (the same telemetry drawn
    // another way). Nodes that `graph` does not show keep their points until these are older than an hour.
    void append(const mesh::Graph& graph);

    [[nodiscard]] std::shared_ptr<const mesh::RedHistory> history() const { return m_history; }

private:
    std::size_t m_pointsPerNode;
    std::shared_ptr<const mesh::RedHistory> m_history = std::make_shared<mesh::RedHistory>();
};

// The point of one node, by its index: what comes in, or for nodes that nobody calls what goes out. Latencies are the
// means of its edges' quantiles, weighted by rate: between the best and the worst edge, exact for a single one.
[[nodiscard]] mesh::RedPoint redPoint(const mesh::Graph& graph, std::size_t nodeIndex);

} // namespace meshdeck::session
