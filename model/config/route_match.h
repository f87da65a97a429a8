// The conditions of one route as a short sentence for people.
#pragma once

#include <string>

#include "config/json.h"

namespace meshdeck::config {

// Of an entry of a VirtualService's http, tls or tcp list: "any request", "path starts with /api, or header end-user is
// jason". Entries of the match list are joined by "or", fields of one by "and" (facts/semantics.md 1.6).
[[nodiscard]] std::string istioMatch(const Json& route);
// Of a rule of a Gateway API route.
[[nodiscard]] std::string gatewayMatch(const Json& rule);

} // namespace meshdeck::config
