// Inside of the layered layout: nodes and groups as one tree of items, shared by its phases.
#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

// A node (leaf) or a group. Columns are ranks, left to right; `y` is the top edge, relative to the parent's content.
struct Item {
    bool leaf = true;
    int parent = -1;
    std::vector<int> children; // of a group, in drawing order from the top
    int firstColumn = 0;
    int lastColumn = 0;
    double width = 0;  // of a leaf
    double height = 0;
    double y = 0;
    double key = 0;    // wanted order among its siblings
    double title = 0;
    double padding = 0;
    double leftInset = 0; // from its first column's left edge to its own
    double rightInset = 0;
    double room = 0; // wanted in front of a leaf, for labels
    bool ordered = false;
};

// Leaves come first (in the input's order), then groups, then the root.
struct Tree {
    std::vector<Item> items;
    std::size_t leaves = 0;
    int columns = 1;
    std::vector<std::pair<int, int>> edges; // between items, as given; groups may be ends
    std::vector<std::vector<int>> neighbours; // of leaves, over edges whose ends are leaves or leaves of a group
    std::vector<double> top;                // absolute top edge of each item, after place()

    [[nodiscard]] int root() const { return static_cast<int>(items.size()) - 1; }
    [[nodiscard]] double middle(int leaf) const {
        return top[static_cast<std::size_t>(leaf)] + items[static_cast<std::size_t>(leaf)].height / 2;
    }
};

[[nodiscard]] Tree makeTree(const LayoutInput& input);
// Columns of all leaves: cycles broken by depth-first search, longest paths, capped; callers without callers stand
// right before what they call.
void rankLeaves(Tree& tree);
// Orders and packs the items of every group; false when stopped.
[[nodiscard]] bool place(Tree& tree, bool keepOrder, const std::stop_token& stop);

struct Columns {
    std::vector<double> left;
    std::vector<double> width;
};
[[nodiscard]] Columns placeColumns(Tree& tree);

// Fills `routes` of the result from its positions and groups. `columnOf` gives each node's column by its index.
struct RouteInput {
    const LayoutInput& input;
    std::vector<int> columnOf;
    Columns columns;
};
void routeEdges(const RouteInput& routing, LayoutResult& result);

} // namespace meshdeck::layout
