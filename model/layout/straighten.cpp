// Heights within a given order. Least squares with separation constraints pulls everything to its neighbours, weighted so
// that many lines become straight rather than all a little less steep; then single cards slide exactly into line.
#include <algorithm>
#include <cmath>

#include "layout/flow.h"

namespace meshdeck::layout {
namespace {

constexpr int kRounds = 10;
constexpr int kSteps = 14;    // of Hildreth's method, each round
constexpr int kSlides = 6;
constexpr double kNear = 10;  // pixels within which a line counts as straight

// position of `below` - position of `above` >= gap
struct Separation {
    int above = 0;
    int below = 0;
    double gap = 0;
    double force = 0;
};

class Straightener {
public:
    Straightener(Flow& flow, int block, const std::vector<double>& wanted) : m_flow(flow), m_block(block), m_wanted(wanted) {
        number(block);
        const auto [from, to] = flow.graph.range[idx(block)];
        m_around.resize(idx(to - from));
        for (const int leaf : flow.graph.leavesOf(block)) {
            for (const int callee : flow.graph.callees[leaf]) {
                if (const int at = flow.graph.place[idx(callee)]; at >= from && at < to) {
                    m_around[idx(flow.graph.place[idx(leaf)] - from)].push_back(callee);
                    m_around[idx(at - from)].push_back(leaf);
                }
            }
        }
        separate(block);
        const double limit = flow[block].height * 1.08 + 20;
        m_limit = m_separations.size();
        m_separations.push_back({bottomOf(block), topOf(block), -limit, 0});
    }

    void run() {
        for (int round = 0; round < kRounds; ++round) {
            aim();
            project();
        }
        m_separations.resize(m_limit);
        settle();
        for (int i = 0; i < kSlides; ++i) {
            slide(i % 2 == 0);
        }
        fit(m_block);
        takeBack(m_block);
    }

private:
    // Variables: the top edge of a leaf; the top and bottom edge of a box.
    void number(int item) {
        m_variable.resize(std::max(m_variable.size(), idx(item) + 1), kNone);
        m_variable[idx(item)] = static_cast<int>(m_position.size());
        m_position.push_back(m_flow.top[idx(item)]);
        if (!m_flow.graph.isLeaf(item)) {
            m_position.push_back(m_flow.top[idx(item)] + m_flow[item].height);
        }
        for (const int child : m_flow.order[idx(item)]) {
            if (m_flow.graph.leafCount(child) > 0) {
                number(child);
            }
        }
    }
    [[nodiscard]] int topOf(int item) const { return m_variable[idx(item)]; }
    [[nodiscard]] int bottomOf(int item) const { return m_variable[idx(item)] + (m_flow.graph.isLeaf(item) ? 0 : 1); }
    [[nodiscard]] double heightBelow(int item) const { return m_flow.graph.isLeaf(item) ? m_flow[item].height : 0; }

    // Who stands directly under whom, in each box and column.
    void separate(int group) {
        const Item& it = m_flow[group];
        std::vector<int> children;
        for (const int child : m_flow.order[idx(group)]) {
            if (m_flow.graph.leafCount(child) > 0) {
                children.push_back(child);
            }
        }
        std::stable_sort(children.begin(), children.end(), [&](int a, int b) { return m_flow[a].y < m_flow[b].y; });
        std::vector<int> lowest(idx(it.span), kNone);
        for (const int child : children) {
            const Item& c = m_flow[child];
            int last = kNone - 1;
            for (int k = c.column; k < c.column + c.span; ++k) {
                const int above = lowest[idx(k)];
                if (above == last) {
                    continue;
                }
                last = above;
                if (above < 0) {
                    m_separations.push_back({topOf(group), topOf(child), it.title + it.padding, 0});
                } else {
                    const double gap = gapBetween(m_flow.graph.isLeaf(above), m_flow.graph.isLeaf(child));
                    m_separations.push_back({bottomOf(above), topOf(child), heightBelow(above) + gap, 0});
                }
            }
            std::fill(lowest.begin() + c.column, lowest.begin() + c.column + c.span, child);
        }
        int last = kNone;
        for (const int child : lowest) {
            if (child >= 0 && child != last) {
                m_separations.push_back({bottomOf(child), bottomOf(group), heightBelow(child) + it.padding, 0});
            }
            last = child;
        }
        for (const int child : children) {
            if (!m_flow.graph.isLeaf(child)) {
                separate(child);
            }
        }
    }

    [[nodiscard]] double middle(int leaf) const { return m_position[idx(topOf(leaf))] + m_flow[leaf].height / 2; }

    void aim() {
        m_aim.assign(m_position.begin(), m_position.end());
        m_weight.assign(m_position.size(), 0.02);
        const int from = m_flow.graph.range[idx(m_block)].first;
        for (const int leaf : m_flow.graph.leavesOf(m_block)) {
            double sum = 0, weight = 0;
            const auto pull = [&](double y, double strength) {
                const double w = strength / (kNear + std::abs(y - middle(leaf)));
                sum += w * y;
                weight += w;
            };
            for (const int n : m_around[idx(m_flow.graph.place[idx(leaf)] - from)]) {
                pull(middle(n), 10);
            }
            if (!m_wanted.empty() && !std::isnan(m_wanted[idx(leaf)])) {
                pull(m_wanted[idx(leaf)], 2);
            }
            if (weight > 0) {
                m_aim[idx(topOf(leaf))] = 0.3 * m_position[idx(topOf(leaf))] + 0.7 * (sum / weight - m_flow[leaf].height / 2);
                m_weight[idx(topOf(leaf))] = weight;
            }
        }
        fit(m_block);
        aimBoxes(m_block);
    }

