// The pieces of the simulator (request_path.h): one file each for the client's side and the server's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/routing/destination.h"
#include "policy/routing/gateway_routes.h"
#include "policy/routing/sidecar_view.h"
#include "policy/security/inbound.h"

namespace meshdeck::policy::path {

// One proxy that requests start at or pass, with what is costly about it. Made once for many requests; parts that a kind
// of proxy has no use for are null.
struct ProxyView {
    std::shared_ptr<const Scope> scope;
    std::unique_ptr<const SidecarView> outbound;      // of sidecars and waypoints
    std::shared_ptr<const RouterListeners> listeners; // of routers
    PolicySet policies;                               // of routers
    std::vector<std::string> warnings;                // EnvoyFilters that patch it
};
[[nodiscard]] std::shared_ptr<const ProxyView> viewOf(const WorldPtr& world, const Proxy& proxy);

// "client sidecar shop/web", "gateway istio-system/ingress".
[[nodiscard]] std::string hopName(const Proxy& proxy);

// Each fills `result` to the end: routed requests have their answer.
void fromSidecar(const ProxyView& view, const Request& request, RequestResult& result);
void fromGateway(const ProxyView& view, const Request& request, RequestResult& result);
void fromWaypoint(const ProxyView& view, const Request& request, RequestResult& result);
void fromOutside(const ProxyView& view, const Request& request, RequestResult& result);
void atReceiver(const World& world, const Request& request, RequestResult& result);

// The waypoint that serves a service (label istio.io/use-waypoint of it or its namespace, facts/semantics.md 5); a proxy
// of type None when there is none, with the reason why an enrolment does not count in `why`.
[[nodiscard]] Proxy waypointOf(const World& world, const Service& service, std::string& why);

// From the route's decision on: to the endpoint of result.cluster and back with its answer, through timeout and retries.
void sendOn(const Scope& client, const Request& request, RequestResult& result);
// The answer alone, where the way there is settled.
void answer(const Request& request, RequestResult& result);

// The service that `request` is for, by address or Host; null when the proxy sees none.
[[nodiscard]] const Service* addressedService(const Scope& scope, const Request& request);

} // namespace meshdeck::policy::path
