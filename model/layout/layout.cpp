#include "layout/layout.h"

#include <algorithm>

#include "layout/items.h"

namespace meshdeck::layout {
namespace {

constexpr double kTolerance = 0.5;

bool overlap(const Rect& a, const Rect& b) {
    return a.x < b.right() - kTolerance && b.x < a.right() - kTolerance && a.y < b.bottom() - kTolerance &&
           b.y < a.bottom() - kTolerance;
}

bool anyOverlap(std::vector<Rect> boxes) {
    std::sort(boxes.begin(), boxes.end(), [](const Rect& a, const Rect& b) { return a.x < b.x; });
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        for (std::size_t k = i + 1; k < boxes.size() && boxes[k].x < boxes[i].right(); ++k) {
            if (overlap(boxes[i], boxes[k])) {
                return true;
            }
        }
    }
    return false;
}

Rect boxOf(const LayoutNode& node, Point at) {
    return {at.x - node.width / 2, at.y - node.height / 2, node.width, node.height};
}

Rect joined(const Rect& a, const Rect& b) {
    const double x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

void takeBounds(const LayoutInput& input, LayoutResult& result) {
    bool first = true;
    const auto add = [&](const Rect& box) {
        result.bounds = first ? box : joined(result.bounds, box);
        first = false;
    };
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        add(boxOf(input.nodes[i], result.positions[i]));
    }
    for (const Rect& box : result.groups) {
        if (!box.isEmpty()) {
            add(box);
        }
    }
    for (const RoutePoint& point : result.routes.points) {
        add({point.x, point.y, 0, 0});
    }
}

// Boxes around what is in them, innermost first.
void fitGroup(const LayoutInput& input, const Tree& tree, std::size_t item, LayoutResult& result) {
    const LayoutGroup& group = input.groups[item - tree.leaves];
    bool any = false;
    Rect box;
    for (const int child : tree.items[item].children) {
        const auto c = static_cast<std::size_t>(child);
        Rect inner;
        if (c < tree.leaves) {
            inner = boxOf(input.nodes[c], result.positions[c]);
        } else {
            fitGroup(input, tree, c, result);
            inner = result.groups[c - tree.leaves];
            if (inner.isEmpty()) {
                continue;
            }
        }
        box = any ? joined(box, inner) : inner;
        any = true;
    }
    if (any) {
        result.groups[item - tree.leaves] = {box.x - group.padding, box.y - group.padding - group.titleHeight,
                                             box.width + 2 * group.padding,
                                             box.height + 2 * group.padding + group.titleHeight};
    }
}

void fitGroups(const LayoutInput& input, const Tree& tree, LayoutResult& result) {
    for (const int child : tree.items[static_cast<std::size_t>(tree.root())].children) {
        if (static_cast<std::size_t>(child) >= tree.leaves) {
            fitGroup(input, tree, static_cast<std::size_t>(child), result);
        }
    }
}

// Nothing lies on anything else, at every level of boxes.
bool clean(const LayoutInput& input, const Tree& tree, const LayoutResult& result) {
    for (const Item& item : tree.items) {
        std::vector<Rect> boxes;
        for (const int child : item.children) {
            const auto c = static_cast<std::size_t>(child);
            if (c < tree.leaves) {
                boxes.push_back(boxOf(input.nodes[c], result.positions[c]));
            } else if (const Rect& box = result.groups[c - tree.leaves]; !box.isEmpty()) {
                boxes.push_back(box);
            }
        }
        if (anyOverlap(std::move(boxes))) {
            return false;
        }
    }
    return true;
}

// Columns of a drawing that is kept: nodes whose left edges are near each other share one.
RouteInput columnsOf(const LayoutInput& input, const LayoutResult& result) {
    std::vector<std::size_t> order(input.nodes.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    const auto left = [&](std::size_t i) {
        return result.positions[i].x - input.nodes[i].width / 2;
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return left(a) < left(b); });
    RouteInput routing{input, std::vector<int>(order.size(), 0), {}};
    double right = 0;
    for (const std::size_t i : order) {
        if (routing.columns.left.empty() || left(i) > right) {
            routing.columns.left.push_back(left(i));
            routing.columns.width.push_back(0);
        }
        routing.columnOf[i] = static_cast<int>(routing.columns.left.size()) - 1;
        right = std::max(right, left(i) + input.nodes[i].width);
        routing.columns.width.back() = right - routing.columns.left.back();
    }
    if (routing.columns.left.empty()) {
        routing.columns = {{0}, {0}};
    }
    return routing;
}

void finish(const LayoutInput& input, const RouteInput& routing, LayoutResult& result) {
    takeBounds(input, result);
    routeEdges(routing, result);
    takeBounds(input, result);
}

// Every node where it was, if all are known and nothing would overlap.
bool keepPrevious(const LayoutInput& input, const Tree& tree, LayoutResult& result) {
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        if (!input.nodes[i].previous) {
            return false;
        }
        result.positions[i] = *input.nodes[i].previous;
    }
    fitGroups(input, tree, result);
    if (!clean(input, tree, result)) {
        return false;
    }
    finish(input, columnsOf(input, result), result);
    return true;
}

