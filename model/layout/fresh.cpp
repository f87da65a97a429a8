#include "layout/fresh.h"

#include <algorithm>

#include "layout/drawing.h"

namespace meshdeck::layout {
namespace {

constexpr int kReadable = 150;    // up to so many leaves one flow is tried for everything
constexpr int kBlock = 24;        // a box of more is a block of its own, when the drawing has blocks
constexpr double kTooFlat = 2.8;
constexpr double kTooTall = 0.55; // of the window's aspect

// How large a drawing is seen when it fits the window.
double scaleIn(double aspect, double width, double height) {
    return std::min(aspect / std::max(1.0, width), 1 / std::max(1.0, height));
}

// One flow, folded when it is much taller than the window; false when stopped.
bool drawFlow(Flow& flow, double aspect, const std::stop_token& stop, Drawing& drawing) {
    const Budget budget = budgetFor(flow.graph.leaves);
    if (!drawOneFlow(flow, 0, budget, stop, drawing)) {
        return false;
    }
    const double shape = drawing.width / std::max(1.0, drawing.height);
    if (shape >= kTooTall * aspect) {
        return true;
    }
    int best = 0;
    double scale = 0;
    for (const Shape& way : shapesOf(flow, flow.graph.root())) {
        if (const double now = scaleIn(aspect, way.width, way.height); now > scale) {
            scale = now;
            best = way.choice;
        }
    }
    return drawOneFlow(flow, best, budget, stop, drawing);
}

bool draw(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress, Drawing& drawing) {
    const int leaves = static_cast<int>(input.nodes.size());
    if (leaves <= kReadable) {
        const Graph graph = makeGraph(input, leaves);
        Flow flow(input, graph);
        if (!drawOneFlow(flow, 0, budgetFor(leaves), stop, drawing)) {
            return false;
        }
        const double shape = drawing.width / std::max(1.0, drawing.height);
        if (shape < kTooFlat && shape > kTooTall * input.aspect) {
            return true;
        }
    }
    drawing = {};
    const Graph graph = makeGraph(input, kBlock);
    Flow flow(input, graph);
    return graph.split.back() != 0 ? drawBlocks(flow, input.aspect, budgetFor(leaves), stop, progress, drawing)
                                   : drawFlow(flow, input.aspect, stop, drawing);
}

} // namespace

bool drawFresh(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress, std::vector<Point>& centres) {
    Drawing drawing;
    const bool done = draw(input, stop, progress, drawing);
    centres = std::move(drawing.centres);
    return done;
}

} // namespace meshdeck::layout
