// From a snapshot to a scene, in two steps around the layout: what is on the map (cards, boxes, bundled edges), then
// where it is. Pure; runs on a worker.
#pragma once

#include <map>
#include <stop_token>

#include "layout/layout.h"
#include "map/scene.h"
#include "mesh/snapshot.h"
#include "traffic/edge_figure.h"

namespace meshdeck::views {

using Positions = std::map<std::string, layout::Point>; // centres by card id

struct SceneOptions {
    ServerTime now{};            // for ages
    std::string neighbourhoodOf; // only this graph node, its app, its callers and callees; empty: everything
    double aspect = 1.6;
    bool mayMove = false; // the user has not looked at a place yet: other cards than before may be placed afresh
    // The scene before. With the same cards and edges its places and lines are taken over, and only labels that have
    // become longer or shorter look for a place: nearly every refresh brings new figures and nothing else.
    ScenePtr before = {};
    // What of the graph is looked at; as it stands, all of it.
    traffic::Lens lens = {.hideNoise = false, .focus = {}, .fold = traffic::FoldMode::Never, .open = {}};
    std::shared_ptr<const Positions> pinned = {}; // cards put by hand; may be null
    traffic::EdgeFigure labels = traffic::EdgeFigure::Rate;
    bool moved = false;                           // other pins than in the scene before
};

struct BuiltScene {
    ScenePtr scene;
    Positions positions; // seeds the next drawing
};

// Cancelled when stopped. Without a graph, the services of the inventory are shown with unknown traffic.
[[nodiscard]] Result<BuiltScene> buildScene(const mesh::MeshSnapshot& snapshot, const SceneOptions& options,
                                            const Positions& previous, const std::stop_token& stop = {});

// The second step alone: places a scene's cards, boxes, edges and labels.
[[nodiscard]] Result<BuiltScene> placeScene(Scene scene, const Positions& previous, double aspect,
                                            const std::stop_token& stop = {});

} // namespace meshdeck::views
