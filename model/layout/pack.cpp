#include <algorithm>

#include "layout/flow.h"

namespace meshdeck::layout {
namespace {

// The lower edge of what a box holds already, by column, and whether a leaf is lowest there.
struct Skyline {
    std::vector<double> bottom;
    std::vector<char> kind; // 0: nothing yet, 1: a leaf, 2: a box
};

double floorAt(const Skyline& skyline, int column, const Item& item, bool isLeaf) {
    double y = 0;
    for (int c = column; c < column + item.span; ++c) {
        const char kind = skyline.kind[idx(c)];
        y = std::max(y, skyline.bottom[idx(c)] + (kind == 0 ? 0 : gapBetween(kind == 1, isLeaf)));
    }
    return y;
}

// The lowest place of its zone, the leftmost of those.
void put(Item& item, bool isLeaf, Skyline& skyline) {
    item.column = item.zoneFirst;
    item.y = floorAt(skyline, item.column, item, isLeaf);
    for (int c = item.zoneFirst + 1; c <= item.zoneLast; ++c) {
        if (const double y = floorAt(skyline, c, item, isLeaf); y < item.y - 0.5) {
            item.y = y;
            item.column = c;
        }
    }
    for (int c = item.column; c < item.column + item.span; ++c) {
        skyline.bottom[idx(c)] = item.y + item.height;
        skyline.kind[idx(c)] = isLeaf ? 1 : 2;
    }
}

void sortChildren(Flow& flow, int group) {
    auto& order = flow.order[idx(group)];
    if (order.empty()) {
        const auto children = flow.graph.children[group];
        order.assign(children.begin(), children.end());
    }
    if (!flow[group].ordered) {
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            const Item &x = flow[a], &y = flow[b];
            return x.band != y.band ? x.band < y.band : x.key < y.key;
        });
    }
}

void packGroup(Flow& flow, int group) {
    for (const int child : flow.graph.children[group]) {
        if (!flow.graph.isLeaf(child)) {
            packGroup(flow, child);
        }
    }
    sortChildren(flow, group);
    Item& it = flow[group];
    const double start = it.title + it.padding;
    Skyline skyline{std::vector<double>(idx(it.span), start), std::vector<char>(idx(it.span), 0)};
    double bottom = start;
    for (const int child : flow.order[idx(group)]) {
        if (flow.graph.leafCount(child) == 0) {
            continue;
        }
        Item& c = flow[child];
        put(c, flow.graph.isLeaf(child), skyline);
        bottom = std::max(bottom, c.y + c.height);
    }
    it.height = bottom + it.padding;
}

} // namespace

void resolve(Flow& flow, int item, double top, int column) {
    flow.top[idx(item)] = top;
    flow.column[idx(item)] = column;
    for (const int child : flow.order[idx(item)]) {
        resolve(flow, child, top + flow[child].y, column + flow[child].column);
    }
}

void pack(Flow& flow, int block) {
    packGroup(flow, block);
    resolve(flow, block, 0, 0);
}

} // namespace meshdeck::layout
