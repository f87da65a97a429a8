// A whole drawing: its blocks (flows), where they stand, and what the routes need to know of it.
#pragma once

#include <stop_token>
#include <vector>

#include "layout/flow.h"
#include "layout/slicing.h"

namespace meshdeck::layout {

constexpr double kStreet = 64; // between blocks

struct Block {
    int item = kNone;
    int slice = kNone;
    Columns columns;
    Rect rect;
};

// How long a layout may search, by the size of the drawing.
struct Budget {
    int sweeps = 12;
    std::int64_t trials = 0; // for all blocks together
    int straightened = 120;  // leaves of a block up to which its lines are straightened
};
[[nodiscard]] Budget budgetFor(int leaves);

// Ways to draw a block, from tall to wide; the choice is the `rows` of takeZones.
[[nodiscard]] std::vector<Shape> shapesOf(Flow& flow, int block);

// Everything as one flow of at most `rows` rows (0: as many as it takes), or as blocks side by side where the graph is split.
// Centres of the leaves and the blocks are set; false when stopped.
struct Drawing {
    std::vector<Point> centres;
    std::vector<Block> blocks;
    double width = 0;
    double height = 0;
};
[[nodiscard]] bool drawOneFlow(Flow& flow, int rows, const Budget& budget, const std::stop_token& stop, Drawing& drawing);
[[nodiscard]] bool drawBlocks(Flow& flow, double aspect, const Budget& budget, const std::stop_token& stop,
                              const ProgressSink& progress, Drawing& drawing);

} // namespace meshdeck::layout
