// Where on its ends' sides each edge starts and arrives.
#pragma once

#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

struct Ports {
    std::vector<double> out; // heights, by edge
    std::vector<double> in;
};

// `boxes` of the ends (nodes, then groups, then an empty one for what does not exist), `source` and `target` of each edge
// among them. Sorted by where the other ends are, so that edges of one side do not cross; in line with the other end where
// both have one edge only.
[[nodiscard]] Ports assignPorts(const std::vector<Rect>& boxes, const std::vector<int>& source, const std::vector<int>& target);

} // namespace meshdeck::layout
