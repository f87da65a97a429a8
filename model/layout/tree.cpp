#include <algorithm>
#include <unordered_map>

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

void addGroups(Tree& tree, const LayoutInput& input, std::unordered_map<std::string_view, int>& ids) {
    for (const LayoutGroup& group : input.groups) {
        ids.emplace(group.id, static_cast<int>(tree.items.size()));
        Item item;
        item.leaf = false;
        item.title = group.titleHeight;
        item.padding = group.padding;
        item.ordered = group.ordered;
        tree.items.push_back(item);
    }
    for (std::size_t i = 0; i < input.groups.size(); ++i) {
        const auto parent = ids.find(input.groups[i].parent);
        Item& item = tree.items[tree.leaves + i];
        if (parent != ids.end() && parent->second >= static_cast<int>(tree.leaves)) {
            item.parent = parent->second;
            if (!endsAtRoot(tree.items, static_cast<int>(tree.leaves + i), input.groups.size())) {
                item.parent = -1; // a circle of groups: this one stands alone
            }
        }
    }
}

void addEdges(Tree& tree, const LayoutInput& input, const std::unordered_map<std::string_view, int>& ids) {
    tree.neighbours.resize(tree.leaves);
    for (const LayoutEdge& edge : input.edges) {
        const auto source = ids.find(edge.source);
        const auto target = ids.find(edge.target);
        if (source == ids.end() || target == ids.end() || source->second == target->second) {
            continue;
        }
        tree.edges.emplace_back(source->second, target->second);
        Item& end = tree.items[static_cast<std::size_t>(target->second)];
        end.room = std::max(end.room, edge.labelWidth);
        std::vector<int> from, to;
        collectLeaves(tree, source->second, from);
        collectLeaves(tree, target->second, to);
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
    std::unordered_map<std::string_view, int> ids;
    for (const LayoutNode& node : input.nodes) {
        ids.emplace(node.id, static_cast<int>(tree.items.size()));
        Item item;
        item.width = node.width;
        item.height = node.height;
        tree.items.push_back(item);
    }
    addGroups(tree, input, ids);
    const int root = static_cast<int>(tree.items.size());
    Item rootItem;
    rootItem.leaf = false;
    tree.items.push_back(rootItem);
    for (std::size_t i = 0; i < tree.items.size() - 1; ++i) {
        Item& item = tree.items[i];
        if (item.leaf) {
            const auto group = ids.find(input.nodes[i].group);
            item.parent = group != ids.end() && group->second >= static_cast<int>(tree.leaves) ? group->second : root;
        } else if (item.parent < 0) {
            item.parent = root;
        }
        tree.items[static_cast<std::size_t>(item.parent)].children.push_back(static_cast<int>(i));
    }
    addEdges(tree, input, ids);
    return tree;
}

} // namespace meshdeck::layout
