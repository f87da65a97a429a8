#include <algorithm>
#include <set>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/cards.h"

namespace meshdeck::views {
namespace {

constexpr auto kDropFiguresAfter = std::chrono::minutes(5); // visual.md 7

QString clockTime(ServerTime time) {
    return QString::fromStdString(text::rfc3339(time)).mid(11, 5);
}

} // namespace

TelemetryState telemetryState(const mesh::MeshSnapshot& snapshot, ServerTime now) {
    TelemetryState state;
    if (!snapshot.graph) {
        return {false, true, QStringLiteral("no telemetry yet")};
    }
    bool any = false, live = false;
    for (const char* name : {"prometheus", "scrape", "recording"}) {
        const mesh::SourceHealth* source = snapshot.source(name);
        if (source != nullptr && source->state != mesh::SourceState::Absent) {
            any = true;
            live |= source->state == mesh::SourceState::Live || source->state == mesh::SourceState::Partial;
        }
    }
    if (!any || live) {
        return state;
    }
    const ServerTime last = snapshot.graph->time;
    state.stale = true;
    state.known = now - last < kDropFiguresAfter;
    state.since = state.known ? QStringLiteral("stale, %1 old").arg(QString::fromStdString(text::age(now - last)))
                              : QStringLiteral("unknown since %1").arg(clockTime(last));
    return state;
}

mesh::Graph graphToShow(const mesh::MeshSnapshot& snapshot) {
    if (snapshot.graph) {
        return *snapshot.graph;
    }
    mesh::Graph graph;
    if (!snapshot.inventory) {
        return graph;
    }
    for (const auto& [key, service] : snapshot.inventory->services) {
        mesh::Node node;
        node.id = "service|" + key;
        node.kind = mesh::NodeKind::Service;
        node.ns = service.ns;
        node.service = service.name;
        graph.nodes.push_back(std::move(node));
    }
    std::sort(graph.nodes.begin(), graph.nodes.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return graph;
}

mesh::Graph neighbourhood(const mesh::Graph& graph, const std::string& wanted) {
    const mesh::Node* centre = graph.node(wanted);
    if (centre == nullptr) {
        return graph;
    }
    const auto sameApp = [&](const mesh::Node& node) {
        const std::string& app = centre->app.empty() ? centre->service : centre->app;
        return node.id == wanted || (node.ns == centre->ns && node.cluster == centre->cluster &&
                                     (node.app == app || (node.kind == mesh::NodeKind::Service && node.service == app)));
    };
    std::set<std::uint32_t> core, kept;
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        if (sameApp(graph.nodes[i])) {
            core.insert(i);
        }
    }
    kept = core;
    for (const mesh::Edge& edge : graph.edges) {
        if (core.contains(edge.source)) {
            kept.insert(edge.target);
        }
        if (core.contains(edge.target)) {
            kept.insert(edge.source);
        }
    }
    // What is seen as service and workload is one card: keep the other half of it.
    for (const mesh::Edge& edge : graph.edges) {
        const mesh::Node& front = graph.nodes[edge.source];
        const mesh::Node& back = graph.nodes[edge.target];
        if (kept.contains(edge.target) && front.kind == mesh::NodeKind::Service && front.ns == back.ns &&
            front.service == back.app) {
            kept.insert(edge.source);
        }
        if (kept.contains(edge.source) && graph.nodes[edge.source].kind == mesh::NodeKind::Service) {
            kept.insert(edge.target);
        }
    }
    mesh::Graph result = graph;
    result.nodes.clear();
    result.edges.clear();
    std::vector<std::uint32_t> index(graph.nodes.size(), 0);
    for (const std::uint32_t i : kept) {
        index[i] = static_cast<std::uint32_t>(result.nodes.size());
        result.nodes.push_back(graph.nodes[i]);
    }
    for (mesh::Edge edge : graph.edges) {
        const bool touches = core.contains(edge.source) || core.contains(edge.target);
        const bool behind = graph.nodes[edge.source].kind == mesh::NodeKind::Service;
        if (kept.contains(edge.source) && kept.contains(edge.target) && (touches || behind)) {
            edge.source = index[edge.source];
            edge.target = index[edge.target];
            result.edges.push_back(std::move(edge));
        }
    }
    return result;
}

} // namespace meshdeck::views
