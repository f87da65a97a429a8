#include <algorithm>
#include <cmath>

#include "layout/flow.h"

namespace meshdeck::layout {
namespace {

constexpr int kFewLinks = 400; // up to so many, crossings are counted pair by pair
constexpr double kCrossing = 90; // pixels of length that one crossing is worth
constexpr double kThrough = 60;  // the same for a line through a card

double medianOf(std::vector<double>& values) {
    const auto mid = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), mid, values.end());
    if (values.size() % 2 == 1) {
        return *mid;
    }
    return (*mid + *std::max_element(values.begin(), mid)) / 2;
}

class Search {
public:
    Search(Flow& flow, int block) : m_flow(flow), m_block(block) {
        const auto [from, to] = flow.graph.range[idx(block)];
        for (const int leaf : flow.graph.leavesOf(block)) {
            for (const int callee : flow.graph.callees[leaf]) {
                const int at = flow.graph.place[idx(callee)];
                if (at >= from && at < to) {
                    m_links.emplace_back(leaf, callee);
                }
            }
        }
        m_around.resize(idx(to - from));
        for (const auto& [a, b] : m_links) {
            m_around[idx(flow.graph.place[idx(a)] - from)].push_back(b);
            m_around[idx(flow.graph.place[idx(b)] - from)].push_back(a);
        }
    }

    // Who calls stands above who is called, so that the entrance is at the top left.
    double callersFirst(int item) {
        Item& it = m_flow[item];
        it.key = m_flow.graph.isLeaf(item) ? (it.lonely ? 1e9 : it.rank) : 1e9;
        for (const int child : m_flow.graph.children[item]) {
            it.key = std::min(it.key, callersFirst(child));
        }
        return it.key;
    }

    // Key of a leaf: between its place and its neighbours' median. Key of a box: the mean of its leaves'.
    std::pair<double, int> takeKeys(int item, double inertia) {
        Item& it = m_flow[item];
        if (m_flow.graph.isLeaf(item)) {
            m_values.clear();
            const int from = m_flow.graph.range[idx(m_block)].first;
            for (const int n : m_around[idx(m_flow.graph.place[idx(item)] - from)]) {
                m_values.push_back(m_flow.middle(n));
            }
            const double own = m_flow.middle(item);
            it.key = m_values.empty() ? 1e9 : inertia * own + (1 - inertia) * medianOf(m_values);
            return m_values.empty() ? std::pair(0.0, 0) : std::pair(it.key, 1);
        }
        double sum = 0;
        int count = 0;
        for (const int child : m_flow.graph.children[item]) {
            const auto [childSum, childCount] = takeKeys(child, inertia);
            sum += childSum;
            count += childCount;
        }
        it.key = count > 0 ? sum / count : 1e9;
        return {sum, count};
    }

    // What is minimised: how far calls climb and fall, how tall the picture is, and in a small one what crosses.
    [[nodiscard]] double cost() const {
        double total = m_flow[m_block].height * 2;
        for (const auto& [a, b] : m_links) {
            total += std::abs(m_flow.middle(a) - m_flow.middle(b));
        }
        return m_links.size() <= kFewLinks ? total + kCrossing * crossings() + kThrough * through() : total;
    }

    [[nodiscard]] std::int64_t costOfCost() const {
        const auto links = static_cast<std::int64_t>(m_links.size());
        const auto leaves = static_cast<std::int64_t>(m_around.size());
        return 8 * leaves + 4 * links + (links <= kFewLinks ? links * links / 6 + links : 0);
    }

    [[nodiscard]] std::vector<double> keys() const {
        std::vector<double> keys;
        forEach(m_block, [&](int item) { keys.push_back(m_flow[item].key); });
        return keys;
    }

    void setKeys(const std::vector<double>& keys) {
        std::size_t i = 0;
        forEach(m_block, [&](int item) { m_flow[item].key = keys[i++]; });
    }

