#include "traffic/neighbourhood.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace meshdeck::traffic {
namespace {

using mesh::Graph;
using mesh::NodeKind;

constexpr int kFar = std::numeric_limits<int>::max() / 4;

// Edges by node, as offsets into one array.
class Incidence {
public:
    Incidence(const Graph& graph, bool outgoing)
        : m_first(graph.nodes.size() + 1, 0)
        , m_edges(graph.edges.size()) {
        const auto end = [outgoing](const mesh::Edge& edge) { return outgoing ? edge.source : edge.target; };
        for (const mesh::Edge& edge : graph.edges) {
            ++m_first[end(edge) + 1];
        }
        for (std::size_t i = 1; i < m_first.size(); ++i) {
            m_first[i] += m_first[i - 1];
        }
        std::vector<std::uint32_t> next(m_first.begin(), m_first.end() - 1);
        for (std::uint32_t i = 0; i < graph.edges.size(); ++i) {
            m_edges[next[end(graph.edges[i])]++] = i;
        }
    }
    [[nodiscard]] auto begin(std::uint32_t node) const { return m_edges.begin() + m_first[node]; }
    [[nodiscard]] auto end(std::uint32_t node) const { return m_edges.begin() + m_first[node + 1]; }

private:
    std::vector<std::uint32_t> m_first;
    std::vector<std::uint32_t> m_edges;
};

// Two names of one thing: the service and what answers for it.
bool isName(const Graph& graph, const mesh::Edge& edge) {
    const mesh::Node& front = graph.nodes[edge.source];
    const mesh::Node& back = graph.nodes[edge.target];
    return front.kind == NodeKind::Service && (back.kind == NodeKind::App || back.kind == NodeKind::Workload) &&
           front.ns == back.ns && front.cluster == back.cluster;
}

// Steps from the nearest of `from`; names cost nothing. `way` takes the edge a node was reached by.
std::vector<int> steps(const Graph& graph, const std::vector<std::uint32_t>& from, bool down, bool up,
                       std::vector<std::int64_t>* way = nullptr) {
    const Incidence out(graph, true), in(graph, false);
    std::vector<int> distance(graph.nodes.size(), kFar);
    std::deque<std::uint32_t> queue(from.begin(), from.end());
    for (const std::uint32_t node : from) {
        distance[node] = 0;
    }
    const auto visit = [&](std::uint32_t at, std::uint32_t next, std::uint32_t edge) {
        const bool free = isName(graph, graph.edges[edge]);
        const int reached = distance[at] + (free ? 0 : 1);
        if (reached >= distance[next]) {
            return;
        }
        distance[next] = reached;
        if (way != nullptr) {
            (*way)[next] = edge;
        }
        free ? queue.push_front(next) : queue.push_back(next);
    };
    while (!queue.empty()) {
        const std::uint32_t at = queue.front();
        queue.pop_front();
        for (auto e = out.begin(at); e != out.end(at); ++e) {
            if (down || isName(graph, graph.edges[*e])) {
                visit(at, graph.edges[*e].target, *e);
            }
        }
        for (auto e = in.begin(at); e != in.end(at); ++e) {
            if (up || isName(graph, graph.edges[*e])) {
                visit(at, graph.edges[*e].source, *e);
            }
        }
    }
    return distance;
}

bool isIll(mesh::Health health) {
    return health == mesh::Health::Degraded || health == mesh::Health::Failing;
}

// Calls within what is kept.
Kept withEdges(const Graph& graph, std::vector<bool> nodes) {
    Kept kept{std::move(nodes), std::vector<bool>(graph.edges.size(), false)};
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        kept.edges[i] = kept.nodes[graph.edges[i].source] && kept.nodes[graph.edges[i].target];
    }
    return kept;
}

Kept neighbours(const Graph& graph, const Focus& focus, const std::vector<std::uint32_t>& core) {
    std::vector<std::int64_t> way(graph.nodes.size(), -1);
    const std::vector<int> distance = steps(graph, core, true, true, &way);
    std::vector<bool> nodes(graph.nodes.size(), false);
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        const bool near = distance[i] <= std::min(1, focus.depth);
        const bool far = distance[i] <= focus.depth && (focus.all || isIll(graph.nodes[i].health));
        // With something ill comes the way to it.
        for (std::uint32_t at = i; (near || far) && !nodes[at];) {
            nodes[at] = true;
            if (way[at] < 0) {
                break;
            }
            const mesh::Edge& edge = graph.edges[static_cast<std::size_t>(way[at])];
            at = edge.source == at ? edge.target : edge.source;
        }
    }
    // The other half of a card: a service without its workloads, or the reverse, would be drawn as something else.
    for (const mesh::Edge& edge : graph.edges) {
        if (isName(graph, edge) && (nodes[edge.source] || nodes[edge.target])) {
            nodes[edge.source] = nodes[edge.target] = true;
        }
    }
    // What the outermost call among each other is no answer about the centre.
    Kept kept = withEdges(graph, std::move(nodes));
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const mesh::Edge& edge = graph.edges[i];
        const int nearest = std::min(distance[edge.source], distance[edge.target]);
        kept.edges[i] = kept.edges[i] && (nearest < focus.depth || isName(graph, edge));
    }
    return kept;
}

