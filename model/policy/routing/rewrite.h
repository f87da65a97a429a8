// Paths and authorities that a rule changes, and where a redirect sends a client (facts/semantics.md 1.8).
#pragma once

#include <string>

#include "policy/request.h"

namespace meshdeck::policy {

// The path, query kept, as the destination sees it. `match` may be null: the rule takes every path.
[[nodiscard]] std::string rewrittenPath(const config::HttpRewrite& rewrite, const config::HttpMatch* match,
                                        const std::string& path);

// The value of the header Location. `listenerPort` is what FROM_REQUEST_PORT means.
[[nodiscard]] std::string locationOf(const config::HttpRedirect& redirect, const config::HttpMatch* match,
                                     const Request& request, std::uint32_t listenerPort);
// The status code of a redirect; absent for one that Istio does not know, which leaves the route without an action.
[[nodiscard]] std::optional<int> redirectCode(const config::HttpRedirect& redirect);

} // namespace meshdeck::policy
