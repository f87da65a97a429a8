// In which order the objects of a plan are written: make before break (facts/safe-apply.md C3).
#pragma once

#include <vector>

#include "change/plan.h"

namespace meshdeck::change {

// Sorts in place, objects of equal rank in their given order. InvalidArgument with a hint when one DestinationRule both
// gains and loses subsets beside a changed route: that takes three steps, not one.
[[nodiscard]] Status orderMakeBeforeBreak(std::vector<PlannedObject>& objects);

// True when proxies must have taken `first` before `second` is written: subsets before the routes to them, routes
// before the subsets they no longer use.
[[nodiscard]] bool mustArriveBefore(const PlannedObject& first, const PlannedObject& second);

} // namespace meshdeck::change
