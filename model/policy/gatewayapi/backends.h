// Where a backendRef of a route leads, and whether it may (facts/semantics.md 6.3).
#pragma once

#include <string>

#include "policy/world.h"

namespace meshdeck::policy {

struct Backend {
    config::Destination destination; // host "" when the reference is of no use: its share is answered with 500
    std::string reason;              // "ResolvedRefs", "RefNotPermitted", "InvalidKind", "BackendNotFound", "UnsupportedValue"
    std::string message;
    bool fatal = false;              // the whole route cannot be configured
    [[nodiscard]] bool resolved() const { return reason == "ResolvedRefs"; }
};

// A route that asks: its kind ("HTTPRoute"), its namespace; routes of the mesh need no ReferenceGrant in Istio.
struct BackendUser {
    std::string kind;
    std::string ns;
    bool needsGrant = true;
};
[[nodiscard]] Backend resolveBackend(const World& world, const BackendUser& user, const config::BackendRef& backend);

// Does a ReferenceGrant in the target's namespace let objects of `fromKind` in `fromNs` refer to it?
[[nodiscard]] bool granted(const World& world, const BackendUser& from, const config::ObjectReference& to);

} // namespace meshdeck::policy
