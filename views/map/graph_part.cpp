#include <algorithm>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/cards.h"
#include "traffic/neighbourhood.h"

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

std::shared_ptr<const mesh::Graph> graphToShow(const mesh::MeshSnapshot& snapshot) {
    if (snapshot.graph) {
        return snapshot.graph;
    }
    auto graph = std::make_shared<mesh::Graph>();
    if (!snapshot.inventory) {
        return graph;
    }
    for (const auto& [key, service] : snapshot.inventory->services) {
        mesh::Node node;
        node.id = "service|" + key;
        node.kind = mesh::NodeKind::Service;
        node.ns = service.ns;
        node.service = service.name;
        graph->nodes.push_back(std::move(node));
    }
    std::sort(graph->nodes.begin(), graph->nodes.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return graph;
}

mesh::Graph neighbourhood(const mesh::Graph& graph, const std::string& node) {
    traffic::Focus focus;
    focus.node = node;
    const auto kept = traffic::partOf(graph, focus);
    return kept ? traffic::take(graph, *kept) : graph;
}

} // namespace meshdeck::views
