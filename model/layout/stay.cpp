#include "layout/stay.h"

#include <algorithm>

#include "layout/boxes.h"
#include "layout/flow.h"
#include "layout/fresh.h"
#include "layout/push.h"
#include "layout/spots.h"

namespace meshdeck::layout {
namespace {

class Keeper {
public:
    Keeper(const LayoutInput& input, const std::vector<MaybePoint>& places, const std::stop_token& stop)
        : m_input(input), m_stop(stop), m_root(static_cast<int>(input.groups.size())), m_parents(groupParents(input)),
          m_at(places), m_box(idx(m_root) + 1), m_shift(idx(m_root) + 1), m_known(idx(m_root) + 1, 0),
          m_size(idx(m_root) + 1, 0), m_pinned(idx(m_root) + 1, 0) {
        std::vector<Link> groups, nodes, links;
        for (int g = 0; g < m_root; ++g) {
            groups.emplace_back(parentOf(g), g);
        }
        for (int i = 0; i < static_cast<int>(input.nodes.size()); ++i) {
            nodes.emplace_back(groupOf(i), i);
        }
        for (const LayoutEdge& edge : input.edges) {
            if (isNode(edge.source) && isNode(edge.target)) {
                links.emplace_back(edge.source.index, edge.target.index);
            }
        }
        m_groups = listsOf(m_root + 1, groups);
        m_nodes = listsOf(m_root + 1, nodes);
        m_callees = listsOf(static_cast<int>(input.nodes.size()), links);
        m_callers = listsOf(static_cast<int>(input.nodes.size()), links, true);
        m_order = innermostFirst(m_parents);
        m_order.push_back(m_root);
        count();
    }

    bool run() {
        for (const int group : m_order) {
            if (m_stop.stop_requested() || !keep(group)) {
                return false;
            }
        }
        return true;
    }

    std::vector<Point> positions() {
        for (auto it = m_order.rbegin(); it != m_order.rend(); ++it) { // outermost first
            if (*it != m_root) {
                const Point& outer = m_shift[idx(parentOf(*it))];
                m_shift[idx(*it)].x += outer.x;
                m_shift[idx(*it)].y += outer.y;
            }
        }
        std::vector<Point> all;
        for (int i = 0; i < static_cast<int>(m_at.size()); ++i) {
            const Point& by = m_shift[idx(groupOf(i))];
            all.push_back({m_at[idx(i)]->x + by.x, m_at[idx(i)]->y + by.y});
        }
        return all;
    }

private:
    [[nodiscard]] int parentOf(int group) const { return m_parents[idx(group)] == kNone ? m_root : m_parents[idx(group)]; }
    [[nodiscard]] int groupOf(int node) const {
        const int group = m_input.nodes[idx(node)].group;
        return group >= 0 && group < m_root ? group : m_root;
    }
    [[nodiscard]] bool isNode(const End& end) const {
        return !end.isGroup && end.index >= 0 && idx(end.index) < m_input.nodes.size();
    }

    // Nodes, known and pinned ones, of each group with all inside.
    void count() {
        for (const int group : m_order) {
            for (const int node : m_nodes[group]) {
                ++m_size[idx(group)];
                m_known[idx(group)] += m_at[idx(node)] ? 1 : 0;
                m_pinned[idx(group)] |= m_input.nodes[idx(node)].pinned ? 1 : 0;
            }
            if (group != m_root) {
                const std::size_t parent = idx(parentOf(group));
                m_size[parent] += m_size[idx(group)];
                m_known[parent] += m_known[idx(group)];
                m_pinned[parent] |= m_pinned[idx(group)];
            }
        }
    }

    // One level: what is in a group gets its place; everything deeper has one already.
    bool keep(int group) {
        if (m_size[idx(group)] == 0 || m_known[idx(group)] == 0) {
            return true; // nothing there, or new as a whole: its parent draws and places it
        }
        if (!addNew(group)) {
            return false;
        }
        settle(group);
        fit(group);
        return true;
    }

    [[nodiscard]] bool isNew(int group) const { return m_size[idx(group)] > 0 && m_known[idx(group)] == 0; }

