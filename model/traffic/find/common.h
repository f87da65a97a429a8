// What the nodes that were found have in common: only what can be counted in the graph, nothing guessed. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traffic/find/evaluate.h"

namespace meshdeck::traffic {

struct FoundTogether {
    std::string ns;                 // all of them are in it; empty: they are not, or there is one only
    std::vector<std::uint32_t> path; // the longest chain of calls among them, at least three; caller first
    struct Failure {                 // the answer by which most of the failing requests into them fail
        std::uint32_t node = 0;      // who answers so
        std::string code;            // "503", "-" for no answer
        std::string flags;           // Envoy's, "-" for none
        double failing = 0;          // requests a second that end so
        double total = 0;            // requests a second into the node
    };
    std::optional<Failure> failure;

    [[nodiscard]] bool empty() const { return ns.empty() && path.empty() && !failure; }
};

[[nodiscard]] FoundTogether inCommon(const mesh::Graph& graph, const FindMatches& matches);

} // namespace meshdeck::traffic
