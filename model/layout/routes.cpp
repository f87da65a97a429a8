#include "layout/routes.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "layout/boxes.h"
#include "layout/graph.h"
#include "layout/lanes.h"
#include "layout/ports.h"
#include "layout/regions.h"
#include "layout/route_path.h"
#include "layout/streets.h"

namespace meshdeck::layout {
namespace {

constexpr double kStub = 15;      // straight before the target, so that the head of the arrow lies in the line
constexpr double kDetour = 160;   // a straight lane through a region is worth so much climbing
constexpr double kLoop = 34;      // how far a turn swings out
constexpr double kTitleText = 170; // a title is about so long
constexpr std::size_t kCrowded = 600; // ends of edges in a region that no longer get lanes of their own
constexpr std::size_t kBusy = 2500;   // edges of a drawing; the same
constexpr std::size_t kAsked = 512; // edges between two looks at the stop token

// An end of an edge: its box, its region and the columns it stands in there.
struct Terminal {
    Rect box;
    int region = kNone;
    int firstColumn = 0;
    int lastColumn = 0;
};

class Router {
public:
    Router(const LayoutInput& input, LayoutResult& result) : m_input(input), m_result(result), m_regions(findRegions(input, result)) {
        takeEnds();
        takeEdges();
        openRegions();
    }

    bool run(const std::stop_token& stop, const ProgressSink& progress) {
        std::vector<Rect> boxes;
        for (const Terminal& end : m_ends) {
            boxes.push_back(end.box);
        }
        m_ports = assignPorts(boxes, m_source, m_target);
        auto& routes = m_result.routes;
        routes.points.reserve(m_input.edges.size() * 16);
        for (std::size_t i = 0; i < m_input.edges.size(); ++i) {
            if (i % kAsked == 0) {
                if (stop.stop_requested()) {
                    return false;
                }
                if (progress) {
                    progress({i, m_input.edges.size(), Phase::Routes});
                }
            }
            routes.first[i] = static_cast<std::uint32_t>(routes.points.size());
            route(i);
        }
        routes.first.back() = static_cast<std::uint32_t>(routes.points.size());
        return true;
    }

private:
    // Nodes, then groups, then the one that stands for what does not exist.
    [[nodiscard]] int endOf(const End& end) const {
        const int nodes = static_cast<int>(m_input.nodes.size()), groups = static_cast<int>(m_input.groups.size());
        if (end.index < 0 || end.index >= (end.isGroup ? groups : nodes) ||
            (end.isGroup && m_result.groups[idx(end.index)].isEmpty())) {
            return nodes + groups;
        }
        return end.isGroup ? nodes + end.index : end.index;
    }

    void takeEnds() {
        for (std::size_t i = 0; i < m_input.nodes.size(); ++i) {
            const int column = m_regions.columnOf[i];
            m_ends.push_back({boxAround(m_input.nodes[i], m_result.positions[i]), m_regions.ofNode[i], column, column});
        }
        for (std::size_t g = 0; g < m_input.groups.size(); ++g) {
            Terminal end{m_result.groups[g], m_regions.ofGroup[g], 0, 0};
            if (end.region != kNone) {
                const auto& columns = m_regions.all[idx(end.region)].columns;
                const auto from = std::find_if(columns.begin(), columns.end(), [&](const Span& c) { return c.to > end.box.x; });
                end.firstColumn = end.lastColumn = static_cast<int>(from - columns.begin());
                while (end.lastColumn + 1 < static_cast<int>(columns.size()) &&
                       columns[idx(end.lastColumn) + 1].from < end.box.right()) {
                    ++end.lastColumn;
                }
            }
            m_ends.push_back(end);
        }
        m_ends.push_back({});
    }

    void takeEdges() {
        for (const LayoutEdge& edge : m_input.edges) {
            m_source.push_back(endOf(edge.source));
            m_target.push_back(endOf(edge.target));
        }
    }

    void openRegions() {
        std::vector<std::size_t> edges(m_regions.all.size(), 0);
        for (std::size_t i = 0; i < m_source.size(); ++i) {
            for (const int end : {m_source[i], m_target[i]}) {
                if (const int region = m_ends[idx(end)].region; region != kNone) {
                    ++edges[idx(region)];
                }
            }
        }
        std::vector<Rect> blocks, walls;
        for (std::size_t r = 0; r < m_regions.all.size(); ++r) {
            m_lanes.emplace_back(m_input, m_result, m_regions, m_regions.all[r],
                                 edges[r] > kCrowded || m_source.size() > kBusy);
            blocks.push_back(m_regions.all[r].box);
        }
        for (const int frame : m_regions.frames) {
            const Rect& box = m_result.groups[idx(frame)];
            walls.push_back({box.x, box.y, std::min(kTitleText, box.width), m_input.groups[idx(frame)].titleHeight});
        }
        if (blocks.size() > 1) {
            m_streets = std::make_unique<Streets>(blocks, walls);
        }
    }

