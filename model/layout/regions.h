// What one set of lanes serves: nodes that stand in columns, and the boxes around them. Found from the picture alone, so that
// routes are the same however the nodes came to their places.
#pragma once

#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

struct Span {
    double from = 0;
    double to = 0;
};

struct Region {
    Rect box;
    std::vector<int> nodes;
    std::vector<int> groups;   // inside, and the region's own if it has one
    std::vector<Span> columns; // left and right edges, left to right
};

struct Regions {
    std::vector<Region> all;
    std::vector<int> ofNode;   // by node
    std::vector<int> ofGroup;  // by group; kNone for one that holds several regions, or nothing
    std::vector<int> columnOf; // by node: column in its region
    std::vector<int> frames;   // groups that hold several regions
};

[[nodiscard]] Regions findRegions(const LayoutInput& input, const LayoutResult& placed);

} // namespace meshdeck::layout
