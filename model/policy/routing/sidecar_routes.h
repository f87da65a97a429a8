// The virtual hosts a sidecar routes outbound HTTP requests by (facts/semantics.md 1.3, 1.4, 5).
#pragma once

#include <string>
#include <vector>

#include "policy/routing/route_table.h"

namespace meshdeck::policy {

// The virtual hosts of a port of one egress listener, first come first served (1.4); indexed. `only`: the sniffed
// listener of one service.
[[nodiscard]] RouteTable sidecarRoutes(const Scope& scope, const EgressListener& egress, std::uint32_t port,
                                       const Service* only = nullptr);

// The names by which a client in `clientNamespace` may call a service; lower case, the full one first (1.4).
[[nodiscard]] std::vector<std::string> domainsOf(const Service& service, std::string_view clientNamespace,
                                                 std::string_view clusterDomain);

} // namespace meshdeck::policy
