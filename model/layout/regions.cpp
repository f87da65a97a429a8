#include "layout/regions.h"

#include <algorithm>

#include "layout/boxes.h"
#include "layout/graph.h"

namespace meshdeck::layout {
namespace {

constexpr std::size_t kOneRegion = 500; // nodes; more of them are never one region when there are boxes

class Finder {
public:
    Finder(const LayoutInput& input, const LayoutResult& placed) : m_input(input), m_placed(placed) {
        const int nodes = static_cast<int>(input.nodes.size()), groups = static_cast<int>(input.groups.size());
        const std::vector<int> parents = groupParents(input);
        std::vector<Link> inner, outer;
        for (int g = 0; g < groups; ++g) {
            if (!placed.groups[idx(g)].isEmpty()) {
                inner.emplace_back(parents[idx(g)] == kNone ? groups : parents[idx(g)], g);
            }
        }
        for (int i = 0; i < nodes; ++i) {
            const int group = input.nodes[idx(i)].group;
            outer.emplace_back(group >= 0 && group < groups ? group : groups, i);
        }
        m_groups = listsOf(groups + 1, inner);
        m_nodes = listsOf(groups + 1, outer);
        m_regions.ofNode.assign(idx(nodes), kNone);
        m_regions.columnOf.assign(idx(nodes), 0);
        m_regions.ofGroup.assign(idx(groups), kNone);
    }

    Regions run() {
        find(static_cast<int>(m_input.groups.size()));
        return std::move(m_regions);
    }

private:
    [[nodiscard]] bool isRoot(int group) const { return idx(group) == m_input.groups.size(); }

    void find(int group) {
        Region region;
        collect(group, region);
        if (region.nodes.empty()) {
            return;
        }
        const bool alone = m_groups.sizeOf(group) == 0;
        const bool inColumns = takeColumns(region);
        if (alone || (inColumns && region.nodes.size() <= kOneRegion)) {
            region.box = isRoot(group) ? hull(region) : m_placed.groups[idx(group)];
            add(std::move(region));
            return;
        }
        if (!isRoot(group)) {
            m_regions.frames.push_back(group);
        }
        for (const int child : m_groups[group]) {
            find(child);
        }
        findFree(group);
    }

    // Nodes between the boxes: one region if no box is in between, else each its own.
    void findFree(int group) {
        Region region;
        region.nodes.assign(m_nodes[group].begin(), m_nodes[group].end());
        if (region.nodes.empty()) {
            return;
        }
        region.box = hull(region);
        const auto boxes = m_groups[group];
        const bool between = std::any_of(boxes.begin(), boxes.end(), [&](int g) { return overlap(region.box, m_placed.groups[idx(g)]); });
        if (!between) {
            takeColumns(region);
            add(std::move(region));
            return;
        }
        for (const int node : region.nodes) {
            Region one;
            one.nodes = {node};
            one.box = hull(one);
            takeColumns(one);
            add(std::move(one));
        }
    }

    void collect(int group, Region& region) const {
        region.nodes.insert(region.nodes.end(), m_nodes[group].begin(), m_nodes[group].end());
        if (!isRoot(group)) {
            region.groups.push_back(group);
        }
        for (const int child : m_groups[group]) {
            collect(child, region);
        }
    }

    [[nodiscard]] Rect nodeBox(int node) const { return boxAround(m_input.nodes[idx(node)], m_placed.positions[idx(node)]); }

    [[nodiscard]] Rect hull(const Region& region) const {
        Rect box = nodeBox(region.nodes.front());
        for (const int node : region.nodes) {
            box = joined(box, nodeBox(node));
        }
        for (const int group : region.groups) {
            box = joined(box, m_placed.groups[idx(group)]);
        }
        return box;
    }

    // Nodes whose left and right edges reach into each other share a column. True when no column is much wider than a node.
    bool takeColumns(Region& region) {
        std::vector<int> order = region.nodes;
        const auto left = [&](int i) { return m_placed.positions[idx(i)].x - m_input.nodes[idx(i)].width / 2; };
        std::sort(order.begin(), order.end(), [&](int a, int b) { return left(a) != left(b) ? left(a) < left(b) : a < b; });
        double widest = 0;
        for (const int node : order) {
            const double from = left(node), to = from + m_input.nodes[idx(node)].width;
            widest = std::max(widest, to - from);
            if (region.columns.empty() || from > region.columns.back().to) {
                region.columns.push_back({from, to});
            }
            region.columns.back().to = std::max(region.columns.back().to, to);
            m_regions.columnOf[idx(node)] = static_cast<int>(region.columns.size()) - 1;
        }
        return std::all_of(region.columns.begin(), region.columns.end(),
                           [&](const Span& column) { return column.to - column.from < 1.6 * widest; });
    }

    void add(Region region) {
        const int index = static_cast<int>(m_regions.all.size());
        for (const int node : region.nodes) {
            m_regions.ofNode[idx(node)] = index;
        }
        for (const int group : region.groups) {
            m_regions.ofGroup[idx(group)] = index;
        }
        m_regions.all.push_back(std::move(region));
    }

    const LayoutInput& m_input;
    const LayoutResult& m_placed;
    Lists m_groups, m_nodes; // children by group, the root last
    Regions m_regions;
};

} // namespace

Regions findRegions(const LayoutInput& input, const LayoutResult& placed) {
    return Finder(input, placed).run();
}

} // namespace meshdeck::layout
