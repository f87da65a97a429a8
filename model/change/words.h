// Phrases that plans and predictions share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/routes.h"

namespace meshdeck::change {

// "30 %", "33.3 %"; "no share" when there is none.
[[nodiscard]] std::string shareText(const std::optional<Percent>& share);

// "v2" for a subset, else the host's or backend's first label ("reviews-v2").
[[nodiscard]] std::string destinationName(const config::WeightedDestination& destination);

// What the route sends requests to: the one host of its destinations in short ("reviews"), else the object's name.
[[nodiscard]] std::string routeSubject(const config::WeightedRoute& route);

// "reviews: v2 10 % → 30 %": destinations whose share changes, those that grow first; of two only the one that grows.
[[nodiscard]] std::string shiftSentence(const config::WeightedRoute& route,
                                        const std::vector<std::optional<Percent>>& before,
                                        const std::vector<std::optional<Percent>>& after);

} // namespace meshdeck::change
