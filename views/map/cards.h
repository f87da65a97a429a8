// What is on the map: graph nodes folded into cards, cards into boxes, parallel edges into one. Between mesh::Graph and
// the layout.
#pragma once

#include <string>
#include <vector>

#include "map/scene.h"
#include "mesh/snapshot.h"
#include "traffic/edge_figure.h"

namespace meshdeck::views {

// The telemetry's state as the map shows it.
struct TelemetryState {
    bool known = true;   // rates may be shown
    bool stale = false;  // but are not of now
    QString since;       // "unknown since 14:26", "stale, 2 min old"
};
[[nodiscard]] TelemetryState telemetryState(const mesh::MeshSnapshot& snapshot, ServerTime now);

// The snapshot's graph, or one made of the inventory's services when there is none yet. Never null.
[[nodiscard]] std::shared_ptr<const mesh::Graph> graphToShow(const mesh::MeshSnapshot& snapshot);
// That node, what shares its app, callers and callees; the whole graph when it is not there.
[[nodiscard]] mesh::Graph neighbourhood(const mesh::Graph& graph, const std::string& node);

// Calls that all versions of an app make alike become one edge from the app's box (visual.md 5).
void bundleAlike(Scene& scene);

// Nodes, boxes and edges without places.
[[nodiscard]] Scene makeCards(const mesh::Graph& graph, const TelemetryState& telemetry,
                              traffic::EdgeFigure labels = traffic::EdgeFigure::Rate);
// Of what a lens lets through: closed groups are one card each.
[[nodiscard]] Scene makeCards(const traffic::Seen& seen, const TelemetryState& telemetry,
                              traffic::EdgeFigure labels = traffic::EdgeFigure::Rate);

} // namespace meshdeck::views
