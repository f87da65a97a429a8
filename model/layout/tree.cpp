#include <algorithm>

#include "layout/items.h"

namespace meshdeck::layout {
namespace {

// True when following parents from `group` ends, and does not run in a circle.
bool endsAtRoot(const std::vector<Item>& items, int group, std::size_t limit) {
    int at = group;
    for (std::size_t steps = 0; steps <= limit; ++steps) {
        if (at < 0) {
            return true;
        }
        at = items[static_cast<std::size_t>(at)].parent;
    }
    return false;
}

void collectLeaves(const Tree& tree, int item, std::vector<int>& leaves) {
    const Item& it = tree.items[static_cast<std::size_t>(item)];
    if (it.leaf) {
        leaves.push_back(item);
    }
    for (const int child : it.children) {
        collectLeaves(tree, child, leaves);
    }
}

// Index of an end's item; -1 when there is no such node or group.
int itemOf(const Tree& tree, const LayoutInput& input, const End& end) {
    if (end.index < 0 || static_cast<std::size_t>(end.index) >= (end.isGroup ? input.groups.size() : input.nodes.size())) {
        return kNone;
    }
    return end.isGroup ? static_cast<int>(tree.leaves) + end.index : end.index;
}

void addGroups(Tree& tree, const LayoutInput& input) {
    for (const LayoutGroup& group : input.groups) {
        Item item;
        item.leaf = false;
        item.title = group.titleHeight;
        item.padding = group.padding;
        item.ordered = group.ordered;
        tree.items.push_back(item);
    }
    for (std::size_t i = 0; i < input.groups.size(); ++i) {
        Item& item = tree.items[tree.leaves + i];
        item.parent = itemOf(tree, input, End::group(input.groups[i].parent));
        if (!endsAtRoot(tree.items, static_cast<int>(tree.leaves + i), input.groups.size())) {
            item.parent = kNone; // a circle of groups: this one stands alone
        }
    }
}

void addEdges(Tree& tree, const LayoutInput& input) {
    tree.neighbours.resize(tree.leaves);
    for (const LayoutEdge& edge : input.edges) {
        const int source = itemOf(tree, input, edge.source), target = itemOf(tree, input, edge.target);
        if (source < 0 || target < 0 || source == target) {
            continue;
        }
        tree.edges.emplace_back(source, target);
        Item& end = tree.items[static_cast<std::size_t>(target)];
        end.room = std::max(end.room, edge.labelWidth);
        std::vector<int> from, to;
        collectLeaves(tree, source, from);
        collectLeaves(tree, target, to);
        for (const int a : from) {
            for (const int b : to) {
                tree.neighbours[static_cast<std::size_t>(a)].push_back(b);
                tree.neighbours[static_cast<std::size_t>(b)].push_back(a);
            }
        }
    }
}

} // namespace

Tree makeTree(const LayoutInput& input) {
    Tree tree;
    tree.leaves = input.nodes.size();
    for (const LayoutNode& node : input.nodes) {
        Item item;
        item.width = node.width;
        item.height = node.height;
        tree.items.push_back(item);
    }
    addGroups(tree, input);
    const int root = static_cast<int>(tree.items.size());
    Item rootItem;
    rootItem.leaf = false;
    tree.items.push_back(rootItem);
    for (std::size_t i = 0; i < tree.items.size() - 1; ++i) {
        Item& item = tree.items[i];
        if (item.leaf) {
            item.parent = itemOf(tree, input, End::group(input.nodes[i].group));
        }
        item.parent = item.parent < 0 ? root : item.parent;
        tree.items[static_cast<std::size_t>(item.parent)].children.push_back(static_cast<int>(i));
    }
    addEdges(tree, input);
    return tree;
}

} // namespace meshdeck::layout