    void route(std::size_t edge) {
        const Terminal &source = m_ends[idx(m_source[edge])], &target = m_ends[idx(m_target[edge])];
        if (source.box.isEmpty() || target.box.isEmpty()) {
            return;
        }
        const double out = m_ports.out[edge], in = m_ports.in[edge];
        RoutePath path(m_result.routes.points);
        if (m_source[edge] == m_target[edge]) {
            const double middle = source.box.y + source.box.height / 2;
            path.start({source.box.right(), middle - 9});
            path.turnTo({source.box.right(), middle + 9}, kLoop);
        } else if (source.region != kNone && source.region == target.region) {
            routeInside(path, source, target, out, in);
        } else if (!routeBetween(path, edge, source, target)) {
            path.start({source.box.right(), out});
            path.curveTo({target.box.x - kStub, in});
            path.lineTo({target.box.x, in});
        }
    }

    void routeInside(RoutePath& path, const Terminal& source, const Terminal& target, double out, double in) {
        const auto& columns = m_regions.all[idx(source.region)].columns;
        Lanes& lanes = m_lanes[idx(source.region)];
        if (isStacked(source, target)) {
            routeVertically(path, source, target);
            return;
        }
        const double right = columns[idx(source.lastColumn)].to, left = columns[idx(target.firstColumn)].from;
        path.start({source.box.right(), out});
        if (target.firstColumn > source.lastColumn) {
            path.lineTo({right, out});
            for (int c = source.lastColumn + 1; c < target.firstColumn; ++c) {
                const double lane = lanes.in(c, path.at().y, in);
                path.curveTo({columns[idx(c)].from, lane});
                path.lineTo({columns[idx(c)].to, lane});
            }
            arrive(path, target, left, in);
        } else if (source.lastColumn == target.lastColumn) {
            path.lineTo({right, out});
            path.turnTo({right, in}, loopBeside(columns, source.lastColumn));
            path.lineTo({target.box.right(), in});
        } else {
            double lane = lanes.across(target.firstColumn, source.lastColumn, (out + in) / 2, 1e6);
            lane = std::isnan(lane) ? m_result.bounds.bottom() + kStub : lane;
            path.lineTo({right, out});
            path.turnTo({right, lane}, loopBeside(columns, source.lastColumn));
            path.lineTo({left, lane});
            path.turnTo({left, in}, -loopBeside(columns, target.firstColumn - 1));
            path.lineTo({target.box.x, in});
        }
    }

    // How far a turn right of a column swings out: not into the next one.
    static double loopBeside(const std::vector<Span>& columns, int column) {
        if (column < 0 || column + 1 >= static_cast<int>(columns.size())) {
            return kLoop;
        }
        return std::min(kLoop, columns[idx(column) + 1].from - columns[idx(column)].to);
    }

    // The curve ends before the column, where another node may stand further left than the target.
    static void arrive(RoutePath& path, const Terminal& target, double left, double in) {
        path.curveTo({std::min(left, target.box.x - kStub), in});
        path.lineTo({target.box.x, in});
    }

    // Right above or below each other, without a node or a title between them.
    [[nodiscard]] bool isStacked(const Terminal& source, const Terminal& target) const {
        if (source.firstColumn != target.firstColumn || source.lastColumn != target.lastColumn ||
            source.firstColumn != source.lastColumn) {
            return false;
        }
        const double x = target.box.x + target.box.width / 2;
        if (std::abs(source.box.x + source.box.width / 2 - x) > source.box.width / 4) {
            return false;
        }
        const bool down = target.box.y > source.box.y;
        const Rect way{x - 20, down ? source.box.bottom() + 1 : target.box.bottom() + 1, 40,
                       down ? target.box.y - source.box.bottom() - 2 : source.box.y - target.box.bottom() - 2};
        const Region& region = m_regions.all[idx(source.region)];
        return way.height > 30 &&
               std::none_of(region.nodes.begin(), region.nodes.end(),
                            [&](int node) { return overlap(m_ends[idx(node)].box, way); }) &&
               std::none_of(region.groups.begin(), region.groups.end(), [&](int group) {
                   const Rect& box = m_result.groups[idx(group)];
                   return overlap({box.x, box.y, std::min(box.width, kTitleText), m_input.groups[idx(group)].titleHeight}, way);
               });
    }

