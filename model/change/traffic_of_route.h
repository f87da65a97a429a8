// What the graph knows of the traffic that one weighted route splits.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "change/plan.h"
#include "config/routes.h"
#include "mesh/graph.h"

namespace meshdeck::change {

// One destination's traffic now. Rates are requests per second, of tcp routes bytes per second.
struct DestinationTraffic {
    std::set<std::uint32_t> nodes; // the versions (or the backend's workloads) in the graph
    std::string edgeId;            // of the busiest edge into them, from a service node where there is one
    std::string nodeId;
    std::optional<double> rate;    // nothing: the graph has no such node
    double failed = 0;             // of `rate`
};

struct RouteTraffic {
    std::vector<DestinationTraffic> destinations; // in the route's order
    std::optional<double> total;                  // nothing when no destination is known
    std::set<std::uint32_t> callers;
};

[[nodiscard]] RouteTraffic trafficOf(const config::WeightedRoute& route, const std::vector<config::Subset>& subsets,
                                     const mesh::Graph& graph);

// Rate of edges of the given kind (requests or bytes) from a caller to the nodes of a route's destinations.
[[nodiscard]] double rateBetween(const mesh::Graph& graph, std::uint32_t source, const std::set<std::uint32_t>& targets,
                                 bool tcp);

} // namespace meshdeck::change
