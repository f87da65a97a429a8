// One http rule of a VirtualService, as istiod's webhook accepts it (facts/semantics.md 7.6).
#pragma once

#include "policy/checks/validation/rules_between.h"

namespace meshdeck::policy::validation {

// `place`: "/spec/http/2". The rule's actions, matches and weights are in rules_of_virtual_service.cpp.
void checkHttpRoute(const config::HttpRoute& rule, const config::Json& written, const std::string& place,
                    std::vector<Problem>& into);
// A destination of a route or mirror.
void checkDestination(const config::Destination& destination, const std::string& place, std::vector<Problem>& into);
// Names of gateways: "mesh", "name", "ns/name", and the old "name.ns.svc.cluster.local", of which is warned.
void checkGatewayNames(const std::vector<std::string>& gateways, const std::string& place, std::vector<Problem>& into);

} // namespace meshdeck::policy::validation
