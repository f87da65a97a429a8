// HTTP routes as a proxy holds them: virtual hosts with routes in order, compiled for matching. Sidecars and gateways
// build different tables (sidecar_routes.h, gateway_routes.h) of the same parts.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/request.h"
#include "policy/scope.h"

namespace meshdeck::policy {

class CompiledMatch; // conditions with their regular expressions ready (route_match.cpp)

struct HttpRouteEntry {
    std::shared_ptr<const CompiledMatch> match; // null: every request
    const config::HttpRoute* rule = nullptr;    // null: the service's default route
    EffectiveVirtualServicePtr virtualService;  // owner of `rule`
    std::size_t ruleIndex = 0;
    std::size_t matchIndex = 0;
    const Service* service = nullptr;           // of the default route
    std::uint32_t port = 0;                     // the listener's, for destinations without one
};

// A match that this proxy does not even hold: its port, source labels, namespace or gateways are not this proxy's.
struct SkippedMatch {
    EffectiveVirtualServicePtr virtualService;
    std::size_t ruleIndex = 0;
    std::size_t matchIndex = 0;
    Rejection rejection;
};

struct VirtualHost {
    std::string name;                 // "reviews.shop.svc.cluster.local:9080"
    std::vector<std::string> domains; // lower case, without ports
    std::vector<HttpRouteEntry> routes;
    bool requireTls = false;          // httpsRedirect
    std::vector<SkippedMatch> skipped; // told among the rejections; in the order of the rules
};

struct RouteTable {
    std::string name; // "9080", "http.8080", "https.443.https.gw.ns"
    std::vector<VirtualHost> hosts;
    // By Envoy's order: exact, longest suffix wildcard, longest prefix wildcard, "*"; null when none fits.
    [[nodiscard]] const VirtualHost* find(std::string_view hostHeader) const;
    // Makes find() quick; to be called once when `hosts` is complete (find() is right without it too).
    void index();

private:
    std::unordered_map<std::string, std::size_t> m_exact;
    std::vector<std::pair<std::string, std::size_t>> m_wildcards; // longest first
    bool m_indexed = false;
};

// One rule of a VirtualService as routes of a proxy (1.6): the static filters applied, one entry a match. `gateway` is
// "mesh" or the gateway's id. Returns true when a catch-all ended the list. `skipped` gets the matches filtered out.
[[nodiscard]] bool addRoutes(const EffectiveVirtualServicePtr& vs, const Proxy& proxy, std::string_view gateway,
                             std::uint32_t listenerPort, std::vector<HttpRouteEntry>& into,
                             std::vector<SkippedMatch>* skipped = nullptr);
[[nodiscard]] bool isCatchAll(const HttpRouteEntry& entry);

struct RouteMatchResult {
    const HttpRouteEntry* entry = nullptr;
    std::vector<Rejection> rejected;
};
[[nodiscard]] RouteMatchResult matchRoute(const VirtualHost& host, const Request& request);

// Where the entry is written: the object and the pointer of its match, or of the rule when it has none.
[[nodiscard]] std::pair<ConfigObjectPtr, std::string> originOf(const EffectiveVirtualService& vs, std::size_t rule,
                                                               std::optional<std::size_t> match);

// From the matched route to what the client gets, up to the destinations: fault, redirect, direct response, rewrite,
// header changes, weights, mirrors, timeout, retries (1.7, 1.8). Fills `result`.
void applyRoute(const HttpRouteEntry& entry, const Request& request, const Scope& scope, RequestResult& result);

} // namespace meshdeck::policy
