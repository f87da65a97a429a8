#include <algorithm>
#include <cmath>

#include "layout/items.h"

namespace meshdeck::layout {
namespace {

constexpr int kMaxColumns = 24; // a longer chain of calls folds into the last columns instead of a picture nobody can read

using Adjacency = std::vector<std::vector<int>>;

void leavesOf(const Tree& tree, int item, std::vector<int>& out) {
    const Item& it = tree.items[static_cast<std::size_t>(item)];
    if (it.leaf) {
        out.push_back(item);
    }
    for (const int child : it.children) {
        leavesOf(tree, child, out);
    }
}

Adjacency calls(const Tree& tree) {
    Adjacency out(tree.leaves);
    for (const auto& [source, target] : tree.edges) {
        std::vector<int> from, to;
        leavesOf(tree, source, from);
        leavesOf(tree, target, to);
        for (const int a : from) {
            for (const int b : to) {
                if (a != b) {
                    out[static_cast<std::size_t>(a)].push_back(b);
                }
            }
        }
    }
    return out;
}

// Depth-first search without recursion from the callers nobody calls; calls into the current path are left out.
// Returns the leaves in reverse topological order of what remains.
std::vector<int> breakCycles(Adjacency& out) {
    const std::size_t n = out.size();
    std::vector<int> in(n, 0);
    for (const auto& targets : out) {
        for (const int t : targets) {
            ++in[static_cast<std::size_t>(t)];
        }
    }
    std::vector<int> roots;
    for (const bool called : {false, true}) {
        for (std::size_t i = 0; i < n; ++i) {
            if ((in[i] > 0) == called) {
                roots.push_back(static_cast<int>(i));
            }
        }
    }
    enum : char { New, Open, Done };
    std::vector<char> state(n, New);
    std::vector<int> order;
    std::vector<std::pair<int, std::size_t>> path;
    for (const int root : roots) {
        if (state[static_cast<std::size_t>(root)] != New) {
            continue;
        }
        state[static_cast<std::size_t>(root)] = Open;
        path.emplace_back(root, 0);
        while (!path.empty()) {
            const int at = path.back().first;
            auto& targets = out[static_cast<std::size_t>(at)];
            std::size_t& next = path.back().second;
            if (next == targets.size()) {
                state[static_cast<std::size_t>(at)] = Done;
                order.push_back(at);
                path.pop_back();
            } else if (const int target = targets[next]; state[static_cast<std::size_t>(target)] == Open) {
                targets.erase(targets.begin() + static_cast<std::ptrdiff_t>(next));
            } else {
                ++next;
                if (state[static_cast<std::size_t>(target)] == New) {
                    state[static_cast<std::size_t>(target)] = Open;
                    path.emplace_back(target, 0);
                }
            }
        }
    }
    return order;
}

std::vector<int> longestPaths(const Adjacency& out, const std::vector<int>& reverseOrder) {
    std::vector<int> rank(out.size(), 0);
    for (auto it = reverseOrder.rbegin(); it != reverseOrder.rend(); ++it) {
        const auto at = static_cast<std::size_t>(*it);
        for (const int target : out[at]) {
            auto& r = rank[static_cast<std::size_t>(target)];
            r = std::max(r, std::min(rank[at] + 1, kMaxColumns - 1));
        }
    }
    return rank;
}

// Leaves without any call fill a block of about square shape in the columns of their group.
void spreadLonely(Tree& tree, const std::vector<bool>& lonely) {
    for (std::size_t g = tree.leaves; g < tree.items.size(); ++g) {
        std::vector<int> alone;
        int first = kMaxColumns, last = -1;
        for (const int child : tree.items[g].children) {
            const auto c = static_cast<std::size_t>(child);
            if (c >= tree.leaves) {
                continue;
            }
            if (lonely[c]) {
                alone.push_back(child);
            } else {
                first = std::min(first, tree.items[c].firstColumn);
                last = std::max(last, tree.items[c].lastColumn);
            }
        }
        if (last < 0) {
            first = 0;
            last = std::max(0, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(alone.size()) / 3))) - 1);
        }
        for (std::size_t i = 0; i < alone.size(); ++i) {
            Item& item = tree.items[static_cast<std::size_t>(alone[i])];
            item.firstColumn = item.lastColumn = first + static_cast<int>(i) % (last - first + 1);
        }
    }
}

void spanGroups(Tree& tree, int item) {
    Item& it = tree.items[static_cast<std::size_t>(item)];
    if (it.leaf) {
        return;
    }
    it.firstColumn = kMaxColumns;
    it.lastColumn = 0;
    for (const int child : it.children) {
        spanGroups(tree, child);
        it.firstColumn = std::min(it.firstColumn, tree.items[static_cast<std::size_t>(child)].firstColumn);
        it.lastColumn = std::max(it.lastColumn, tree.items[static_cast<std::size_t>(child)].lastColumn);
    }
    it.firstColumn = std::min(it.firstColumn, it.lastColumn);
}

} // namespace

void rankLeaves(Tree& tree) {
    Adjacency out = calls(tree);
    std::vector<bool> lonely(tree.leaves, true);
    std::vector<bool> called(tree.leaves, false);
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        for (const int target : out[i]) {
            lonely[i] = lonely[static_cast<std::size_t>(target)] = false;
            called[static_cast<std::size_t>(target)] = true;
        }
    }
    const std::vector<int> order = breakCycles(out);
    std::vector<int> rank = longestPaths(out, order);
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        if (!called[i] && !out[i].empty()) {
            int nearest = kMaxColumns;
            for (const int target : out[i]) {
                nearest = std::min(nearest, rank[static_cast<std::size_t>(target)]);
            }
            rank[i] = std::max(0, nearest - 1);
        }
    }
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        tree.items[i].firstColumn = tree.items[i].lastColumn = rank[i];
    }
    spreadLonely(tree, lonely);
    spanGroups(tree, tree.root());
    tree.columns = tree.items[static_cast<std::size_t>(tree.root())].lastColumn + 1;
}

} // namespace meshdeck::layout
