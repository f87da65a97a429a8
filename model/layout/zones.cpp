#include <algorithm>
#include <cmath>
#include <limits>

#include "layout/flow.h"
#include "layout/ranks.h"

namespace meshdeck::layout {
namespace {

constexpr int kFar = std::numeric_limits<int>::max();

struct Spread {
    int first = kFar;
    int last = -1;
};

// Ranks of the leaves inside an item that have links.
Spread spreadOf(const Flow& flow, int item) {
    Spread spread;
    for (const int leaf : flow.graph.leavesOf(item)) {
        if (!flow[leaf].lonely) {
            spread.first = std::min(spread.first, flow[leaf].rank);
            spread.last = std::max(spread.last, flow[leaf].rank);
        }
    }
    return spread;
}

int squareColumns(std::size_t leaves) { // a card is about three times as wide as it is high
    return std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(leaves) / 3))));
}

// Columns of a box by the ranks of its leaves, counted from its first. Leaves without links go wherever there is room.
void zonesByRank(Flow& flow, int group, int first, int columns) {
    flow[group].span = columns;
    for (const int child : flow.graph.children[group]) {
        Item& item = flow[child];
        const Spread spread = spreadOf(flow, child);
        item.lonely = spread.last < 0;
        int width = item.lonely ? 1 : spread.last - spread.first + 1;
        if (!flow.graph.isLeaf(child)) {
            width = item.lonely ? std::min(columns, squareColumns(idx(flow.graph.leafCount(child)))) : width;
            zonesByRank(flow, child, item.lonely ? 0 : spread.first, width);
        }
        item.span = width;
        item.zoneFirst = item.lonely ? 0 : spread.first - first;
        item.zoneLast = item.lonely ? columns - width : item.zoneFirst;
    }
}

// What an item takes of a rank's room, in cards.
int cellsOf(const Flow& flow, int item) {
    if (flow.graph.isLeaf(item)) {
        return 1;
    }
    const int span = flow[item].span, leaves = flow.graph.leafCount(item);
    return span * (1 + (leaves + span - 1) / span);
}

// Each rank gets as many columns as it needs to be no higher than `rows`.
int zonesFolded(Flow& flow, int block, int rows) {
    std::vector<int> cells, least;
    for (const int child : flow.graph.children[block]) {
        const Spread spread = spreadOf(flow, child);
        Item& item = flow[child];
        item.lonely = spread.last < 0;
        item.rank = item.lonely ? 0 : spread.first;
        if (!flow.graph.isLeaf(child)) {
            const int width = item.lonely ? squareColumns(idx(flow.graph.leafCount(child))) : spread.last - spread.first + 1;
            zonesByRank(flow, child, item.lonely ? 0 : spread.first, width);
        }
        cells.resize(std::max(cells.size(), idx(item.rank) + 1));
        least.resize(cells.size(), 1);
        cells[idx(item.rank)] += item.lonely ? 0 : cellsOf(flow, child);
        least[idx(item.rank)] = std::max(least[idx(item.rank)], item.span);
    }
    int lonelyCells = 0;
    for (const int child : flow.graph.children[block]) {
        lonelyCells += flow[child].lonely ? cellsOf(flow, child) : 0;
    }
    std::vector<int> first{0};
    int all = lonelyCells;
    for (std::size_t r = 0; r < cells.size(); ++r) {
        all += cells[r];
        first.push_back(first.back() + std::max({least[r], (cells[r] + rows - 1) / rows, cells[r] == 0 ? 0 : 1}));
    }
    first.back() = std::max(first.back(), (all + rows - 1) / rows);
    for (const int child : flow.graph.children[block]) {
        Item& item = flow[child];
        item.zoneFirst = item.lonely ? 0 : first[idx(item.rank)];
        item.zoneLast = (item.lonely ? first.back() : std::max(item.zoneFirst + item.span, first[idx(item.rank) + 1])) - item.span;
    }
    return flow[block].span = first.back();
}

} // namespace

Flow::Flow(const LayoutInput& input, const Graph& g)
    : graph(g), items(idx(g.items())), order(idx(g.items())), top(idx(g.items()), 0), column(idx(g.items()), 0) {
    for (int i = 0; i < g.leaves; ++i) {
        items[idx(i)].width = input.nodes[idx(i)].width;
        items[idx(i)].height = input.nodes[idx(i)].height;
    }
    for (std::size_t k = 0; k < input.groups.size(); ++k) {
        Item& item = items[idx(g.leaves) + k];
        item.title = input.groups[k].titleHeight;
        item.padding = input.groups[k].padding;
        item.ordered = input.groups[k].ordered;
    }
}

void rankBlock(Flow& flow, int block, int cap) {
    const Graph& graph = flow.graph;
    const auto leaves = graph.leavesOf(block);
    const int count = static_cast<int>(leaves.size());
    const auto [from, to] = graph.range[idx(block)];
    std::vector<Link> links;
    for (int k = 0; k < count; ++k) {
        for (const int callee : graph.callees[leaves[idx(k)]]) {
            if (const int at = graph.place[idx(callee)]; at >= from && at < to) {
                links.emplace_back(k, at - from);
            }
        }
    }
    const Lists callees = listsOf(count, links), callers = listsOf(count, links, true);
    const std::vector<int> rank = ranks(count, callees, callers, cap);
    const bool isDeep = std::any_of(rank.begin(), rank.end(), [&](int r) { return r >= cap; });
    const int columns = isDeep ? std::max(5, static_cast<int>(0.72 * std::sqrt(count))) : cap; // rows of a window's shape
    for (int k = 0; k < count; ++k) {
        Item& item = flow[leaves[idx(k)]];
        item.lonely = callees.sizeOf(k) + callers.sizeOf(k) == 0;
        item.rank = rank[idx(k)] % columns;
        item.band = rank[idx(k)] / columns;
    }
}

int takeZones(Flow& flow, int block, int rows) {
    if (rows > 0) {
        return zonesFolded(flow, block, rows);
    }
    const Spread spread = spreadOf(flow, block);
    const int columns =
        spread.last < 0 ? squareColumns(idx(flow.graph.leafCount(block))) : spread.last - spread.first + 1;
    zonesByRank(flow, block, spread.last < 0 ? 0 : spread.first, columns);
    return columns;
}

} // namespace meshdeck::layout
