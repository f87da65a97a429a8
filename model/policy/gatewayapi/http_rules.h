// Rules of HTTPRoutes and GRPCRoutes as rules of a VirtualService, one a match (facts/semantics.md 6.2, 6.3).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/gatewayapi/backends.h"

namespace meshdeck::policy {

struct ConvertedRule {
    config::HttpRoute rule; // with one match, or none for every request
    RouteOrigin origin;
};
// What comes of the rules of one route for one kind of parents.
struct ConvertedRules {
    std::vector<ConvertedRule> rules; // empty: it cannot be configured
    std::string reason = "ResolvedRefs"; // of the worst reference
    std::string message;
};
[[nodiscard]] ConvertedRules convertHttpRules(const World& world, const ConfigObjectPtr& object,
                                              const config::Route& route, bool forMesh);

// The order of 6.2 among rules of one host; stable, so older routes and earlier rules stay in front.
void sortByPrecedence(std::vector<ConvertedRule>& rules);

} // namespace meshdeck::policy
