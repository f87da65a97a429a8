// Whose view of the mesh it is: a sidecar's, a gateway's, a waypoint's, or a client's without any proxy.
#pragma once

#include <string>
#include <vector>

#include "mesh/resource.h"
#include "policy/world.h"

namespace meshdeck::policy {

struct Proxy {
    enum class Type { None, Sidecar, Router, Waypoint, Ztunnel };
    Type type = Type::None;
    std::string ns;
    std::string name; // of its workload; may be empty
    mesh::Labels labels;
    std::vector<std::string> addresses;
    std::string serviceAccount = "default";
    std::string locality;
    std::string gatewayName; // of a Gateway API gateway or waypoint
};

// The proxy of a workload as config says: sidecar, ambient (Ztunnel), gateway pods (Router), or None.
[[nodiscard]] Proxy proxyOf(const World& world, const Workload& workload);

} // namespace meshdeck::policy
