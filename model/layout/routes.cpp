// Edge routes: out on the right, in on the left; through the columns between in straight lanes that keep clear of the
// nodes there; back to the left in a lane of its own.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "layout/items.h"

namespace meshdeck::layout {
namespace {

constexpr double kClear = 12;    // between a lane and a node
constexpr double kLaneGap = 11;  // between lanes
constexpr double kPortGap = 14;  // between the heads of arrows
constexpr double kLoop = 34;     // how far a turn swings out
constexpr double kStub = 15;     // straight before the target, so that the head of the arrow lies in the line

struct Terminal {
    Rect box;
    int firstColumn = 0;
    int lastColumn = 0;
};

struct Span {
    double from = 0;
    double to = 0;
};

class Router {
public:
    Router(const RouteInput& routing, LayoutResult& result)
        : m_routing(routing)
        , m_result(result)
        , m_blocked(routing.columns.left.size()) {
        collectEnds();
    }

    void run() {
        assignPorts();
        for (std::size_t i = 0; i < m_routing.input.edges.size(); ++i) {
            const LayoutEdge& edge = m_routing.input.edges[i];
            const std::size_t source = terminalOf(edge.source), target = terminalOf(edge.target);
            m_result.routes.first[i] = static_cast<std::uint32_t>(m_result.routes.points.size());
            if (!m_ends[source].box.isEmpty() && !m_ends[target].box.isEmpty()) {
                for (const Point& p : route(m_ends[source], m_ends[target], m_out[i], m_in[i])) {
                    m_result.routes.points.push_back({static_cast<float>(p.x), static_cast<float>(p.y)});
                }
            }
        }
        m_result.routes.first.back() = static_cast<std::uint32_t>(m_result.routes.points.size());
    }

private:
    using Route = std::vector<Point>;

    // Nodes, then groups, then the one that stands for what does not exist.
    [[nodiscard]] std::size_t terminalOf(const End& end) const {
        const std::size_t nodes = m_routing.input.nodes.size(), groups = m_routing.input.groups.size();
        const auto index = static_cast<std::size_t>(end.index);
        if (end.index < 0 || index >= (end.isGroup ? groups : nodes)) {
            return nodes + groups;
        }
        return end.isGroup ? nodes + index : index;
    }

