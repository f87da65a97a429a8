#include "layout/lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "layout/boxes.h"
#include "layout/graph.h"

namespace meshdeck::layout {
namespace {

constexpr double kClear = 12;   // between a lane and a node
constexpr double kBorder = 6;   // between a lane and the border of a box
constexpr double kLaneGap = 11; // between lanes
constexpr double kFar = 1e7;
constexpr int kTries = 10; // lanes beside a taken one

} // namespace

Lanes::Lanes(const LayoutInput& input, const LayoutResult& placed, const Regions& regions, const Region& region, bool crowded)
    : m_columns(region.columns.size()), m_crowded(crowded) {
    std::vector<std::vector<Span>> blocked(region.columns.size());
    for (const int node : region.nodes) {
        const Rect box = boxAround(input.nodes[idx(node)], placed.positions[idx(node)]);
        blocked[idx(regions.columnOf[idx(node)])].push_back({box.y - kClear, box.bottom() + kClear});
    }
    for (const int group : region.groups) {
        const Rect& box = placed.groups[idx(group)];
        bool first = true;
        for (std::size_t c = 0; c < region.columns.size(); ++c) {
            const double middle = (region.columns[c].from + region.columns[c].to) / 2;
            if (middle < box.x || middle > box.right()) {
                continue;
            }
            blocked[c].push_back({box.y - kBorder, box.y + (first ? input.groups[idx(group)].titleHeight + 2 : kBorder)});
            blocked[c].push_back({box.bottom() - kBorder, box.bottom() + kBorder});
            first = false;
        }
    }
    for (std::size_t c = 0; c < blocked.size(); ++c) {
        block(blocked[c], static_cast<int>(c));
    }
}

void Lanes::block(std::vector<Span>& blocked, int column) {
    std::sort(blocked.begin(), blocked.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
    double free = -kFar;
    for (const Span& span : blocked) {
        if (span.from > free) {
            m_columns[idx(column)].gaps.push_back({free, span.from});
        }
        free = std::max(free, span.to);
    }
    m_columns[idx(column)].gaps.push_back({free, kFar});
}

bool Lanes::isTaken(const Column& column, double y) const {
    if (m_crowded) {
        return false;
    }
    const auto near = std::lower_bound(column.taken.begin(), column.taken.end(), y - kLaneGap + 0.01);
    return near != column.taken.end() && *near < y + kLaneGap - 0.01;
}

bool Lanes::isFree(int at, double y) const {
    const Column& column = m_columns[idx(at)];
    const auto gap = std::upper_bound(column.gaps.begin(), column.gaps.end(), y, [](double v, const Span& s) { return v < s.from; });
    return gap != column.gaps.begin() && y <= (gap - 1)->to && y >= (gap - 1)->from && !isTaken(column, y);
}

double Lanes::nearestInGap(const Column& column, const Span& gap, double want) const {
    const double y = std::clamp(want, gap.from, gap.to);
    if (!isTaken(column, y)) {
        return y;
    }
    for (int k = 1; k <= kTries; ++k) {
        for (const double other : {y - k * kLaneGap, y + k * kLaneGap}) {
            if (other >= gap.from && other <= gap.to && !isTaken(column, other)) {
                return other;
            }
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

// Where no lane is free, one is shared: better than a line through a node.
double Lanes::nearestShared(const Column& column, double want) {
    double best = column.gaps.front().to;
    for (const Span& gap : column.gaps) {
        if (const double y = std::clamp(want, gap.from, gap.to); std::abs(y - want) < std::abs(best - want)) {
            best = y;
        }
    }
    return best;
}

double Lanes::nearest(int at, double want) const {
    const Column& column = m_columns[idx(at)];
    const auto count = static_cast<int>(column.gaps.size());
    const auto after = std::upper_bound(column.gaps.begin(), column.gaps.end(), want, [](double v, const Span& s) { return v < s.from; });
    int down = static_cast<int>(after - column.gaps.begin());
    int up = down - 1; // the gap around or above
    double best = std::numeric_limits<double>::quiet_NaN(), price = 1e300;
    const auto weigh = [&](const Span& gap) {
        const double y = nearestInGap(column, gap, want);
        if (!std::isnan(y) && std::abs(y - want) < price) {
            price = std::abs(y - want);
            best = y;
        }
    };
    while (true) {
        const bool goUp = up >= 0 && column.gaps[idx(up)].to > want - price;
        const bool goDown = down < count && column.gaps[idx(down)].from < want + price;
        if (!goUp && !goDown) {
            break;
        }
        if (goUp) {
            weigh(column.gaps[idx(up--)]);
        }
        if (goDown) {
            weigh(column.gaps[idx(down++)]);
        }
    }
    return std::isnan(best) ? nearestShared(column, want) : best;
}

void Lanes::take(int at, double y) {
    if (!m_crowded) {
        auto& taken = m_columns[idx(at)].taken;
        taken.insert(std::lower_bound(taken.begin(), taken.end(), y), y);
    }
}

double Lanes::in(int column, double from, double to) {
    double best = from, lowest = 1e300;
    for (const double want : {from, to, (from + to) / 2}) {
        const double y = nearest(column, want);
        const double price = std::abs(y - from) * 1.05 + std::abs(y - to);
        if (price < lowest - 0.01) {
            lowest = price;
            best = y;
        }
    }
    take(column, best);
    return best;
}

double Lanes::across(int first, int last, double want, double reach) {
    double best = std::numeric_limits<double>::quiet_NaN(), lowest = reach;
    const auto weigh = [&](double y) {
        bool free = std::abs(y - want) < lowest;
        for (int c = first; free && c <= last; ++c) {
            free = isFree(c, y);
        }
        if (free) {
            lowest = std::abs(y - want);
            best = y;
        }
    };
    weigh(want);
    for (int c = first; c <= last; ++c) { // at the edges of what is free in one of the columns
        const auto& gaps = m_columns[idx(c)].gaps;
        auto gap = std::lower_bound(gaps.begin(), gaps.end(), want - lowest, [](const Span& s, double v) { return s.to < v; });
        for (; gap != gaps.end() && gap->from < want + lowest; ++gap) {
            for (int k = 0; k < (m_crowded ? 1 : 5); ++k) {
                weigh(gap->from + k * kLaneGap);
                weigh(gap->to - k * kLaneGap);
            }
        }
    }
    if (!std::isnan(best)) {
        for (int c = first; c <= last; ++c) {
            take(c, best);
        }
    }
    return best;
}

} // namespace meshdeck::layout
