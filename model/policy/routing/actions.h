// What a matched route does with a request: the work behind applyRoute (route_table.h), with the clusters it found.
#pragma once

#include "policy/routing/destination.h"
#include "policy/routing/route_table.h"

namespace meshdeck::policy {

struct Forwarding {
    // The request goes on to clusters[chosen]; false: the proxy answers itself and `result` has the verdict.
    bool goesOn = false;
    std::vector<Cluster> clusters; // one an entry of result.destinations
    std::size_t chosen = 0;        // the largest share that works; its request and response headers are the result's
};
[[nodiscard]] Forwarding forward(const HttpRouteEntry& entry, const Request& request, const Scope& scope,
                                 RequestResult& result);

// An answer of CORS (1.8): true when the proxy answers a preflight itself. Adds what the answer carries.
[[nodiscard]] bool applyCors(const config::CorsPolicy& cors, const Request& request, RequestResult& result);

// "12.5 %" and the like, for sentences.
[[nodiscard]] std::string percentText(double percent);

} // namespace meshdeck::policy
