#include "bench/layout/picture_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace meshdeck::bench {
namespace {

using layout::Point;

double turn(const Point& a, const Point& b, const Point& c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool cross(const Point& a, const Point& b, const Point& c, const Point& d) {
    return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

} // namespace

std::size_t crossings(std::span<const Point> centres, std::span<const std::pair<int, int>> edges) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto [a, b] = edges[i];
        const Point p = centres[static_cast<std::size_t>(a)], q = centres[static_cast<std::size_t>(b)];
        const double left = std::min(p.x, q.x), right = std::max(p.x, q.x);
        for (std::size_t k = i + 1; k < edges.size(); ++k) {
            const auto [c, d] = edges[k];
            const Point r = centres[static_cast<std::size_t>(c)], s = centres[static_cast<std::size_t>(d)];
            if (std::max(r.x, s.x) < left || std::min(r.x, s.x) > right || a == c || a == d || b == c || b == d) {
                continue;
            }
            count += cross(p, q, r, s) ? 1 : 0;
        }
    }
    return count;
}

std::size_t overlaps(const layout::LayoutInput& input, std::span<const Point> centres) {
    std::vector<std::size_t> order(centres.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return centres[a].x < centres[b].x; });
    std::size_t count = 0;
    double widest = 0;
    for (const auto& node : input.nodes) {
        widest = std::max(widest, node.width);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Point a = centres[order[i]];
        for (std::size_t k = i + 1; k < order.size() && centres[order[k]].x - a.x < widest; ++k) {
            const Point b = centres[order[k]];
            const auto &m = input.nodes[order[i]], &n = input.nodes[order[k]];
            count += b.x - a.x < (m.width + n.width) / 2 - 0.01 && std::abs(b.y - a.y) < (m.height + n.height) / 2 - 0.01 ? 1 : 0;
        }
    }
    return count;
}

} // namespace meshdeck::bench
