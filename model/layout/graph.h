// Nodes, groups and edges of a drawing as one tree of items and flat lists of links, made once from the input and shared by
// all phases.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

// Lists of integers in one array: list i is values[first[i]] to values[first[i + 1]].
struct Lists {
    std::vector<int> first{0};
    std::vector<int> values;
    [[nodiscard]] std::span<const int> operator[](int i) const {
        const auto at = static_cast<std::size_t>(i);
        return std::span(values).subspan(static_cast<std::size_t>(first[at]), static_cast<std::size_t>(first[at + 1] - first[at]));
    }
    [[nodiscard]] int sizeOf(int i) const { return first[static_cast<std::size_t>(i) + 1] - first[static_cast<std::size_t>(i)]; }
};

using Link = std::pair<int, int>; // caller, callee

// For each of `count` keys the seconds of its pairs, in the order of the pairs; reversed: keys are the seconds.
[[nodiscard]] Lists listsOf(int count, std::span<const Link> links, bool reversed = false);

// Items: leaves (the input's nodes) first, then its groups, then the root.
struct Graph {
    int leaves = 0;
    int groups = 0;           // the input's, then one for the free nodes of each item that is split
    std::vector<int> parent;  // by item; the root's is kNone
    Lists children;           // by item, in the input's order
    std::vector<int> inside;  // all leaves, ordered so that those of each item are side by side
    std::vector<int> place;   // by leaf: where in `inside`
    std::vector<Link> range;  // by item: from, to in `inside`
    std::vector<Link> ends;   // by input edge: items; kNone where there is no such node, or a group without nodes
    std::vector<Link> links;  // between leaves, each pair once, no self-links; an edge of a group links some of its leaves
    Lists callees;            // by leaf
    Lists callers;
    std::vector<double> room; // by item: wanted in front of it for labels
    std::vector<char> split;  // by item: its children are blocks, placed side by side

    [[nodiscard]] int root() const { return leaves + groups; }
    [[nodiscard]] int items() const { return leaves + groups + 1; }
    [[nodiscard]] bool isLeaf(int item) const { return item < leaves; }
    [[nodiscard]] std::span<const int> leavesOf(int item) const {
        const auto [from, to] = range[static_cast<std::size_t>(item)];
        return std::span(inside).subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
    }
    [[nodiscard]] int leafCount(int item) const {
        const auto [from, to] = range[static_cast<std::size_t>(item)];
        return to - from;
    }
};

// An item is split when it holds more than `limit` leaves and boxes that are worth being blocks.
[[nodiscard]] Graph makeGraph(const LayoutInput& input, int limit);

// Shorthand for the casts that indices need.
[[nodiscard]] constexpr std::size_t idx(int i) {
    return static_cast<std::size_t>(i);
}

} // namespace meshdeck::layout
