#include <algorithm>

#include "layout/flow.h"

namespace meshdeck::layout {
namespace {

constexpr double kHeads = 58; // beside a label

struct Insets {
    double left = 0;
    double right = 0;
};

// What the walls around its first and last column take, for every box inside `item`; the boxes' own insets go to `all`.
Insets takeInsets(const Flow& flow, int item, std::vector<double>& left, std::vector<double>& right) {
    Insets insets;
    const int first = flow.column[idx(item)], last = first + flow[item].span - 1;
    for (const int child : flow.order[idx(item)]) {
        if (flow.graph.isLeaf(child) || flow.graph.leafCount(child) == 0) {
            continue;
        }
        const Insets inner = takeInsets(flow, child, left, right);
        if (flow.column[idx(child)] == first) {
            insets.left = std::max(insets.left, inner.left);
        }
        if (flow.column[idx(child)] + flow[child].span - 1 == last) {
            insets.right = std::max(insets.right, inner.right);
        }
    }
    insets.left += flow[item].padding;
    insets.right += flow[item].padding;
    left[idx(first)] = std::max(left[idx(first)], insets.left);
    right[idx(last)] = std::max(right[idx(last)], insets.right);
    return insets;
}

} // namespace

Columns placeColumns(const Flow& flow, int block) {
    const auto n = idx(std::max(1, flow[block].span));
    std::vector<double> left(n, 0), right(n, 0), room(n, 0);
    Columns columns{std::vector<double>(n, 0), std::vector<double>(n, 0), 0};
    takeInsets(flow, block, left, right);
    for (const int leaf : flow.graph.leavesOf(block)) {
        const std::size_t c = idx(flow.column[idx(leaf)]);
        columns.width[c] = std::max(columns.width[c], flow[leaf].width);
        const double wanted = flow.graph.room[idx(leaf)];
        room[c] = std::max(room[c], wanted > 0 ? wanted + kHeads : 0);
    }
    double x = left[0];
    for (std::size_t c = 0; c < n; ++c) {
        columns.left[c] = x;
        x += columns.width[c];
        if (c + 1 < n) {
            const double walls = right[c] + left[c + 1];
            x += std::max({kColumnGap, walls + kColumnGap / 2, room[c + 1]});
        }
    }
    columns.total = x + right[n - 1];
    return columns;
}

} // namespace meshdeck::layout