Kept reachable(const Graph& graph, const std::vector<std::uint32_t>& core, bool down) {
    const std::vector<int> distance = steps(graph, core, down, !down);
    std::vector<bool> nodes(graph.nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i] = distance[i] < kFar;
    }
    return withEdges(graph, std::move(nodes));
}

std::optional<Kept> ways(const Graph& graph, const std::vector<std::uint32_t>& from, const std::vector<std::uint32_t>& to) {
    const std::vector<int> there = steps(graph, from, true, false);
    const std::vector<int> back = steps(graph, to, false, true);
    int shortest = kFar;
    for (const std::uint32_t node : to) {
        shortest = std::min(shortest, there[node]);
    }
    if (shortest >= kFar) {
        return std::nullopt;
    }
    constexpr int kLonger = 1;
    std::vector<bool> nodes(graph.nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i] = there[i] + back[i] <= shortest + kLonger;
    }
    Kept kept = withEdges(graph, std::move(nodes));
    for (std::size_t i = 0; i < graph.edges.size(); ++i) { // only what leads on
        const mesh::Edge& edge = graph.edges[i];
        const int cost = isName(graph, edge) ? 0 : 1;
        kept.edges[i] = kept.edges[i] && there[edge.source] + cost + back[edge.target] <= shortest + kLonger;
    }
    return kept;
}

} // namespace

std::string groupId(const std::string& cluster, const std::string& ns) {
    return "ns|" + cluster + '|' + ns;
}

std::vector<std::uint32_t> membersOf(const Graph& graph, const std::string& id) {
    std::vector<std::uint32_t> members;
    const mesh::Node* centre = graph.node(id);
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        const mesh::Node& node = graph.nodes[i];
        if (node.kind == NodeKind::Box) {
            continue;
        }
        if (centre == nullptr) {
            if (id.starts_with("ns|") && groupId(node.cluster, node.ns) == id) {
                members.push_back(i);
            }
            continue;
        }
        const std::string& app = centre->app.empty() ? centre->service : centre->app;
        const bool near = node.ns == centre->ns && node.cluster == centre->cluster && !app.empty();
        const bool same = node.app == app || (node.kind == NodeKind::Service && node.service == app);
        if (node.id == id || (near && same)) {
            members.push_back(i);
        }
    }
    return members;
}

std::optional<Kept> partOf(const Graph& graph, const Focus& focus) {
    const std::vector<std::uint32_t> core = membersOf(graph, focus.node);
    if (core.empty()) {
        return std::nullopt;
    }
    switch (focus.kind) {
    case FocusKind::Neighbours: return neighbours(graph, focus, core);
    case FocusKind::Upstream: return reachable(graph, core, false);
    case FocusKind::Downstream: return reachable(graph, core, true);
    case FocusKind::Path: break;
    }
    const std::vector<std::uint32_t> other = membersOf(graph, focus.other);
    if (other.empty()) {
        return std::nullopt;
    }
    auto kept = ways(graph, core, other);
    return kept ? kept : ways(graph, other, core);
}

Graph take(const Graph& graph, const Kept& kept) {
    Graph result;
    result.type = graph.type;
    result.time = graph.time;
    result.window = graph.window;
    result.reporter = graph.reporter;
    std::vector<std::uint32_t> index(graph.nodes.size(), 0);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (kept.nodes[i]) {
            index[i] = static_cast<std::uint32_t>(result.nodes.size());
            result.nodes.push_back(graph.nodes[i]);
        }
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const mesh::Edge& edge = graph.edges[i];
        if (kept.edges[i] && kept.nodes[edge.source] && kept.nodes[edge.target]) {
            mesh::Edge& copy = result.edges.emplace_back(edge);
            copy.source = index[edge.source];
            copy.target = index[edge.target];
        }
    }
    return result;
}

} // namespace meshdeck::traffic