    void aimBoxes(int group) {
        m_aim[idx(topOf(group))] = m_position[idx(topOf(group))];
        m_aim[idx(bottomOf(group))] = m_position[idx(bottomOf(group))];
        for (const int child : m_flow.order[idx(group)]) {
            if (!m_flow.graph.isLeaf(child) && m_flow.graph.leafCount(child) > 0) {
                aimBoxes(child);
            }
        }
    }

    // Hildreth's method: the nearest positions to the aims that keep all separations.
    void project() {
        m_position = m_aim;
        for (const Separation& s : m_separations) {
            push(s, s.force);
        }
        for (int step = 0; step < kSteps; ++step) {
            for (std::size_t k = 0; k < m_separations.size(); ++k) {
                Separation& s = m_separations[step % 2 == 0 ? k : m_separations.size() - 1 - k];
                const double slack = m_position[idx(s.below)] - m_position[idx(s.above)] - s.gap;
                const double change = -slack / (1 / m_weight[idx(s.above)] + 1 / m_weight[idx(s.below)]);
                const double force = std::max(0.0, s.force + change);
                push(s, force - s.force);
                s.force = force;
            }
        }
    }

    void push(const Separation& s, double force) {
        m_position[idx(s.below)] += force / m_weight[idx(s.below)];
        m_position[idx(s.above)] -= force / m_weight[idx(s.above)];
    }

    // What is too close still moves down.
    void settle() {
        std::stable_sort(m_separations.begin(), m_separations.end(), [&](const Separation& a, const Separation& b) {
            return m_position[idx(a.above)] < m_position[idx(b.above)];
        });
        bool moved = true;
        for (std::size_t pass = 0; moved && pass <= m_position.size(); ++pass) {
            moved = false;
            for (const Separation& s : m_separations) {
                if (m_position[idx(s.below)] < m_position[idx(s.above)] + s.gap) {
                    moved = moved || m_position[idx(s.below)] < m_position[idx(s.above)] + s.gap - 1e-9;
                    m_position[idx(s.below)] = m_position[idx(s.above)] + s.gap;
                }
            }
        }
    }

    // Each card to the median of its neighbours, as far as there is room.
    void slide(bool downwards) {
        std::vector<std::vector<std::size_t>> over(m_position.size()), under(m_position.size());
        for (std::size_t k = 0; k < m_separations.size(); ++k) {
            over[idx(m_separations[k].below)].push_back(k);
            under[idx(m_separations[k].above)].push_back(k);
        }
        std::vector<int> leaves(m_flow.graph.leavesOf(m_block).begin(), m_flow.graph.leavesOf(m_block).end());
        std::stable_sort(leaves.begin(), leaves.end(), [&](int a, int b) {
            return downwards ? middle(a) > middle(b) : middle(a) < middle(b);
        });
        const int from = m_flow.graph.range[idx(m_block)].first;
        std::vector<double> around;
        for (const int leaf : leaves) {
            around.clear();
            for (const int n : m_around[idx(m_flow.graph.place[idx(leaf)] - from)]) {
                around.push_back(middle(n));
            }
            if (around.empty()) {
                continue;
            }
            std::sort(around.begin(), around.end());
            const double own = middle(leaf);
            // with two in the middle, the nearer one: one line straight is better than two nearly so
            const double a = around[(around.size() - 1) / 2], b = around[around.size() / 2];
            const double wanted = (std::abs(a - own) <= std::abs(b - own) ? a : b) - m_flow[leaf].height / 2;
            double low = -1e9, high = 1e9;
            for (const std::size_t k : over[idx(topOf(leaf))]) {
                low = std::max(low, m_position[idx(m_separations[k].above)] + m_separations[k].gap);
            }
            for (const std::size_t k : under[idx(topOf(leaf))]) {
                high = std::min(high, m_position[idx(m_separations[k].below)] - m_separations[k].gap);
            }
            if (low <= high) {
                m_position[idx(topOf(leaf))] = std::clamp(wanted, low, high);
            }
        }
    }

    // Boxes tightly around what is in them.
    void fit(int group) {
        const Item& it = m_flow[group];
        double top = 1e18, bottom = -1e18;
        for (const int child : m_flow.order[idx(group)]) {
            if (m_flow.graph.leafCount(child) == 0) {
                continue;
            }
            if (!m_flow.graph.isLeaf(child)) {
                fit(child);
            }
            top = std::min(top, m_position[idx(topOf(child))]);
            bottom = std::max(bottom, m_position[idx(bottomOf(child))] + heightBelow(child));
        }
        m_position[idx(topOf(group))] = top - it.padding - it.title;
        m_position[idx(bottomOf(group))] = bottom + it.padding;
    }

    void takeBack(int group) {
        m_flow[group].height = m_position[idx(bottomOf(group))] - m_position[idx(topOf(group))];
        for (const int child : m_flow.order[idx(group)]) {
            if (m_flow.graph.leafCount(child) == 0) {
                continue;
            }
            m_flow[child].y = m_position[idx(topOf(child))] - m_position[idx(topOf(group))];
            if (!m_flow.graph.isLeaf(child)) {
                takeBack(child);
            }
        }
    }

    Flow& m_flow;
    int m_block;
    const std::vector<double>& m_wanted;
    std::vector<int> m_variable; // by item
    std::vector<double> m_position, m_aim, m_weight;
    std::vector<Separation> m_separations;
    std::size_t m_limit = 0;
    std::vector<std::vector<int>> m_around; // by place in the block
};

} // namespace

void straighten(Flow& flow, int block, const std::vector<double>& wanted) {
    if (flow.graph.leafCount(block) > 1) {
        Straightener(flow, block, wanted).run();
        resolve(flow, block, 0, 0);
    }
}

} // namespace meshdeck::layout
