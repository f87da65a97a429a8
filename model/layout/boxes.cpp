#include "layout/boxes.h"

#include <algorithm>

namespace meshdeck::layout {
namespace {

constexpr double kTolerance = 0.5;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

void add(Rect& box, const Rect& inner) {
    box = box.isEmpty() ? inner : joined(box, inner);
}

} // namespace

std::vector<int> groupParents(const LayoutInput& input) {
    const int count = static_cast<int>(input.groups.size());
    std::vector<int> parents;
    parents.reserve(input.groups.size());
    for (const LayoutGroup& group : input.groups) {
        parents.push_back(group.parent >= 0 && group.parent < count ? group.parent : kNone);
    }
    std::vector<int> seen(input.groups.size(), kNone); // on the way up from which group
    for (int g = 0; g < count; ++g) {
        int up = g;
        while (up != kNone && seen[at(up)] == kNone) {
            seen[at(up)] = g;
            up = parents[at(up)];
        }
        if (up != kNone && seen[at(up)] == g) {
            parents[at(g)] = kNone;
        }
    }
    return parents;
}

std::vector<int> innermostFirst(const std::vector<int>& parents) {
    const int count = static_cast<int>(parents.size());
    std::vector<int> open(parents.size(), 0), order;
    for (const int parent : parents) {
        if (parent != kNone) {
            ++open[at(parent)];
        }
    }
    for (int g = 0; g < count; ++g) {
        if (open[at(g)] == 0) {
            order.push_back(g);
        }
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (const int parent = parents[at(order[i])]; parent != kNone && --open[at(parent)] == 0) {
            order.push_back(parent);
        }
    }
    return order;
}

Rect boxAround(const LayoutNode& node, Point centre) {
    return {centre.x - node.width / 2, centre.y - node.height / 2, node.width, node.height};
}

Rect joined(const Rect& a, const Rect& b) {
    const double x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

bool overlap(const Rect& a, const Rect& b) {
    return a.x < b.right() - kTolerance && b.x < a.right() - kTolerance && a.y < b.bottom() - kTolerance &&
           b.y < a.bottom() - kTolerance;
}

void fitBoxes(const LayoutInput& input, LayoutResult& result) {
    result.groups.assign(input.groups.size(), {});
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        if (const int group = input.nodes[i].group; group >= 0 && at(group) < input.groups.size()) {
            add(result.groups[at(group)], boxAround(input.nodes[i], result.positions[i]));
        }
    }
    const std::vector<int> parents = groupParents(input);
    for (const int g : innermostFirst(parents)) {
        Rect& box = result.groups[at(g)];
        if (box.isEmpty()) {
            continue;
        }
        const LayoutGroup& group = input.groups[at(g)];
        box = {box.x - group.padding, box.y - group.padding - group.titleHeight, box.width + 2 * group.padding,
               box.height + 2 * group.padding + group.titleHeight};
        if (parents[at(g)] != kNone) {
            add(result.groups[at(parents[at(g)])], box);
        }
    }
}

void takeBounds(const LayoutInput& input, LayoutResult& result) {
    Rect bounds;
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        add(bounds, boxAround(input.nodes[i], result.positions[i]));
    }
    for (const Rect& box : result.groups) {
        if (!box.isEmpty()) {
            add(bounds, box);
        }
    }
    double left = bounds.x, top = bounds.y, right = bounds.right(), bottom = bounds.bottom();
    for (const RoutePoint& point : result.routes.points) {
        left = std::min<double>(left, point.x);
        right = std::max<double>(right, point.x);
        top = std::min<double>(top, point.y);
        bottom = std::max<double>(bottom, point.y);
    }
    result.bounds = {left, top, right - left, bottom - top};
}

} // namespace meshdeck::layout