    void collectEnds() {
        const LayoutInput& input = m_routing.input;
        for (std::size_t i = 0; i < input.nodes.size(); ++i) {
            const LayoutNode& node = input.nodes[i];
            const Point at = m_result.positions[i];
            const Rect box{at.x - node.width / 2, at.y - node.height / 2, node.width, node.height};
            const int column = m_routing.columnOf[i];
            m_ends.push_back({box, column, column});
            m_blocked[static_cast<std::size_t>(column)].push_back({box.y - kClear, box.bottom() + kClear});
        }
        for (std::size_t g = 0; g < input.groups.size(); ++g) {
            const Rect& box = m_result.groups[g];
            if (box.isEmpty()) {
                m_ends.push_back({});
                continue;
            }
            Terminal end{box, 0, 0};
            bool any = false;
            for (std::size_t c = 0; c < m_blocked.size(); ++c) {
                const double middle = m_routing.columns.left[c] + m_routing.columns.width[c] / 2;
                if (middle > box.x && middle < box.right()) {
                    end.firstColumn = any ? end.firstColumn : static_cast<int>(c);
                    end.lastColumn = static_cast<int>(c);
                    any = true;
                }
            }
            m_ends.push_back(end);
            for (int c = end.firstColumn; any && c <= end.lastColumn; ++c) { // nor along a border
                m_blocked[static_cast<std::size_t>(c)].push_back({box.y - 6, box.y + 6});
                m_blocked[static_cast<std::size_t>(c)].push_back({box.bottom() - 6, box.bottom() + 6});
            }
            if (any) { // a lane does not run through a title
                m_blocked[static_cast<std::size_t>(end.firstColumn)].push_back({box.y - 4, box.y + input.groups[g].titleHeight});
            }
        }
        m_ends.push_back({});
        for (auto& column : m_blocked) {
            std::sort(column.begin(), column.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
        }
    }

    // Heights at which each edge leaves and arrives: sorted by where the other end is, so that they do not cross.
    void assignPorts() {
        const auto& edges = m_routing.input.edges;
        m_out.assign(edges.size(), 0);
        m_in.assign(edges.size(), 0);
        std::vector<std::vector<std::size_t>> leaving(m_ends.size()), arriving(m_ends.size());
        for (std::size_t i = 0; i < edges.size(); ++i) {
            leaving[terminalOf(edges[i].source)].push_back(i);
            arriving[terminalOf(edges[i].target)].push_back(i);
        }
        spread(leaving, m_out, true);
        spread(arriving, m_in, false);
    }

    void spread(std::vector<std::vector<std::size_t>>& sides, std::vector<double>& heights, bool leaving) {
        for (std::size_t side = 0; side < sides.size(); ++side) {
            std::vector<std::size_t>& list = sides[side];
            if (list.empty()) {
                continue;
            }
            const auto otherY = [&](std::size_t i) {
                const LayoutEdge& edge = m_routing.input.edges[i];
                const Rect& other = m_ends[terminalOf(leaving ? edge.target : edge.source)].box;
                return other.y + other.height / 2;
            };
            std::stable_sort(list.begin(), list.end(), [&](std::size_t a, std::size_t b) { return otherY(a) < otherY(b); });
            const Rect& box = m_ends[side].box;
            const auto gaps = static_cast<double>(list.size() - 1);
            const bool tall = box.height > 80;
            const double room = tall ? box.height * 0.6 : box.height - 12;
            const double step = gaps > 0 ? std::min(tall ? 24 : leaving ? 9.0 : kPortGap, room / gaps) : 0;
            for (std::size_t k = 0; k < list.size(); ++k) {
                heights[list[k]] = box.y + box.height / 2 + (static_cast<double>(k) - gaps / 2) * step;
            }
        }
    }

    [[nodiscard]] bool isFree(std::size_t column, double y, double margin = 0) const {
        for (const Span& span : m_blocked[column]) {
            if (y > span.from - margin && y < span.to + margin) {
                return false;
            }
        }
        const auto lanes = m_lanes.find(column);
        if (lanes == m_lanes.end()) {
            return true;
        }
        const auto near = lanes->second.lower_bound(y - kLaneGap + 0.01);
        return near == lanes->second.end() || *near >= y + kLaneGap - 0.01;
    }

    // The free height in a column that costs least on the way from one height to another.
    double laneIn(std::size_t column, double from, double to) {
        std::vector<double> candidates{from, to, (from + to) / 2};
        for (const Span& span : m_blocked[column]) {
            for (int k = 0; k < 6; ++k) {
                candidates.push_back(span.from - k * kLaneGap);
                candidates.push_back(span.to + k * kLaneGap);
            }
        }
        double best = from;
        double lowest = 1e18;
        for (const double y : candidates) {
            const double price = std::abs(y - from) + std::abs(y - to) + 0.05 * std::abs(y - from);
            if (price < lowest && isFree(column, y)) {
                lowest = price;
                best = y;
            }
        }
        m_lanes[column].insert(best);
        return best;
    }

    // One free height through several columns.
    double laneAcross(int first, int last, double from, double to) {
        std::vector<double> candidates;
        for (int c = first; c <= last; ++c) {
            for (const Span& span : m_blocked[static_cast<std::size_t>(c)]) {
                for (int k = 0; k < 4; ++k) {
                    candidates.push_back(span.from - k * kLaneGap);
                    candidates.push_back(span.to + k * kLaneGap);
                }
            }
        }
        double best = m_result.bounds.bottom() + kLaneGap;
        double lowest = 1e18;
        for (const double y : candidates) {
            const double price = std::abs(y - from) + std::abs(y - to);
            bool free = price < lowest;
            for (int c = first; free && c <= last; ++c) {
                free = isFree(static_cast<std::size_t>(c), y);
            }
            if (free) {
                lowest = price;
                best = y;
            }
        }
        for (int c = first; c <= last; ++c) {
            m_lanes[static_cast<std::size_t>(c)].insert(best);
        }
        return best;
    }

    static void curveTo(Route& route, Point to) {
        const Point from = route.back();
        const double half = (to.x - from.x) / 2;
        route.push_back({from.x + half, from.y});
        route.push_back({to.x - half, to.y});
        route.push_back(to);
    }

    static void turnTo(Route& route, Point to, double swing) {
        const Point from = route.back();
        const double edge = (swing > 0 ? std::max(from.x, to.x) : std::min(from.x, to.x)) + swing;
        route.push_back({edge, from.y});
        route.push_back({edge, to.y});
        route.push_back(to);
    }

    Route route(const Terminal& source, const Terminal& target, double out, double in) {
        const Point end{target.box.x, in};
        Route route{{source.box.right(), out}};
        if (target.firstColumn > source.lastColumn) {
            for (int c = source.lastColumn + 1; c < target.firstColumn; ++c) {
                const auto column = static_cast<std::size_t>(c);
                const double lane = laneIn(column, route.back().y, in);
                const double x = m_routing.columns.left[column];
                curveTo(route, {x, lane});
                curveTo(route, {x + m_routing.columns.width[column], lane});
            }
            curveTo(route, {end.x - kStub, end.y});
            curveTo(route, end);
        } else if (source.lastColumn == target.lastColumn && source.box.y != target.box.y) {
            turnTo(route, {target.box.right(), in}, kLoop);
        } else if (&source == &target) {
            route.front().y -= 9;
            turnTo(route, {target.box.right(), in + 9}, kLoop);
        } else {
            const double lane = laneAcross(target.firstColumn, source.lastColumn, out, in);
            turnTo(route, {source.box.right(), lane}, kLoop);
            curveTo(route, {target.box.x, lane});
            turnTo(route, end, -kLoop);
        }
        return route;
    }

    const RouteInput& m_routing;
    LayoutResult& m_result;
    std::vector<Terminal> m_ends; // by terminalOf
    std::vector<std::vector<Span>> m_blocked; // by column
    std::map<std::size_t, std::multiset<double>> m_lanes;
    std::vector<double> m_out;
    std::vector<double> m_in;
};

} // namespace

void routeEdges(const RouteInput& routing, LayoutResult& result) {
    Router(routing, result).run();
}

} // namespace meshdeck::layout
