// Where a destination of a rule really goes: the cluster the proxy looks for, whether it has one, and who is behind it
// (facts/semantics.md 1.7, 2.1, 2.2).
#pragma once

#include <string>
#include <vector>

#include "policy/request.h"
#include "policy/scope.h"

namespace meshdeck::policy {

struct Cluster {
    std::string name; // "outbound|9080|v1|reviews.shop.svc.cluster.local"
    std::string host;
    std::string subset;
    std::uint32_t port = 0;
    const Service* service = nullptr; // null: this proxy sees no such service
    bool exists = false;
    std::string missing;              // why it does not exist, one plain sentence
    std::vector<const Endpoint*> endpoints; // ready ones that fit the subset
    // Nobody can say who is behind it: no pods or deployments are known in the service's namespace, names that only
    // DNS knows, or the address that the client looked up.
    bool endpointsUnknown = false;
};

// `host` is a full name; `port` absent: the service's only port, else the listener's.
[[nodiscard]] Cluster resolveCluster(const Scope& scope, const std::string& host, const std::string& subset,
                                     std::optional<std::uint32_t> port, std::uint32_t listenerPort);
[[nodiscard]] Cluster resolveCluster(const Scope& scope, const EffectiveVirtualService& vs,
                                     const config::Destination& destination, std::uint32_t listenerPort);

// "10.0.0.1:8080", or "ns/workload" where no address is known.
[[nodiscard]] std::vector<std::string> endpointNames(const World& world, const Cluster& cluster);

// As the result shows it; percent and header edits are the caller's.
[[nodiscard]] DestinationShare shareOf(const World& world, const Cluster& cluster);

} // namespace meshdeck::policy
