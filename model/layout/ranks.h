// Ranks: which column, counted from the left, each node belongs to.
#pragma once

#include <span>
#include <vector>

#include "layout/graph.h"

namespace meshdeck::layout {

// The order of Eades, Lin and Smyth (1993): few links go against it, in linear time. `lists` of callees and callers of
// nodes 0 to count - 1. Nodes without callers come first, in their own order.
[[nodiscard]] std::vector<int> orderAgainstCycles(int count, const Lists& callees, const Lists& callers);

// Ranks from 0, none left out, for the nodes of a graph. Longest paths where that gives at most `cap` ranks. Else the trophic levels
// of MacKay, Johnson and Sansom (2020): each node one to the right of the mean of its callers and one to the left of its
// callees, by least squares and rounded. Then 1 % of calls upwards does not deepen the drawing, which longest paths
// turn into ten times the ranks. A real chain of calls may be deeper than the cap still.
[[nodiscard]] std::vector<int> ranks(int count, const Lists& callees, const Lists& callers, int cap);

} // namespace meshdeck::layout
