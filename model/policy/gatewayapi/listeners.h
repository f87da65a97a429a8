// Listeners of Gateways and ListenerSets: what Istio serves of them, and as which of its own servers
// (facts/semantics.md 6.1; Istio's pilot/pkg/config/kube/gateway/conversion.go and gateway_collection.go).
#pragma once

#include <string>
#include <vector>

#include "policy/label_selector.h"
#include "policy/world.h"

namespace meshdeck::policy {

struct ApiListener {
    std::string kind;                // of the object: "Gateway", "ListenerSet", "XListenerSet"
    std::string name;
    std::string hostname;            // "" any
    std::uint32_t port = 0;
    std::string protocol;
    std::vector<std::string> hosts;  // as an Istio server has them: "ns/host", "*/host"; "~/host" open to nobody
    std::vector<std::string> kinds;  // of the routes it takes: "HTTPRoute", ...
    EffectiveGateway gateway;        // id "ns/name/listener"
};

// Of all Gateways of a class that Istio serves with routes, in the order of age, then of their lists; each Gateway's
// ListenerSets after its own. Listeners of waypoints are not among them.
[[nodiscard]] std::vector<ApiListener> apiListeners(const World& world);

// The controller of a class: of its GatewayClass, or for the names that Istio makes itself without one; "" unknown.
[[nodiscard]] std::string controllerOf(const World& world, const std::string& gatewayClass);


} // namespace meshdeck::policy
