// Where things go: sizes, groups and old positions in, positions, boxes and edge routes out. Pure: the same input and seed
// give the same drawing on every machine. Coordinates are logical pixels, y down, node positions are centres.
//
// Everything is flat and by index: 20,000 nodes and 60,000 edges are laid out while somebody waits. Results are parallel
// to the input; the caller keeps the ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
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
    [[nodiscard]] bool isEmpty() const { return width <= 0 || height <= 0; }
    bool operator==(const Rect&) const = default;
};

constexpr int kNone = -1;

struct LayoutNode {
    double width = 150;
    double height = 46;
    int group = kNone;             // innermost group around it, index into LayoutInput::groups
    std::optional<Point> previous; // centre in the drawing before: it stays there if it can
    bool pinned = false;           // `previous` was chosen by hand: it stays there exactly, whatever it lies on
};

// Groups nest: a cluster holds namespaces, a namespace holds apps. A parent may stand behind its children in the input.
struct LayoutGroup {
    int parent = kNone;
    double titleHeight = 24;
    double padding = 12;
    bool ordered = false; // its nodes keep the input's order from the top (versions of an app)
};

// One end of an edge: a node, or a group for a bundle that leaves an app as a whole.
struct End {
    int index = kNone;
    bool isGroup = false;
    [[nodiscard]] static End node(int index) { return {index, false}; }
    [[nodiscard]] static End group(int index) { return {index, true}; }
    bool operator==(const End&) const = default;
};

struct LayoutEdge {
    End source;
    End target;
    double labelWidth = 0; // room asked for in front of the target
};

struct LayoutInput {
    std::vector<LayoutNode> nodes;
    std::vector<LayoutGroup> groups;
    std::vector<LayoutEdge> edges;
    double aspect = 1.6; // width / height of the window
    std::uint32_t seed = 1;
};

// Half the memory of a Point: there are some fifteen of them for each edge.
struct RoutePoint {
    float x = 0;
    float y = 0;
    bool operator==(const RoutePoint&) const = default;
};

// One route an edge, all in one array. A route is a chain of cubic Bézier curves: its start, then for each curve two
// control points and its end. It starts and ends on the outlines of its ends. An edge with an end that does not exist, or
// that is a group without nodes, has an empty route.
struct Routes {
    std::vector<RoutePoint> points;
    std::vector<std::uint32_t> first; // of each edge, and one more: the end
    [[nodiscard]] std::size_t size() const { return first.empty() ? 0 : first.size() - 1; }
    [[nodiscard]] std::span<const RoutePoint> operator[](std::size_t edge) const {
        return std::span(points).subspan(first[edge], first[edge + 1] - first[edge]);
    }
    bool operator==(const Routes&) const = default;
};

struct LayoutResult {
    std::vector<Point> positions; // of nodes, centre
    std::vector<Rect> groups;     // around their nodes; empty (isEmpty) for a group without nodes
    Routes routes;
    Rect bounds;
};

enum class Phase { Ranks, Boxes, Order, Coordinates, Routes };

struct Progress {
    std::size_t done = 0; // of the phase
    std::size_t total = 0;
    Phase phase = Phase::Ranks;
};
using ProgressSink = std::function<void(const Progress&)>; // called on the thread that runs the layout

// Cancelled when `stop` was requested; no other error. Nodes never overlap unless pinned on each other, boxes contain
// their nodes. Indices out of range count as kNone, a circle of groups is cut.
[[nodiscard]] Result<LayoutResult> layout(const LayoutInput& input, const std::stop_token& stop = {},
                                          const ProgressSink& progress = {});

} // namespace meshdeck::layout
