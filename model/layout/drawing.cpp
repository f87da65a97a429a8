#include "layout/drawing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "layout/refine.h"

namespace meshdeck::layout {
namespace {

// A block narrower than its content is wide keeps at most so many ranks.
int capOf(int leaves) {
    return std::max(7, static_cast<int>(std::ceil(1.05 * std::sqrt(static_cast<double>(leaves)))));
}

class Blocks {
public:
    Blocks(Flow& flow, const Budget& budget, Drawing& drawing) : m_flow(flow), m_graph(flow.graph), m_budget(budget), m_drawing(drawing) {}

    void collect(int item) {
        if (m_graph.split[idx(item)] == 0) {
            m_drawing.blocks.push_back({item, kNone, {}, {}});
            return;
        }
        for (const int child : m_graph.children[item]) {
            if (m_graph.leafCount(child) > 0) {
                collect(child);
            }
        }
    }

    // Links between blocks, summed.
    void takePulls() {
        m_blockOf.assign(idx(m_graph.leaves), 0);
        const int count = static_cast<int>(m_drawing.blocks.size());
        for (int b = 0; b < count; ++b) {
            for (const int leaf : m_graph.leavesOf(m_drawing.blocks[idx(b)].item)) {
                m_blockOf[idx(leaf)] = b;
            }
        }
        std::vector<Link> pairs;
        for (const auto& [a, b] : m_graph.links) {
            if (m_blockOf[idx(a)] != m_blockOf[idx(b)]) {
                pairs.emplace_back(m_blockOf[idx(a)], m_blockOf[idx(b)]);
            }
        }
        const Lists to = listsOf(count, pairs);
        std::vector<double> weight(idx(count), 0);
        for (int b = 0; b < count; ++b) {
            for (const int other : to[b]) {
                weight[idx(other)] += 1;
            }
            for (const int other : to[b]) {
                if (weight[idx(other)] > 0) {
                    m_pulls.push_back({b, other, weight[idx(other)]});
                    weight[idx(other)] = 0;
                }
            }
        }
    }

    [[nodiscard]] bool takeShapes(const std::stop_token& stop) {
        for (const Block& block : m_drawing.blocks) {
            if (stop.stop_requested()) {
                return false;
            }
            rankBlock(m_flow, block.item, capOf(m_graph.leafCount(block.item)));
            m_shapes.push_back(shapesOf(m_flow, block.item));
        }
        return true;
    }

    // Frames in frames; blocks are numbered in the order of this walk.
    int addSlices(Slicing& slicing, int item, std::size_t& next) {
        if (m_graph.split[idx(item)] == 0) {
            m_drawing.blocks[next].slice = slicing.addBlock(m_shapes[next]);
            ++next;
            return m_drawing.blocks[next - 1].slice;
        }
        std::vector<int> nodes;
        std::vector<int> childOf(m_drawing.blocks.size(), kNone);
        for (const int child : m_graph.children[item]) {
            if (m_graph.leafCount(child) == 0) {
                continue;
            }
            const std::size_t from = next;
            nodes.push_back(addSlices(slicing, child, next));
            std::fill(childOf.begin() + static_cast<std::ptrdiff_t>(from), childOf.begin() + static_cast<std::ptrdiff_t>(next),
                      static_cast<int>(nodes.size()) - 1);
        }
        std::vector<Pull> pulls;
        for (const Pull& pull : m_pulls) {
            const int a = childOf[idx(pull.from)], b = childOf[idx(pull.to)];
            if (a >= 0 && b >= 0 && a != b) {
                pulls.push_back({a, b, pull.weight});
            }
        }
        return slicing.addFrame(nodes, pulls, m_flow[item].padding, m_flow[item].title);
    }

    [[nodiscard]] bool order(Slicing& slicing, const std::stop_token& stop, const ProgressSink& progress) {
        std::size_t done = 0;
        for (Block& block : m_drawing.blocks) {
            const int leaves = m_graph.leafCount(block.item);
            takeZones(m_flow, block.item, slicing.choice(block.slice));
            const Effort effort{m_budget.sweeps, m_budget.trials * leaves / std::max(1, m_graph.leaves)};
            if (!orderBlock(m_flow, block.item, effort, stop)) {
                return false;
            }
            measure(slicing, block);
            done += idx(leaves);
            if (progress) {
                progress({done, idx(m_graph.leaves), Phase::Order});
            }
        }
        return true;
    }

    void measure(Slicing& slicing, Block& block) {
        block.columns = placeColumns(m_flow, block.item);
        slicing.setSize(block.slice, block.columns.total, m_flow[block.item].height);
    }

    void turn(Slicing& slicing) const {
        std::vector<Pull> pulls;
        for (const Pull& pull : m_pulls) {
            pulls.push_back({m_drawing.blocks[idx(pull.from)].slice, m_drawing.blocks[idx(pull.to)].slice, pull.weight});
        }
        slicing.turnHalves(pulls);
    }

    void place(Slicing& slicing) {
        const std::vector<Rect>& rects = slicing.place();
        for (Block& block : m_drawing.blocks) {
            block.rect = rects[idx(block.slice)];
        }
        m_drawing.width = rects.back().width;
        m_drawing.height = rects.back().height;
        takeCentres();
    }

