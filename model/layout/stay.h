// The next drawing of a mesh that was drawn before: what was there stays where it was. New nodes take free places near their
// neighbours, new boxes free ground; what is in the way of what grew moves right or down, as little as it must.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

using MaybePoint = std::optional<Point>;

// Where each node was; empty when so few are known that a new drawing is better.
[[nodiscard]] std::vector<MaybePoint> previousPlaces(const LayoutInput& input);
// A new drawing, but with the pinned nodes where they are pinned.
[[nodiscard]] std::vector<MaybePoint> withPinned(const LayoutInput& input, const std::vector<Point>& centres);

// Places for all nodes from those of some. No box or node lies on another, unless pinned there. False when stopped.
[[nodiscard]] bool fillIn(const LayoutInput& input, const std::stop_token& stop, const std::vector<MaybePoint>& places,
                          std::vector<Point>& positions);

} // namespace meshdeck::layout
