// What a find expression finds in a graph, and the graph without what is hidden. Pure; any thread.
//
// What is not known is neither true nor false: a comparison with it finds nothing, and neither does its negation. "= NaN"
// asks for it. Of Kiali's rates (http, grpcin, ...) no traffic of that protocol counts as not known, as it does there.
//
// Each side of an outermost `or` stands for itself. One that asks about nodes only finds nodes, one that asks about calls
// only finds calls. One that asks about both finds both: a call is then in the place of its ends ("ns = shop" holds where
// either end is in shop), a node in the place of its calls ("plaintext" holds where some call of it is).
#pragma once

#include <cstddef>
#include <vector>

#include "mesh/graph.h"
#include "mesh/inventory.h"
#include "traffic/find/expression.h"

namespace meshdeck::traffic {

struct FindScope {
    const mesh::Graph& graph;
    const mesh::Inventory* inventory = nullptr; // for label:KEY; null: no label is known
    bool ratesKnown = true;                     // false: telemetry is too old for its figures to count
};

struct FindMatches {
    std::vector<bool> nodes; // by index into the graph; boxes never match
    std::vector<bool> edges;
    bool aboutNodes = false; // some part of the expression could find nodes
    bool aboutEdges = false;

    [[nodiscard]] std::size_t nodeCount() const;
    [[nodiscard]] std::size_t edgeCount() const;
    bool operator==(const FindMatches&) const = default;
};

// The empty expression matches nothing.
[[nodiscard]] FindMatches findIn(const FindScope& scope, const FindExpression& expression);

// The graph without the matches: with a node go its calls, and a node whose calls have all been asked away goes too (as
// in Kiali); boxes stay while something is in them.
[[nodiscard]] mesh::Graph hideFrom(const mesh::Graph& graph, const FindMatches& hidden);
// The graph of the matches: found nodes with the calls between them, found calls with their ends.
[[nodiscard]] mesh::Graph keepOnly(const mesh::Graph& graph, const FindMatches& found);

} // namespace meshdeck::traffic
