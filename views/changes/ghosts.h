// The neighbourhood of a service as a map with the edit laid over it: rims that grow or are left hollow, figures before
// and after, everything else faded (visual.md 6). Pure.
#pragma once

#include "change/prediction.h"
#include "map/cards.h"

namespace meshdeck::views {

// Cards without places; give them to a SceneFeed. `service` is the id of the service's graph node.
[[nodiscard]] Scene ghostCards(const mesh::MeshSnapshot& snapshot, const std::string& service,
                               const change::Prediction& prediction, ServerTime now);

} // namespace meshdeck::views