    // Exchanges neighbours in every box while that helps and the work is not used up.
    bool exchange(std::int64_t trials, double best, const std::stop_token& stop) {
        std::vector<int> groups;
        forEach(m_block, [&](int item) {
            if (!m_flow.graph.isLeaf(item) && !m_flow[item].ordered && m_flow.order[idx(item)].size() > 1) {
                groups.push_back(item);
            }
        });
        fixKeys(groups);
        const std::int64_t step = costOfCost();
        for (bool better = true; better && trials > 0;) {
            better = false;
            for (const int group : groups) {
                for (std::size_t i = 0; i + 1 < m_flow.order[idx(group)].size() && trials > 0; ++i) {
                    for (std::size_t k = i + 1; k < std::min(i + 4, m_flow.order[idx(group)].size()); ++k) {
                        trials -= step;
                        if (stop.stop_requested()) {
                            return false;
                        }
                        better = tryExchange(group, i, k, best) || better;
                    }
                }
            }
        }
        return true;
    }

private:
    template <typename Visit> void forEach(int item, const Visit& visit) const {
        visit(item);
        for (const int child : m_flow.graph.children[item]) {
            forEach(child, visit);
        }
    }

    // Keys by place: an exchange is an exchange of two keys then.
    void fixKeys(const std::vector<int>& groups) {
        for (const int group : groups) {
            double key = 0;
            for (const int child : m_flow.order[idx(group)]) {
                m_flow[child].key = key++;
            }
        }
    }

    bool tryExchange(int group, std::size_t i, std::size_t k, double& best) {
        const int a = m_flow.order[idx(group)][i], b = m_flow.order[idx(group)][k];
        if (m_flow[a].band != m_flow[b].band) {
            return false;
        }
        std::swap(m_flow[a].key, m_flow[b].key);
        pack(m_flow, m_block);
        if (const double now = cost(); now < best - 0.01) {
            best = now;
            return true;
        }
        std::swap(m_flow[a].key, m_flow[b].key);
        pack(m_flow, m_block);
        return false;
    }

    [[nodiscard]] double crossings() const {
        struct Line {
            double x1, y1, x2, y2;
        };
        std::vector<Line> lines;
        for (const auto& [a, b] : m_links) {
            lines.push_back({m_flow.column[idx(a)] * kColumnPitch, m_flow.middle(a), m_flow.column[idx(b)] * kColumnPitch,
                             m_flow.middle(b)});
        }
        int count = 0;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const Line& p = lines[i];
            for (std::size_t k = i + 1; k < lines.size(); ++k) {
                const Line& q = lines[k];
                const auto side = [](const Line& l, double x, double y) {
                    return (l.x2 - l.x1) * (y - l.y1) - (l.y2 - l.y1) * (x - l.x1);
                };
                count += side(p, q.x1, q.y1) * side(p, q.x2, q.y2) < 0 && side(q, p.x1, p.y1) * side(q, p.x2, p.y2) < 0 ? 1 : 0;
            }
        }
        return count;
    }

    // Lines that pass the column of a card at its height.
    [[nodiscard]] double through() const {
        int count = 0;
        for (const auto& [a, b] : m_links) {
            const int from = m_flow.column[idx(a)], to = m_flow.column[idx(b)];
            if (std::abs(to - from) < 2) {
                continue;
            }
            for (const int leaf : m_flow.graph.leavesOf(m_block)) {
                const int at = m_flow.column[idx(leaf)];
                if ((at > from && at < to) || (at < from && at > to)) {
                    const double share = static_cast<double>(at - from) / (to - from);
                    const double y = m_flow.middle(a) + share * (m_flow.middle(b) - m_flow.middle(a));
                    count += std::abs(y - m_flow.middle(leaf)) < 30 ? 1 : 0;
                }
            }
        }
        return count;
    }

    Flow& m_flow;
    int m_block;
    std::vector<Link> m_links;
    std::vector<std::vector<int>> m_around; // by place in the block
    std::vector<double> m_values;
};

} // namespace

bool orderBlock(Flow& flow, int block, const Effort& effort, const std::stop_token& stop) {
    Search search(flow, block);
    search.callersFirst(block);
    pack(flow, block);
    std::vector<double> best = search.keys();
    double lowest = search.cost();
    for (int sweep = 0; sweep < effort.sweeps; ++sweep) {
        if (stop.stop_requested()) {
            return false;
        }
        search.takeKeys(block, sweep % 2 == 0 ? 0.3 : 0.05);
        pack(flow, block);
        if (const double now = search.cost(); now < lowest) {
            lowest = now;
            best = search.keys();
        }
    }
    search.setKeys(best);
    pack(flow, block);
    return effort.trials <= 0 || search.exchange(effort.trials, search.cost(), stop);
}

} // namespace meshdeck::layout
