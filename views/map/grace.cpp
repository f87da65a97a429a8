#include "map/grace.h"

#include <algorithm>

namespace meshdeck::views {
namespace {

constexpr int kRefreshes = 2;

mesh::Node quiet(mesh::Node node) {
    node.in = {};
    node.out = {};
    node.health = mesh::Health::Unknown;
    node.reason = "not seen in the last reply";
    node.set(mesh::NodeFlag::Idle);
    return node;
}

mesh::Edge quiet(const mesh::Edge& edge) {
    mesh::Edge rest;
    rest.id = edge.id;
    rest.protocol = edge.protocol;
    rest.health = mesh::Health::Unknown;
    return rest;
}

// Both sorted by id again, the edges' indices with them.
std::shared_ptr<const mesh::Graph> merged(const mesh::Graph& raw, const mesh::Graph& before, const std::map<std::string, int>& missed) {
    auto graph = std::make_shared<mesh::Graph>(raw);
    for (const auto& [id, count] : missed) {
        if (const mesh::Node* node = before.node(id)) {
            graph->nodes.push_back(quiet(*node));
        }
    }
    std::sort(graph->nodes.begin(), graph->nodes.end(), [](const mesh::Node& a, const mesh::Node& b) { return a.id < b.id; });
    const auto indexOf = [&](const std::string& id) { // -1: not there
        const mesh::Node* node = graph->node(id);
        return node == nullptr ? -1 : static_cast<int>(node - graph->nodes.data());
    };
    graph->edges.clear();
    const auto add = [&](mesh::Edge edge, const std::string& source, const std::string& target) {
        const int from = indexOf(source), to = indexOf(target);
        if (from >= 0 && to >= 0) {
            edge.source = static_cast<std::uint32_t>(from);
            edge.target = static_cast<std::uint32_t>(to);
            graph->edges.push_back(std::move(edge));
        }
    };
    for (const mesh::Edge& edge : raw.edges) {
        add(edge, raw.nodes[edge.source].id, raw.nodes[edge.target].id);
    }
    for (const mesh::Edge& edge : before.edges) {
        const std::string& source = before.nodes[edge.source].id;
        const std::string& target = before.nodes[edge.target].id;
        if (missed.contains(source) || missed.contains(target)) {
            add(quiet(edge), source, target);
        }
    }
    std::sort(graph->edges.begin(), graph->edges.end(), [](const mesh::Edge& a, const mesh::Edge& b) { return a.id < b.id; });
    return graph;
}

} // namespace

void Grace::forget() {
    m_raw.reset();
    m_shown.reset();
    m_missed.clear();
}

void Grace::countMissing(const mesh::Graph& raw) {
    std::map<std::string, int> missed;
    auto there = raw.nodes.begin(); // both are sorted by id
    for (const mesh::Node& node : m_shown->nodes) {
        while (there != raw.nodes.end() && there->id < node.id) {
            ++there;
        }
        if (there != raw.nodes.end() && there->id == node.id) {
            continue;
        }
        const auto before = m_missed.find(node.id);
        const int count = before == m_missed.end() ? 1 : before->second + 1;
        if (count <= kRefreshes) {
            missed[node.id] = count;
        }
    }
    m_missed = std::move(missed);
}

mesh::SnapshotPtr Grace::hold(const mesh::SnapshotPtr& snapshot) {
    if (!snapshot->graph) {
        return snapshot;
    }
    if (snapshot->graph != m_raw) {
        if (!m_shown || m_shown->type != snapshot->graph->type) {
            m_missed.clear();
            m_shown = snapshot->graph;
        } else {
            countMissing(*snapshot->graph);
            m_shown = m_missed.empty() ? snapshot->graph : merged(*snapshot->graph, *m_shown, m_missed);
        }
        m_raw = snapshot->graph;
    }
    if (m_shown == snapshot->graph) {
        return snapshot;
    }
    auto held = std::make_shared<mesh::MeshSnapshot>(*snapshot);
    held->graph = m_shown;
    return held;
}

} // namespace meshdeck::views
