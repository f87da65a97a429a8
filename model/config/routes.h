// The weighted routes of a VirtualService or an HTTPRoute/GRPCRoute as one shape: what the weight editor, the split
// labels of the map and the badges read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/json.h"
#include "mesh/resource.h"

namespace meshdeck::config {

struct WeightedDestination {
    std::string host;   // as written: "reviews", "reviews.bookinfo.svc.cluster.local"; Gateway API: backend name
    std::string ns;     // namespace the host lies in after resolving short names
    std::string subset; // "" for none; Gateway API has none
    std::optional<int> port;
    std::optional<int> weight; // as written; absent is 100 (Istio, alone) or 1 (Gateway API)
    std::string pointer;       // RFC 6901 of this destination: "/spec/http/0/route/1"
};

struct WeightedRoute {
    mesh::ResourceRef resource;
    std::string section; // "http", "tls", "tcp" or "rules"
    std::size_t index = 0;
    std::string name;    // of the route, may be empty
    std::string match;   // "any request" or a short sentence of its conditions
    std::vector<WeightedDestination> destinations;
    bool fault = false;
    bool mirror = false;
    std::optional<std::string> timeout;

    // Each destination's share of the route; nothing when all weights are zero.
    [[nodiscard]] std::vector<std::optional<Percent>> shares() const;
};

// All routes of the object in its order; empty for kinds without any. Fields of a wrong type are passed over.
[[nodiscard]] std::vector<WeightedRoute> weightedRoutes(const mesh::Resource& resource);

// Service name and namespace behind a host as written in `ns`: "reviews" -> {reviews, ns},
// "reviews.shop.svc.cluster.local" -> {reviews, shop}; nothing for an outside host.
struct ServiceName {
    std::string name;
    std::string ns;
    bool operator==(const ServiceName&) const = default;
};
[[nodiscard]] std::optional<ServiceName> resolveHost(std::string_view host, std::string_view ns);

// Subsets of a DestinationRule: name and labels, in its order.
struct Subset {
    std::string name;
    mesh::Labels labels;
};
struct DestinationRuleView {
    std::string host;
    std::vector<Subset> subsets;
    bool circuitBreaker = false; // connectionPool or outlierDetection, anywhere in it
};
[[nodiscard]] std::optional<DestinationRuleView> destinationRule(const mesh::Resource& resource);

} // namespace meshdeck::config
