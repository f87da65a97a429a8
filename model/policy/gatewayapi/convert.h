// Gateway API objects as the Istio objects that istiod makes of them (facts/semantics.md 6), so that one simulator
// follows both.
#pragma once

#include <vector>

#include "policy/world.h"

namespace meshdeck::policy {

struct ConvertedGatewayApi {
    std::vector<EffectiveGateway> gateways;
    std::vector<EffectiveVirtualServicePtr> virtualServices; // in the order of 6.2; consumer routes marked
    std::vector<EffectiveDestinationRule> destinationRules;  // of BackendTLSPolicies
};

// Which parents accept a route, as its status would say (6.1, 6.3).
struct ParentAnswer {
    config::ParentReference parent;
    bool accepted = false;
    std::string reason; // "Accepted", "NotAllowedByListeners", "NoMatchingListenerHostname", "NoMatchingParent"
    bool resolvedRefs = true;
    std::string refsReason; // "ResolvedRefs", "RefNotPermitted", "InvalidKind", "BackendNotFound"
    std::string message;
};

// `world` has services, workloads and objects; its virtualServices are not read.
[[nodiscard]] ConvertedGatewayApi convertGatewayApi(const World& world);
[[nodiscard]] std::vector<ParentAnswer> attachment(const World& world, const ConfigObject& route);

} // namespace meshdeck::policy