// Old heights as the wanted order; what is new goes to its neighbours.
bool takePreviousOrder(const LayoutInput& input, Tree& tree) {
    std::size_t known = 0;
    std::vector<bool> has(tree.leaves, false);
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        if (const auto& at = input.nodes[i].previous) {
            tree.items[i].key = at->y;
            has[i] = true;
            ++known;
        }
    }
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        double sum = 0;
        int count = 0;
        for (const int n : tree.neighbours[i]) {
            if (has[static_cast<std::size_t>(n)]) {
                sum += tree.items[static_cast<std::size_t>(n)].key;
                ++count;
            }
        }
        if (!has[i]) {
            tree.items[i].key = count > 0 ? sum / count : 1e9;
        }
    }
    for (std::size_t g = tree.items.size() - 1; g-- > tree.leaves;) {
        double lowest = 1e9;
        for (const int child : tree.items[g].children) {
            lowest = std::min(lowest, tree.items[static_cast<std::size_t>(child)].key);
        }
        tree.items[g].key = lowest;
    }
    return 2 * known >= tree.leaves && known > 0;
}

// First guess at an order: who calls stands above who is called, so that the entrance is at the top left.
double callersFirst(Tree& tree, int item) {
    Item& it = tree.items[static_cast<std::size_t>(item)];
    it.key = it.leaf ? it.firstColumn : 1e9;
    for (const int child : it.children) {
        it.key = std::min(it.key, callersFirst(tree, child));
    }
    return it.key;
}

} // namespace

Result<LayoutResult> layout(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress) {
    const auto report = [&](Phase phase) {
        if (progress) {
            progress({1, 1, phase});
        }
    };
    LayoutResult result;
    result.positions.resize(input.nodes.size());
    result.groups.resize(input.groups.size());
    result.routes.first.assign(input.edges.size() + 1, 0);
    Tree tree = makeTree(input);
    if (tree.leaves == 0 || keepPrevious(input, tree, result)) {
        return result;
    }
    rankLeaves(tree);
    report(Phase::Ranks);
    const bool keepOrder = takePreviousOrder(input, tree);
    if (!keepOrder) {
        callersFirst(tree, tree.root());
    }
    if (stop.stop_requested() || !place(tree, keepOrder, stop)) {
        return fail(ErrorKind::Cancelled, "The layout was stopped");
    }
    report(Phase::Order);
    const Columns columns = placeColumns(tree);
    std::vector<int> columnOf(tree.leaves);
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        const Item& item = tree.items[i];
        columnOf[i] = item.firstColumn;
        const auto column = static_cast<std::size_t>(item.firstColumn);
        result.positions[i] = {columns.left[column] + item.width / 2, tree.middle(static_cast<int>(i))};
    }
    for (std::size_t g = 0; g < input.groups.size(); ++g) {
        const Item& item = tree.items[tree.leaves + g];
        if (item.children.empty()) {
            continue;
        }
        const auto first = static_cast<std::size_t>(item.firstColumn);
        const auto last = static_cast<std::size_t>(item.lastColumn);
        const double x = columns.left[first] - item.leftInset;
        result.groups[g] = {x, tree.top[tree.leaves + g],
                            columns.left[last] + columns.width[last] + item.rightInset - x, item.height};
    }
    finish(input, {input, columnOf, columns}, result);
    report(Phase::Routes);
    return result;
}

} // namespace meshdeck::layout
