// Which listeners and services take a route (facts/semantics.md 6.1).
#pragma once

#include <string>
#include <vector>

#include "policy/gatewayapi/listeners.h"

namespace meshdeck::policy {

// A parentRef and one thing that it could mean: a listener, or the mesh.
struct RouteParent {
    std::size_t reference = 0;             // in route.parents
    const ApiListener* listener = nullptr; // null: the mesh
    std::vector<std::string> meshHosts;    // of the Service or ServiceEntry
    std::string meshNamespace;             // where that lives
    std::string denied;                    // "": taken; else why not, as a status has it
    std::string message;

    [[nodiscard]] bool accepted() const { return denied.empty(); }
};
[[nodiscard]] std::vector<RouteParent> parentsOf(const World& world, const std::vector<ApiListener>& listeners,
                                                 const ConfigObject& object, const config::Route& route);

// A more specific listener of the same object, port and protocol takes the host away from this one.
[[nodiscard]] bool isolated(const std::vector<ApiListener>& listeners, const ApiListener& own, const std::string& host);

} // namespace meshdeck::policy
