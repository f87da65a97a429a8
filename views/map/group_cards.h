// Cards of closed groups, and which of the many calls between them are drawn.
#pragma once

#include "map/cards.h"
#include "map/scene.h"
#include "traffic/overview.h"

namespace meshdeck::views {

// The card of a closed group; `box` is its node in the folded graph.
[[nodiscard]] SceneNode groupCard(const traffic::Group& group, const mesh::Node& box, const TelemetryState& telemetry,
                                  bool manyClusters);
// "46 workloads, 14 drawn, 32 quiet ones folded" for the title of an open namespace.
[[nodiscard]] QString openWords(const traffic::OpenGroup& open);

// Among thirty namespaces nearly all call each other a little: drawn are the strongest calls of each card, what fails or
// is refused, and the strongest of all up to about two a card. The others go to `weak`. What was drawn in `before` stays
// longer, so that lines do not come and go with every reply.
void setWeakAside(Scene& scene, const Scene* before);

} // namespace meshdeck::views
