// Where things go: sizes, groups and old positions in, positions and edge routes out. Pure: the same input and seed give
// the same drawing on every machine. Coordinates are logical pixels, y down, node positions are centres.
#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace meshdeck::layout {

struct Point {
    double x = 0;
    double y = 0;
    bool operator==(const Point&) const = default;
};

struct Rect {
    double x = 0; // left
    double y = 0; // top
    double width = 0;
    double height = 0;
    [[nodiscard]] double right() const { return x + width; }
    [[nodiscard]] double bottom() const { return y + height; }
    bool operator==(const Rect&) const = default;
};

struct LayoutNode {
    std::string id;
    double width = 150;
    double height = 46;
    std::string group; // id of the innermost group around it; empty: none
};

// Groups nest: a cluster holds namespaces, a namespace holds apps.
struct LayoutGroup {
    std::string id;
    std::string parent;
    double titleHeight = 24;
    double padding = 12;
    bool ordered = false; // its nodes keep the input's order from the top (versions of an app)
};

// Ends are ids of nodes, or of groups: a bundle that leaves an app as a whole.
struct LayoutEdge {
    std::string id;
    std::string source;
    std::string target;
    double labelWidth = 0; // room asked for in front of the target
};

struct LayoutInput {
    std::vector<LayoutNode> nodes;
    std::vector<LayoutGroup> groups;
    std::vector<LayoutEdge> edges;
    std::map<std::string, Point> previous; // positions of the drawing before: they stay if they can
    std::map<std::string, Point> pinned;   // moved by hand: they stay
    double aspect = 1.6;                   // width / height of the window
    std::uint32_t seed = 1;
};

// A chain of cubic Bézier curves: start, then for each curve two control points and its end.
using Route = std::vector<Point>;

struct LayoutResult {
    std::map<std::string, Point> positions; // of nodes, centre
    std::map<std::string, Rect> groups;
    std::map<std::string, Route> routes;    // by edge id; ends on the outlines of its nodes or groups
    Rect bounds;
};

struct Progress {
    std::size_t done = 0;
    std::size_t total = 0;
    std::string phase;
};

// Cancelled when `stop` was requested; no other error. Nodes never overlap, boxes contain their nodes.
[[nodiscard]] Result<LayoutResult> layout(const LayoutInput& input, const std::stop_token& stop = {});

} // namespace meshdeck::layout
