// Synthetic service graphs with the statistics of real meshes: three edges a node, Pareto in-degree, log-normal out-degree,
// five to eight tiers, about 1 % upward edges, Zipf-sized namespaces, 65 % of calls inside a namespace. Seeded: the same
// arguments give the same graph everywhere (the generator of shared/bench, line by line).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::bench {

struct ServiceGraph {
    int nodes = 0;
    int tiers = 0;
    int namespaces = 0;
    std::vector<int> tierOf;
    std::vector<int> namespaceOf;
    std::vector<std::pair<int, int>> edges; // caller, callee; no duplicates, no self-calls
};

[[nodiscard]] ServiceGraph serviceGraph(int nodes, std::uint32_t seed = 7);

// Cards of 150 x 46 in boxes of their namespaces.
[[nodiscard]] layout::LayoutInput layoutInput(const ServiceGraph& graph);

} // namespace meshdeck::bench