    void takeCentres() {
        m_drawing.centres.resize(idx(m_graph.leaves));
        for (const Block& block : m_drawing.blocks) {
            for (const int leaf : m_graph.leavesOf(block.item)) {
                m_drawing.centres[idx(leaf)] = {
                    block.rect.x + block.columns.left[idx(m_flow.column[idx(leaf)])] + m_flow[leaf].width / 2,
                    block.rect.y + m_flow.middle(leaf)};
            }
        }
    }

    void straightenSmall(Slicing& slicing) {
        std::vector<double> wanted(idx(m_graph.leaves), std::numeric_limits<double>::quiet_NaN());
        for (Block& block : m_drawing.blocks) {
            resolve(m_flow, block.item, 0, 0);
            if (m_graph.leafCount(block.item) <= m_budget.straightened) {
                aimOutside(block, wanted);
                straighten(m_flow, block.item, wanted);
            }
            measure(slicing, block);
        }
    }

private:
    void aimOutside(const Block& block, std::vector<double>& wanted) const {
        for (const int leaf : m_graph.leavesOf(block.item)) {
            double sum = 0;
            int count = 0;
            const auto add = [&](int n) {
                if (m_blockOf[idx(n)] != m_blockOf[idx(leaf)]) {
                    sum += m_drawing.centres[idx(n)].y - block.rect.y;
                    ++count;
                }
            };
            for (const int n : m_graph.callees[leaf]) {
                add(n);
            }
            for (const int n : m_graph.callers[leaf]) {
                add(n);
            }
            if (count > 0) {
                wanted[idx(leaf)] = sum / count;
            }
        }
    }

    Flow& m_flow;
    const Graph& m_graph;
    Budget m_budget;
    Drawing& m_drawing;
    std::vector<int> m_blockOf;
    std::vector<Pull> m_pulls;
    std::vector<std::vector<Shape>> m_shapes;
};

void report(const ProgressSink& progress, Phase phase) {
    if (progress) {
        progress({1, 1, phase});
    }
}

} // namespace

Budget budgetFor(int leaves) {
    if (leaves <= 150) {
        return {16, 400'000, 150};
    }
    return {leaves <= 2000 ? 10 : 5, leaves <= 400 ? 100'000 : 0, leaves <= 3000 ? 80 : 0};
}

std::vector<Shape> shapesOf(Flow& flow, int block) {
    const int leaves = flow.graph.leafCount(block);
    std::vector<Shape> shapes;
    const auto add = [&](int rows) {
        takeZones(flow, block, rows);
        pack(flow, block);
        shapes.push_back({placeColumns(flow, block).total, flow[block].height, rows});
    };
    add(0);
    const double tallest = shapes.front().height;
    for (int rows = static_cast<int>(tallest / kRowPitch); rows >= 1; rows = std::min(rows - 1, rows * 3 / 4)) {
        if (rows * 1.2 * rows < leaves / 6.0) {
            break; // flatter than any window
        }
        add(rows);
    }
    return shapes;
}

bool drawOneFlow(Flow& flow, int rows, const Budget& budget, const std::stop_token& stop, Drawing& drawing) {
    const int root = flow.graph.root();
    if (rows == 0) {
        rankBlock(flow, root, capOf(flow.graph.leaves));
    }
    takeZones(flow, root, rows);
    if (!orderBlock(flow, root, {budget.sweeps, budget.trials}, stop)) {
        return false;
    }
    if (flow.graph.leaves <= budget.straightened) {
        straighten(flow, root, {});
    }
    Block block{root, kNone, placeColumns(flow, root), {}};
    block.rect = {0, 0, block.columns.total, flow[root].height};
    drawing.width = block.rect.width;
    drawing.height = block.rect.height;
    drawing.centres.resize(idx(flow.graph.leaves));
    for (int leaf = 0; leaf < flow.graph.leaves; ++leaf) {
        drawing.centres[idx(leaf)] = {block.columns.left[idx(flow.column[idx(leaf)])] + flow[leaf].width / 2, flow.middle(leaf)};
    }
    drawing.blocks = {std::move(block)};
    return true;
}

bool drawBlocks(Flow& flow, double aspect, const Budget& budget, const std::stop_token& stop, const ProgressSink& progress,
                Drawing& drawing) {
    Blocks blocks(flow, budget, drawing);
    blocks.collect(flow.graph.root());
    blocks.takePulls();
    if (!blocks.takeShapes(stop)) {
        return false;
    }
    report(progress, Phase::Ranks);
    Slicing slicing(aspect, kStreet);
    std::size_t next = 0;
    blocks.addSlices(slicing, flow.graph.root(), next);
    slicing.choose();
    report(progress, Phase::Boxes);
    if (!blocks.order(slicing, stop, progress)) {
        return false;
    }
    blocks.turn(slicing);
    blocks.place(slicing);
    if (!refine(flow, drawing.centres, stop)) {
        return false;
    }
    blocks.straightenSmall(slicing);
    blocks.place(slicing);
    report(progress, Phase::Coordinates);
    return true;
}

} // namespace meshdeck::layout
