// The found as a list for people: worst first, each thing once. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traffic/find/evaluate.h"

namespace meshdeck::traffic {

struct FoundNode {
    std::uint32_t node = 0;            // index into the graph
    std::optional<double> errorShare;  // 0..1 of what it takes; nothing where it takes no requests
    double requestsPerSecond = 0;      // as on its card
};

struct FoundEdge {
    std::uint32_t edge = 0;
    std::optional<double> errorShare; // 0..1
    double rate = 0;                  // requests, of TCP bytes, a second
};

// A service that is found together with a workload that it leads to is told by that workload.
[[nodiscard]] std::vector<FoundNode> foundNodes(const mesh::Graph& graph, const FindMatches& matches);
[[nodiscard]] std::vector<FoundEdge> foundEdges(const mesh::Graph& graph, const FindMatches& matches);
// How many nodes foundNodes() lists when all are found.
[[nodiscard]] std::size_t findableNodes(const mesh::Graph& graph);

// "8 of 3,012", "3 of 9,140 calls", "8 of 3,012 and 3 calls"; "nothing found".
[[nodiscard]] std::string foundWords(const mesh::Graph& graph, const FindMatches& matches);
// "3,012".
[[nodiscard]] std::string grouped(std::size_t number);

} // namespace meshdeck::traffic
