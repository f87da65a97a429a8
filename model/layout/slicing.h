// Blocks side by side without a gap in the picture's use of the window: the set of blocks is halved again and again so that
// few links run between the halves, and each half stands left and right or above and below its other half, whichever fits
// (a slicing floorplan; all fits are weighed at once, after Stockmeyer 1983).
#pragma once

#include <span>
#include <vector>

#include "layout/graph.h"

namespace meshdeck::layout {

// One way to draw a block: its size, and what the block calls this way.
struct Shape {
    double width = 0;
    double height = 0;
    int choice = 0;
};

struct Pull {
    int from = 0; // blocks, by place in the list
    int to = 0;
    double weight = 0;
};

class Slicing {
public:
    // `aspect`: of the window. `gap`: streets between blocks.
    Slicing(double aspect, double gap) : m_aspect(aspect), m_gap(gap) {}

    // A block with its possible shapes; returns its node.
    int addBlock(std::vector<Shape> shapes);
    // Nodes in one frame, which takes `border` at every side and `title` at the top; their pulls by place in `nodes`.
    int addFrame(const std::vector<int>& nodes, const std::vector<Pull>& pulls, double border, double title);

    // Chooses shapes and directions so that the last frame is as large as it can be in the window.
    void choose();
    [[nodiscard]] int choice(int node) const;
    // The true size of a block, once it is drawn.
    void setSize(int node, double width, double height);
    // Rectangles from the true sizes; by node.
    const std::vector<Rect>& place();
    // Exchanges halves while that shortens the pulls between blocks (by node; callers are wanted left of callees).
    void turnHalves(const std::vector<Pull>& pulls);

private:
    enum class Kind { Block, Beside, Below, Frame };
    struct Fit {
        double width = 0;
        double height = 0;
        int first = 0; // fits of the parts, or the choice of a block
        int second = 0;
        bool beside = false;
    };
    struct Node {
        Kind kind = Kind::Block;
        int first = kNone;
        int second = kNone;
        double border = 0;
        double title = 0;
        std::vector<Fit> fits;
        Fit fit;
    };

    int halve(std::vector<int> nodes, const std::vector<int>& members, const std::vector<Pull>& pulls);
    int join(int first, int second);
    [[nodiscard]] std::vector<Fit> prune(std::vector<Fit> fits) const;
    void take(int node, const Fit& fit);
    void measure(int node);
    void put(int node, double x, double y);
    [[nodiscard]] double areaOf(int node) const;

    double m_aspect;
    double m_gap;
    std::vector<Node> m_nodes;
    std::vector<Rect> m_rects;
};

} // namespace meshdeck::layout
