#include "layout/graph.h"

#include <algorithm>

#include "layout/boxes.h"

namespace meshdeck::layout {
namespace {

// An edge of a group with more leaves than this stands for links of so many of them, evenly chosen.
constexpr int kSamples = 8;

int groupItem(const Graph& graph, int group) {
    return group >= 0 && group < graph.groups ? graph.leaves + group : graph.root();
}

void takeParents(Graph& graph, const LayoutInput& input) {
    const std::vector<int> parents = groupParents(input);
    graph.parent.assign(idx(graph.items()), kNone);
    for (int i = 0; i < graph.leaves; ++i) {
        graph.parent[idx(i)] = groupItem(graph, input.nodes[idx(i)].group);
    }
    for (int g = 0; g < graph.groups; ++g) {
        graph.parent[idx(graph.leaves + g)] = groupItem(graph, parents[idx(g)]);
    }
}

void takeInside(Graph& graph, int item) {
    const int from = static_cast<int>(graph.inside.size());
    if (graph.isLeaf(item)) {
        graph.place[idx(item)] = from;
        graph.inside.push_back(item);
    }
    for (const int child : graph.children[item]) {
        takeInside(graph, child);
    }
    graph.range[idx(item)] = {from, static_cast<int>(graph.inside.size())};
}

void takeChildren(Graph& graph) {
    std::vector<Link> pairs;
    for (int item = 0; item < graph.root(); ++item) {
        pairs.emplace_back(graph.parent[idx(item)], item);
    }
    graph.children = listsOf(graph.items(), pairs);
    graph.place.assign(idx(graph.leaves), 0);
    graph.range.assign(idx(graph.items()), {0, 0});
    graph.inside.clear();
    graph.inside.reserve(idx(graph.leaves));
    takeInside(graph, graph.root());
}

// Boxes are worth being blocks when they hold most of the leaves and are more than an app and its versions.
bool isSplit(const Graph& graph, int item, int limit) {
    if (graph.isLeaf(item) || graph.leafCount(item) <= limit) {
        return false;
    }
    int boxes = 0, inBoxes = 0;
    for (const int child : graph.children[item]) {
        if (!graph.isLeaf(child) && graph.leafCount(child) > 0) {
            ++boxes;
            inBoxes += graph.leafCount(child);
        }
    }
    return boxes > 1 && 2 * inBoxes >= graph.leafCount(item) && inBoxes >= 5 * boxes;
}

// Free nodes of split items move into boxes of their own, which nobody sees; they stand behind the input's groups.
void boxFreeNodes(Graph& graph, const std::vector<int>& parents) {
    const int oldRoot = graph.root();
    graph.groups += static_cast<int>(parents.size());
    graph.parent.resize(idx(graph.items()), kNone);
    for (int item = 0; item < oldRoot; ++item) {
        int& parent = graph.parent[idx(item)];
        const auto found = graph.isLeaf(item) ? std::find(parents.begin(), parents.end(), parent) : parents.end();
        if (found != parents.end()) {
            parent = oldRoot + static_cast<int>(found - parents.begin());
        } else if (parent == oldRoot) {
            parent = graph.root();
        }
    }
    for (std::size_t k = 0; k < parents.size(); ++k) {
        graph.parent[idx(oldRoot) + k] = parents[k] == oldRoot ? graph.root() : parents[k];
    }
    graph.parent.back() = kNone;
    takeChildren(graph);
}

void splitBlocks(Graph& graph, int limit) {
    std::vector<int> parents;
    graph.split.assign(idx(graph.items()), 0);
    for (int item = graph.leaves; item < graph.items(); ++item) {
        graph.split[idx(item)] = isSplit(graph, item, limit) ? 1 : 0;
        const auto children = graph.children[item];
        if (graph.split[idx(item)] != 0 && std::any_of(children.begin(), children.end(), [&](int c) { return graph.isLeaf(c); })) {
            parents.push_back(item);
        }
    }
    if (!parents.empty()) {
        const char root = graph.split.back();
        graph.split.back() = 0;
        boxFreeNodes(graph, parents);
        graph.split.resize(idx(graph.items()), 0);
        graph.split.back() = root;
    }
}

int endItem(const Graph& graph, const LayoutInput& input, const End& end) {
    if (end.index < 0 || idx(end.index) >= (end.isGroup ? input.groups.size() : input.nodes.size())) {
        return kNone;
    }
    const int item = end.isGroup ? graph.leaves + end.index : end.index;
    return graph.leafCount(item) > 0 ? item : kNone;
}

std::vector<int> samples(const Graph& graph, int item) {
    const auto leaves = graph.leavesOf(item);
    const int count = std::min(kSamples, static_cast<int>(leaves.size()));
    std::vector<int> chosen;
    for (int k = 0; k < count; ++k) {
        chosen.push_back(leaves[leaves.size() * idx(k) / idx(count)]);
    }
    return chosen;
}

void addLinks(Graph& graph, Link ends) {
    const auto [source, target] = ends;
    if (source < 0 || target < 0 || source == target) {
        return;
    }
    if (graph.isLeaf(source) && graph.isLeaf(target)) {
        graph.links.push_back(ends);
        return;
    }
    for (const int a : samples(graph, source)) {
        for (const int b : samples(graph, target)) {
            if (a != b) {
                graph.links.emplace_back(a, b);
            }
        }
    }
}

// Keeps the first of each pair, by a mark for each callee: no sorting, no hashing.
void dropDoubles(Graph& graph) {
    const Lists all = listsOf(graph.leaves, graph.links);
    std::vector<int> mark(idx(graph.leaves), kNone);
    std::vector<Link> once;
    once.reserve(graph.links.size());
    for (int a = 0; a < graph.leaves; ++a) {
        for (const int b : all[a]) {
            if (mark[idx(b)] != a) {
                mark[idx(b)] = a;
                once.emplace_back(a, b);
            }
        }
    }
    graph.links = std::move(once);
}

} // namespace

Lists listsOf(int count, std::span<const Link> links, bool reversed) {
    Lists lists;
    lists.first.assign(idx(count) + 1, 0);
    for (const auto& [a, b] : links) {
        ++lists.first[idx(reversed ? b : a) + 1];
    }
    for (std::size_t i = 1; i < lists.first.size(); ++i) {
        lists.first[i] += lists.first[i - 1];
    }
    lists.values.resize(links.size());
    std::vector<int> next(lists.first.begin(), lists.first.end() - 1);
    for (const auto& [a, b] : links) {
        lists.values[idx(next[idx(reversed ? b : a)]++)] = reversed ? a : b;
    }
    return lists;
}

Graph makeGraph(const LayoutInput& input, int limit) {
    Graph graph;
    graph.leaves = static_cast<int>(input.nodes.size());
    graph.groups = static_cast<int>(input.groups.size());
    takeParents(graph, input);
    takeChildren(graph);
    splitBlocks(graph, limit);
    graph.room.assign(idx(graph.items()), 0);
    graph.ends.reserve(input.edges.size());
    graph.links.reserve(input.edges.size());
    for (const LayoutEdge& edge : input.edges) {
        Link ends{endItem(graph, input, edge.source), endItem(graph, input, edge.target)};
        if (ends.first < 0 || ends.second < 0) {
            ends = {kNone, kNone};
        } else {
            graph.room[idx(ends.second)] = std::max(graph.room[idx(ends.second)], edge.labelWidth);
        }
        graph.ends.push_back(ends);
        addLinks(graph, ends);
    }
    dropDoubles(graph);
    graph.callees = listsOf(graph.leaves, graph.links);
    graph.callers = listsOf(graph.leaves, graph.links, true);
    return graph;
}

} // namespace meshdeck::layout