    static void routeVertically(RoutePath& path, const Terminal& source, const Terminal& target) {
        const double x = source.box.x + source.box.width / 2, to = target.box.x + target.box.width / 2;
        const bool down = target.box.y > source.box.y;
        path.start({x, down ? source.box.bottom() : source.box.y});
        path.dropTo({to, down ? target.box.y : target.box.bottom()});
    }

    // From the end of a terminal's columns to its region's border, or from there to it.
    [[nodiscard]] double passage(const Terminal& end, double port, bool leaving) {
        const Region& region = m_regions.all[idx(end.region)];
        const int first = leaving ? end.lastColumn + 1 : 0;
        const int last = leaving ? static_cast<int>(region.columns.size()) - 1 : end.firstColumn - 1;
        if (first > last) {
            return port;
        }
        return m_lanes[idx(end.region)].across(first, last, port, kDetour);
    }

    bool routeBetween(RoutePath& path, std::size_t edge, const Terminal& source, const Terminal& target) {
        if (source.region == kNone || target.region == kNone || !m_streets) {
            return false;
        }
        const std::vector<int>& way = m_streets->way(source.region, target.region);
        if (way.empty()) {
            return false;
        }
        const Region &from = m_regions.all[idx(source.region)], &to = m_regions.all[idx(target.region)];
        path.start({source.box.right(), m_ports.out[edge]});
        path.lineTo({from.columns[idx(source.lastColumn)].to, m_ports.out[edge]});
        double lane = passage(source, m_ports.out[edge], true);
        if (std::isnan(lane)) { // no lane straight through: column by column
            for (int c = source.lastColumn + 1; c < static_cast<int>(from.columns.size()); ++c) {
                lane = m_lanes[idx(source.region)].in(c, path.at().y, path.at().y);
                path.curveTo({from.columns[idx(c)].from, lane});
                path.lineTo({from.columns[idx(c)].to, lane});
            }
        } else if (source.lastColumn + 1 < static_cast<int>(from.columns.size())) {
            path.curveTo({from.columns[idx(source.lastColumn) + 1].from, lane});
        }
        path.lineTo({from.box.right(), path.at().y});
        const double arrival = passage(target, m_ports.in[edge], false);
        const bool straight = !std::isnan(arrival);
        followWay(path, edge, way, straight ? arrival : m_ports.in[edge], to.box.x);
        if (!straight) {
            for (int c = 0; c < target.firstColumn; ++c) {
                const double y = m_lanes[idx(target.region)].in(c, path.at().y, m_ports.in[edge]);
                path.curveTo({to.columns[idx(c)].from, y});
                path.lineTo({to.columns[idx(c)].to, y});
            }
        } else if (target.firstColumn > 0) {
            path.lineTo({to.columns[idx(target.firstColumn) - 1].to, arrival});
        }
        arrive(path, target, to.columns[idx(target.firstColumn)].from, m_ports.in[edge]);
        return true;
    }

    // Along streets, each edge a little aside, so that a busy street shows as a bundle of lines.
    void followWay(RoutePath& path, std::size_t edge, const std::vector<int>& way, double arrival, double end) {
        const double aside = std::fmod(static_cast<double>(m_source[edge]) * 0.618034, 1.0) - 0.5; // -0.5 to 0.5
        const auto shifted = [&](int street, double by) { return (*m_streets)[street].at + by * (*m_streets)[street].half; };
        for (std::size_t k = 0; k < way.size(); k += 2) {
            const double x = shifted(way[k], aside * 0.8);
            const double half = (*m_streets)[way[k]].half * 0.55;
            const bool isLast = k + 2 >= way.size();
            const double y = isLast ? arrival : shifted(way[k + 1], aside * 1.6);
            const double next = isLast ? end + 1e4 : shifted(way[k + 2], aside * 0.8);
            const double from = path.at().x < x ? 1 : -1, to = next > x ? 1 : -1;
            if (std::abs(y - path.at().y) < 0.5 && from == to) {
                continue;
            }
            path.lineTo({x - from * half, path.at().y});
            if (from == to) {
                path.curveTo({x + to * half, y});
            } else {
                path.turnTo({x - from * half, y}, from * half);
            }
        }
    }

    const LayoutInput& m_input;
    LayoutResult& m_result;
    Regions m_regions;
    std::vector<Terminal> m_ends;
    std::vector<int> m_source, m_target; // by edge
    std::vector<Lanes> m_lanes;          // by region
    std::unique_ptr<Streets> m_streets;
    Ports m_ports;
};

} // namespace

bool routeEdges(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress, LayoutResult& result) {
    return Router(input, result).run(stop, progress);
}

} // namespace meshdeck::layout
