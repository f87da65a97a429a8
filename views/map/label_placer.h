// Places for the labels of edges: on their lines, off cards, titles, signs and each other.
#pragma once

#include "map/scene.h"

namespace meshdeck::views {

// Room that a split's label asks for in front of its target; zero for others.
[[nodiscard]] double labelRoomOf(const SceneEdge& edge);
// Labels all edges that have routes.
void placeLabels(Scene& scene);
// Takes places, lines and labels of a scene of the same shape. Labels of another length look for a place that is free
// without asking which lines they hide, since asking that of all lines is what costs.
void takeOver(Scene& scene, const Scene& before);

} // namespace meshdeck::views
