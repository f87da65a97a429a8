// Where on the map a request or an object of the config is.
#pragma once

#include <string>
#include <vector>

#include "mesh/graph.h"
#include "mesh/resource.h"
#include "routes/trace.h"

namespace meshdeck::views {

// Ids of graph nodes and edges.
struct OnMap {
    std::vector<std::string> nodes;
    std::vector<std::string> edges;
};

// The sender, the services and the workloads behind them, with the calls between them that the graph has.
[[nodiscard]] OnMap onMap(const TraceAnswer& answer, const mesh::Graph& graph);
// The services an object is about; without any the nodes of its namespace.
[[nodiscard]] OnMap onMap(const config::ConfigObject& object, const mesh::Graph& graph);

} // namespace meshdeck::views
