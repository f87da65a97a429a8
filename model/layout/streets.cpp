#include "layout/streets.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "layout/boxes.h"
#include "layout/graph.h"

namespace meshdeck::layout {
namespace {

constexpr double kMiddle = 32;  // at most so far from a block
constexpr double kOutside = 80; // streets end so far outside of all
constexpr double kTurn = 60;    // pixels of way that a turn is worth
enum Side { Left, Right, Top, Bottom };

} // namespace

Streets::Streets(const std::vector<Rect>& blocks, const std::vector<Rect>& walls) : m_blocks(blocks), m_obstacles(blocks) {
    m_obstacles.insert(m_obstacles.end(), walls.begin(), walls.end());
    for (const Rect& block : blocks) {
        m_left.push_back(streetBeside(block, Left));
        m_right.push_back(streetBeside(block, Right));
        streetBeside(block, Top);
        streetBeside(block, Bottom);
    }
    cross();
    m_reached.resize(blocks.size());
    m_ways.resize(blocks.size());
}

// As far along the block's side and beyond as nothing is in the way. Coordinates along and across the street, so that one
// function serves both directions.
int Streets::streetBeside(const Rect& block, int side) {
    const bool vertical = side == Left || side == Right;
    const bool before = side == Left || side == Top;
    struct Extent {
        double low, high, from, to; // across, along
    };
    const auto extent = [&](const Rect& r) {
        return vertical ? Extent{r.x, r.right(), r.y, r.bottom()} : Extent{r.y, r.bottom(), r.x, r.right()};
    };
    const Extent own = extent(block);
    double room = 2 * kMiddle, first = own.from, last = own.to;
    for (const Rect& obstacle : m_obstacles) {
        const Extent o = extent(obstacle);
        if (o.from < own.to && o.to > own.from && (before ? o.high <= own.low + 0.5 : o.low >= own.high - 0.5)) {
            room = std::min(room, before ? own.low - o.high : o.low - own.high);
        }
        first = std::min(first, o.from);
        last = std::max(last, o.to);
    }
    const double at = before ? own.low - room / 2 : own.high + room / 2;
    double from = first - kOutside, to = last + kOutside;
    for (const Rect& obstacle : m_obstacles) {
        const Extent o = extent(obstacle);
        if (o.low - 1 < at && at < o.high + 1) {
            if (o.to <= own.from + 0.5) {
                from = std::max(from, o.to);
            } else if (o.from >= own.to - 0.5) {
                to = std::min(to, o.from);
            }
        }
    }
    return addStreet(vertical, at, from, to);
}

int Streets::addStreet(bool vertical, double at, double from, double to) {
    for (std::size_t i = 0; i < m_streets.size(); ++i) {
        const Street& s = m_streets[i];
        if (s.vertical == vertical && std::abs(s.at - at) < 0.5 && std::abs(s.from - from) < 1 && std::abs(s.to - to) < 1) {
            return static_cast<int>(i);
        }
    }
    double half = kMiddle;
    for (const Rect& o : m_obstacles) {
        const double low = vertical ? o.x : o.y, high = vertical ? o.right() : o.bottom();
        const double begin = vertical ? o.y : o.x, end = vertical ? o.bottom() : o.right();
        if (begin < to - 1 && end > from + 1) {
            half = std::min(half, at < low ? low - at : at > high ? at - high : 0);
        }
    }
    m_streets.push_back({vertical, at, from, to, half});
    return static_cast<int>(m_streets.size()) - 1;
}

void Streets::cross() {
    m_along.resize(m_streets.size());
    for (std::size_t v = 0; v < m_streets.size(); ++v) {
        for (std::size_t h = 0; m_streets[v].vertical && h < m_streets.size(); ++h) {
            const Street &a = m_streets[v], &b = m_streets[h];
            if (!b.vertical && b.at >= a.from && b.at <= a.to && a.at >= b.from && a.at <= b.to) {
                m_along[v].push_back(static_cast<int>(m_crossings.size()));
                m_along[h].push_back(static_cast<int>(m_crossings.size()));
                m_crossings.push_back({static_cast<int>(v), static_cast<int>(h)});
            }
        }
    }
    for (std::size_t s = 0; s < m_streets.size(); ++s) {
        std::stable_sort(m_along[s].begin(), m_along[s].end(), [&](int a, int b) {
            const Crossing &p = m_crossings[idx(a)], &q = m_crossings[idx(b)];
            return m_streets[s].vertical ? m_streets[idx(p.level)].at < m_streets[idx(q.level)].at
                                         : m_streets[idx(p.vertical)].at < m_streets[idx(q.vertical)].at;
        });
    }
}

// Dijkstra from the right side of a block over all crossings. A turn is counted where the way changes its street.
const Streets::Reached& Streets::reach(int from) {
    auto& reached = m_reached[idx(from)];
    if (reached) {
        return *reached;
    }
    reached.emplace(Reached{std::vector<double>(m_crossings.size(), 1e300), std::vector<int>(m_crossings.size(), kNone)});
    using Entry = std::pair<double, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    std::vector<int> street(m_crossings.size(), kNone); // that the way came along
    const int start = m_right[idx(from)];
    const double y = m_blocks[idx(from)].y + m_blocks[idx(from)].height / 2;
    for (const int c : m_along[idx(start)]) {
        reached->cost[idx(c)] = std::abs(m_streets[idx(m_crossings[idx(c)].level)].at - y);
        street[idx(c)] = start;
        open.emplace(reached->cost[idx(c)], c);
    }
    while (!open.empty()) {
        const auto [cost, c] = open.top();
        open.pop();
        if (cost > reached->cost[idx(c)]) {
            continue;
        }
        for (const int s : {m_crossings[idx(c)].vertical, m_crossings[idx(c)].level}) {
            const auto& along = m_along[idx(s)];
            const auto at = std::find(along.begin(), along.end(), c) - along.begin();
            for (const auto next : {at - 1, at + 1}) {
                if (next < 0 || next >= static_cast<std::ptrdiff_t>(along.size())) {
                    continue;
                }
                const int n = along[static_cast<std::size_t>(next)];
                const Crossing &p = m_crossings[idx(c)], &q = m_crossings[idx(n)];
                const double step = std::abs(m_streets[idx(p.level)].at - m_streets[idx(q.level)].at) +
                                    std::abs(m_streets[idx(p.vertical)].at - m_streets[idx(q.vertical)].at);
                const double total = cost + step + (street[idx(c)] == s ? 0 : kTurn);
                if (total < reached->cost[idx(n)] - 1e-9) {
                    reached->cost[idx(n)] = total;
                    reached->before[idx(n)] = c;
                    street[idx(n)] = s;
                    open.emplace(total, n);
                }
            }
        }
    }
    return *reached;
}

std::vector<int> Streets::findWay(int from, int to) {
    const int start = m_right[idx(from)], end = m_left[idx(to)];
    if (start == end) {
        return {start};
    }
    const Reached& reached = reach(from);
    const double y = m_blocks[idx(to)].y + m_blocks[idx(to)].height / 2;
    double best = 1e299;
    int at = kNone;
    for (const int c : m_along[idx(end)]) {
        const double cost = reached.cost[idx(c)] + std::abs(m_streets[idx(m_crossings[idx(c)].level)].at - y);
        if (cost < best) {
            best = cost;
            at = c;
        }
    }
    std::vector<int> way;
    if (at == kNone) {
        return way;
    }
    way.push_back(end);
    for (; at != kNone; at = reached.before[idx(at)]) {
        const int before = reached.before[idx(at)];
        const Crossing& c = m_crossings[idx(at)];
        const int shared = before == kNone ? start : m_crossings[idx(before)].vertical == c.vertical ? c.vertical : c.level;
        if (shared != way.back() && m_streets[idx(shared)].vertical == m_streets[idx(way.back())].vertical) {
            way.push_back(m_streets[idx(shared)].vertical ? c.level : c.vertical);
        }
        if (shared != way.back()) {
            way.push_back(shared);
        }
    }
    std::reverse(way.begin(), way.end());
    return way;
}

const std::vector<int>& Streets::way(int from, int to) {
    auto& ways = m_ways[idx(from)];
    ways.resize(m_blocks.size());
    if (!ways[idx(to)]) {
        ways[idx(to)] = findWay(from, to);
    }
    return *ways[idx(to)];
}

} // namespace meshdeck::layout
