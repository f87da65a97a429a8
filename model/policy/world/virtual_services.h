// VirtualServices as they take effect: short names resolved, delegates merged into their roots
// (facts/semantics.md 1.1, 1.5).
#pragma once

#include <optional>
#include <vector>

#include "policy/world.h"

namespace meshdeck::policy {

// All that stand alone, oldest first. Those of `old` whose object is the same and that have no delegates are shared.
[[nodiscard]] std::vector<EffectiveVirtualServicePtr>
effectiveVirtualServices(const World& world, const std::vector<EffectiveVirtualServicePtr>* old);

// A gateway's name as written in an object of `ns`: "mesh", or "ns/name".
[[nodiscard]] std::string resolveGatewayName(std::string_view gateway, std::string_view ns);

// The rules that a root rule with a delegate becomes, one a rule of the delegate that is compatible with it; `index` is
// its place there.
struct DelegatedRule {
    config::HttpRoute rule;
    std::size_t index = 0;
    std::vector<std::size_t> matches{}; // of its own each is made of; empty: it has none
};
[[nodiscard]] std::vector<DelegatedRule> mergeDelegate(const config::HttpRoute& root,
                                                       const std::vector<config::HttpRoute>& delegate);
// The matches of a delegate's rule under those of its root; nothing when one of them fits nowhere.
struct MergedMatches {
    std::vector<config::HttpMatch> matches;
    std::vector<std::size_t> own; // of the delegate each is made of; empty when it has none
};
[[nodiscard]] std::optional<MergedMatches>
mergeMatches(const std::vector<config::HttpMatch>& root, const std::vector<config::HttpMatch>& delegate);

} // namespace meshdeck::policy
