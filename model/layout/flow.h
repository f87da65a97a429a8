// A flow: the leaves and boxes inside one item, drawn in columns from left to right. A drawing is one flow, or many, each a
// block that is placed beside the others.
//
// Every item of a flow has a zone, the columns of its parent it may stand in, and a height y below its parent's top edge.
// Packing puts the children of each box, in the order of their keys, on the lowest free place of their zones.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "layout/graph.h"

namespace meshdeck::layout {

constexpr double kNodeGap = 26;     // room for the badges that hang below a card
constexpr double kGroupGap = 24;
constexpr double kColumnGap = 74;   // a curve and the head of its arrow
constexpr double kColumnPitch = 224;
constexpr double kRowPitch = 72;

struct Item {
    int rank = 0;      // of a leaf, in its block
    int band = 0;      // a chain deeper than the window is wide goes on below
    int zoneFirst = 0; // columns of the parent the item's first column may be
    int zoneLast = 0;
    int span = 1;      // columns
    int column = 0;    // first, counted in the parent; after packing
    double width = 0;  // of a leaf
    double height = 0;
    double y = 0;      // top edge below the parent's
    double key = 0;    // wanted order among its siblings
    double title = 0;
    double padding = 0;
    bool ordered = false; // children keep the input's order
    bool lonely = false;  // no link inside the block
};

struct Flow {
    Flow(const LayoutInput& input, const Graph& graph);
    const Graph& graph;
    std::vector<Item> items;
    std::vector<std::vector<int>> order; // by item: children of a group from the top
    std::vector<double> top;             // by item: top edge, counted from the block's
    std::vector<int> column;             // by item: first column of the block

    [[nodiscard]] Item& operator[](int item) { return items[idx(item)]; }
    [[nodiscard]] const Item& operator[](int item) const { return items[idx(item)]; }
    [[nodiscard]] double middle(int leaf) const { return top[idx(leaf)] + items[idx(leaf)].height / 2; }
};

[[nodiscard]] inline double gapBetween(bool firstIsLeaf, bool secondIsLeaf) {
    return firstIsLeaf && secondIsLeaf ? kNodeGap : kGroupGap;
}

// Ranks of all leaves in a block, and who has no link in it.
void rankBlock(Flow& flow, int block, int cap);
// Zones of the block and everything in it. `rows`: no rank is to stand higher, it is folded into several columns; 0: as
// high as it gets. Returns the number of columns.
int takeZones(Flow& flow, int block, int rows);
// Places everything in a block in the order of the keys; y, column, top and order are set.
void pack(Flow& flow, int block);
// Sets `top` and `column` of everything inside an item from y and the columns within the parents.
void resolve(Flow& flow, int item, double top, int column);

// How long to search: comparisons, not milliseconds, so that every machine finds the same drawing.
struct Effort {
    int sweeps = 12;
    std::int64_t trials = 0; // steps of work for exchanging neighbours
};
// Finds a good order and packs; false when stopped.
[[nodiscard]] bool orderBlock(Flow& flow, int block, const Effort& effort, const std::stop_token& stop);
// Moves everything up and down within the order for straight lines. `wanted`: for each leaf where links that leave the
// block would have its middle, NaN for none.
void straighten(Flow& flow, int block, const std::vector<double>& wanted);

// Left edges and widths of a block's columns, from the block's left edge.
struct Columns {
    std::vector<double> left;
    std::vector<double> width;
    double total = 0; // width of the block
};
[[nodiscard]] Columns placeColumns(const Flow& flow, int block);

} // namespace meshdeck::layout