    bool addNew(int group) {
        std::vector<int> nodes, groups;
        for (const int node : m_nodes[group]) {
            if (!m_at[idx(node)]) {
                nodes.push_back(node);
            }
        }
        for (const int child : m_groups[group]) {
            if (isNew(child)) {
                groups.push_back(child);
            }
        }
        if (nodes.empty() && groups.empty()) {
            return true;
        }
        Spots spots = spotsOf(group);
        std::stable_partition(nodes.begin(), nodes.end(), [&](int n) { return wanted(n, nullptr); });
        for (const int node : nodes) {
            Point want{0, 1e6}; // without neighbours: at the end
            wanted(node, &want);
            m_at[idx(node)] = spots.take(m_input.nodes[idx(node)].width, m_input.nodes[idx(node)].height, want);
        }
        for (const int child : groups) {
            if (!drawNew(child, spots)) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] Spots spotsOf(int group) const {
        std::vector<Rect> taken;
        std::vector<double> centres;
        Rect inner;
        for (const int node : m_nodes[group]) {
            if (m_at[idx(node)]) {
                taken.push_back(boxAround(m_input.nodes[idx(node)], *m_at[idx(node)]));
                centres.push_back(m_at[idx(node)]->x);
            }
        }
        for (const int child : m_groups[group]) {
            if (!m_box[idx(child)].isEmpty()) {
                taken.push_back(m_box[idx(child)]);
            }
        }
        for (const Rect& rect : taken) {
            inner = inner.isEmpty() ? rect : joined(inner, rect);
        }
        return {std::move(taken), std::move(centres), inner, m_input.aspect, group == m_root};
    }

    // Right of its callers and left of its callees, at their height. False without a neighbour that has a place.
    bool wanted(int node, Point* at) const {
        double x = 0, y = 0;
        int found = 0;
        const auto add = [&](int n, double aside) {
            if (m_at[idx(n)] && n != node) {
                const Point& by = m_shift[idx(groupOf(n))];
                x += m_at[idx(n)]->x + by.x + aside;
                y += m_at[idx(n)]->y + by.y;
                ++found;
            }
        };
        for (const int n : m_callers[node]) {
            add(n, kColumnPitch);
        }
        for (const int n : m_callees[node]) {
            add(n, -kColumnPitch);
        }
        if (found > 0 && at != nullptr) {
            *at = {x / found, y / found};
        }
        return found > 0;
    }

    // A group that is new as a whole is drawn by itself and put down where there is room.
    bool drawNew(int group, Spots& spots) {
        LayoutInput part;
        part.aspect = m_input.aspect;
        part.seed = m_input.seed;
        std::vector<int> nodes;
        collect(group, kNone, part, nodes);
        std::vector<int> local(m_input.nodes.size(), kNone);
        for (std::size_t k = 0; k < nodes.size(); ++k) {
            local[idx(nodes[k])] = static_cast<int>(k);
        }
        for (const int node : nodes) {
            for (const int callee : m_callees[node]) {
                if (local[idx(callee)] != kNone) {
                    part.edges.push_back({End::node(local[idx(node)]), End::node(local[idx(callee)])});
                }
            }
        }
        LayoutResult drawn;
        if (!drawFresh(part, m_stop, {}, drawn.positions)) {
            return false;
        }
        fitBoxes(part, drawn);
        Point want{0, 0};
        int found = 0;
        for (const int node : nodes) {
            if (Point at; wanted(node, &at)) {
                want = {want.x + at.x, want.y + at.y};
                ++found;
            }
        }
        want = found > 0 ? Point{want.x / found, want.y / found} : want;
        const Rect& box = drawn.groups.front();
        m_box[idx(group)] = spots.takeBox(box.width, box.height, want);
        for (std::size_t k = 0; k < nodes.size(); ++k) {
            m_at[idx(nodes[k])] = Point{drawn.positions[k].x + m_box[idx(group)].x - box.x,
                                        drawn.positions[k].y + m_box[idx(group)].y - box.y};
        }
        return true;
    }

    void collect(int group, int parent, LayoutInput& part, std::vector<int>& nodes) const {
        const int self = static_cast<int>(part.groups.size());
        part.groups.push_back(m_input.groups[idx(group)]);
        part.groups.back().parent = parent;
        for (const int node : m_nodes[group]) {
            nodes.push_back(node);
            part.nodes.push_back(m_input.nodes[idx(node)]);
            part.nodes.back().group = self;
        }
        for (const int child : m_groups[group]) {
            collect(child, self, part, nodes);
        }
    }

    // Pushes apart what is directly in a group.
    void settle(int group) {
        std::vector<Rect> rects;
        std::vector<char> fixed;
        std::vector<Link> who; // node, or kNone and a group
        for (const int node : m_nodes[group]) {
            rects.push_back(boxAround(m_input.nodes[idx(node)], *m_at[idx(node)]));
            fixed.push_back(m_input.nodes[idx(node)].pinned ? 1 : 0);
            who.emplace_back(node, kNone);
        }
        for (const int child : m_groups[group]) {
            if (m_size[idx(child)] > 0) {
                rects.push_back(m_box[idx(child)]);
                fixed.push_back(m_pinned[idx(child)]);
                who.emplace_back(kNone, child);
            }
        }
        const std::vector<Rect> before = rects;
        pushApart(rects, fixed, kGroupGap);
        for (std::size_t k = 0; k < rects.size(); ++k) {
            const double dx = rects[k].x - before[k].x, dy = rects[k].y - before[k].y;
            if (dx == 0 && dy == 0) {
                continue;
            }
            if (who[k].first != kNone) {
                m_at[idx(who[k].first)]->x += dx;
                m_at[idx(who[k].first)]->y += dy;
            } else {
                m_shift[idx(who[k].second)].x += dx;
                m_shift[idx(who[k].second)].y += dy;
                m_box[idx(who[k].second)] = rects[k];
            }
        }
    }

    void fit(int group) {
        Rect box;
        const auto add = [&](const Rect& rect) { box = box.isEmpty() ? rect : joined(box, rect); };
        for (const int node : m_nodes[group]) {
            add(boxAround(m_input.nodes[idx(node)], *m_at[idx(node)]));
        }
        for (const int child : m_groups[group]) {
            if (m_size[idx(child)] > 0) {
                add(m_box[idx(child)]);
            }
        }
        if (group != m_root) {
            const LayoutGroup& g = m_input.groups[idx(group)];
            box = {box.x - g.padding, box.y - g.padding - g.titleHeight, box.width + 2 * g.padding,
                   box.height + 2 * g.padding + g.titleHeight};
        }
        m_box[idx(group)] = box;
    }

    const LayoutInput& m_input;
    const std::stop_token& m_stop;
    int m_root;
    std::vector<int> m_parents;
    Lists m_groups, m_nodes;       // directly inside, by group; the root last
    Lists m_callees, m_callers;
    std::vector<int> m_order;      // innermost first, the root last
    std::vector<MaybePoint> m_at;  // before the shifts of the groups around
    std::vector<Rect> m_box;
    std::vector<Point> m_shift;    // of everything inside
    std::vector<int> m_known, m_size;
    std::vector<char> m_pinned;
};

} // namespace

std::vector<MaybePoint> previousPlaces(const LayoutInput& input) {
    std::vector<MaybePoint> places;
    std::size_t known = 0;
    for (const LayoutNode& node : input.nodes) {
        places.push_back(node.previous);
        known += node.previous ? 1 : 0;
    }
    return 2 * known >= input.nodes.size() ? places : std::vector<MaybePoint>();
}

std::vector<MaybePoint> withPinned(const LayoutInput& input, const std::vector<Point>& centres) {
    std::vector<MaybePoint> places;
    for (std::size_t i = 0; i < centres.size(); ++i) {
        places.push_back(input.nodes[i].pinned && input.nodes[i].previous ? input.nodes[i].previous : MaybePoint(centres[i]));
    }
    return places;
}

bool fillIn(const LayoutInput& input, const std::stop_token& stop, const std::vector<MaybePoint>& places,
            std::vector<Point>& positions) {
    Keeper keeper(input, places, stop);
    if (!keeper.run()) {
        return false;
    }
    positions = keeper.positions();
    return true;
}

} // namespace meshdeck::layout
