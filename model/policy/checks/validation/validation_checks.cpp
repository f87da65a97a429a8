// What the API server's schemas and istiod's webhook refuse (IST0106) or warn of (IST0133): facts/semantics.md 7.6.
#include <algorithm>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/checks/json_walk.h"
#include "policy/checks/validation/field_rules.h"
#include "policy/checks/validation/rules_between.h"

namespace meshdeck::policy {
namespace {

using config::Json;

void checkFields(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        for (const validation::FieldRule& rule : validation::fieldRules()) {
            if (rule.kind != "*" && rule.kind != object->ref.kind) {
                continue;
            }
            for (const validation::Place& place : validation::follow(*object->json, rule.path)) {
                if (const std::string problem = validation::broken(rule, *place.value); !problem.empty()) {
                    report(into, "IST0106", object, place.pointer, config::fieldPath(place.pointer) + ": " + problem);
                }
            }
        }
        for (validation::Problem& problem : validation::problemsBetween(*object)) {
            report(into, problem.warning ? "IST0133" : "IST0106", object, problem.pointer, std::move(problem.what));
        }
    }
}

} // namespace

std::vector<Check> validationChecks() {
    const std::vector<std::pair<std::string_view, std::string_view>> kinds{
        {kNetworking, "VirtualService"}, {kNetworking, "DestinationRule"}, {kNetworking, "Gateway"},
        {kNetworking, "ServiceEntry"}, {kNetworking, "Sidecar"}, {kNetworking, "WorkloadEntry"},
        {kNetworking, "WorkloadGroup"}, {kNetworking, "EnvoyFilter"}, {kNetworking, "ProxyConfig"},
        {kSecurity, "AuthorizationPolicy"}, {kSecurity, "RequestAuthentication"}, {kSecurity, "PeerAuthentication"},
        {kTelemetryGroup, "Telemetry"}, {kExtensions, "WasmPlugin"}};
    return {{"validation", {"IST0106", "IST0133"}, CheckScope::Object, kinds, {}, false, checkFields}};
}

} // namespace meshdeck::policy
