// Istio's request counters of a synthetic mesh, as a Prometheus would answer for them: three callees a workload, three
// response codes, both reporters, a namespace for every 100 workloads. Seeded: the same in every run.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mesh/inventory.h"

namespace meshdeck::bench {

struct FleetEdge {
    std::size_t source = 0;
    std::size_t target = 0;
};

[[nodiscard]] std::vector<FleetEdge> fleetEdges(std::size_t workloads);
// A query's whole answer with `series` series and all labels that Istio attaches, about 1 KB each. An edge's series follow
// each other, as they do in a server's answer; shuffled they are in no order at all.
[[nodiscard]] std::string prometheusReply(std::size_t series, bool shuffled = false);
[[nodiscard]] mesh::Inventory fleetInventory(std::size_t workloads);

} // namespace meshdeck::bench
