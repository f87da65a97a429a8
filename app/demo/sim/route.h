// What a client proxy does with a request: the rule that takes it and the clusters it goes to (semantics.md 0.3, 1, 2).
#pragma once

#include <string>
#include <vector>

#include "app/demo/sim/config.h"
#include "app/demo/sim/inventory.h"

namespace meshdeck::demo {

struct RequestShape {
    std::string host; // FQDN, or the Host header at a gateway
    int port = 80;
    std::string method = "GET";
    std::string path = "/";
    const Labels* headers = nullptr;
    bool tcp = false;
    bool ingress = false;
};

// One cluster that a route sends to.
struct Target {
    std::uint32_t service = kNone; // none: the cluster does not exist (503 NC), or `invalid` (500)
    std::string host;
    int port = 0;
    int targetPort = 0;
    double share = 1; // of the route's requests, sums to 1
    bool invalid = false;
    TrafficPolicy policy;
    std::vector<std::uint32_t> pods; // ready endpoints
};

struct Route {
    bool noRoute = false; // 404 NR
    int directStatus = 0;
    Fault fault;
    RetryPolicy retries;
    double timeoutMs = 0;
    std::vector<Target> targets;
    std::vector<std::pair<Target, double>> mirrors; // with the share of requests copied
};

// Workload `client` of the inventory sends the request under this config. A client without a proxy gets the service's
// endpoints as they are.
[[nodiscard]] Route routeRequest(const Config& config, const Inventory& inventory, std::uint32_t client,
                                 const RequestShape& request);

// The DestinationRule policy for a client namespace and cluster, and whether the subset exists (2.1, 2.2).
struct ClusterPolicy {
    bool subsetExists = true;
    Labels subsetLabels;
    TrafficPolicy policy;
};
[[nodiscard]] ClusterPolicy clusterPolicy(const Config& config, const std::string& clientNs,
                                          const std::string& serviceNs, const std::string& host,
                                          const std::string& subset, int port);

// Mesh VirtualServices that own `host` for proxies of `clientNs`, for telling which proxies one that is rejected
// reaches.
[[nodiscard]] std::vector<const VirtualService*> meshServicesFor(const Config& config, const std::string& clientNs,
                                                                 const std::string& host);
// VirtualServices bound to a gateway that this pod's labels are selected by.
[[nodiscard]] std::vector<const VirtualService*> gatewayServicesFor(const Config& config, const Workload& gateway);

} // namespace meshdeck::demo
