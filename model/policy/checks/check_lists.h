// One list of checks a subject; allChecks() joins them in this order.
#pragma once

#include "policy/checks/check_context.h"
#include "policy/checks/checks.h"

namespace meshdeck::policy {

[[nodiscard]] std::vector<Check> virtualServiceChecks();
[[nodiscard]] std::vector<Check> virtualServiceGatewayChecks();
[[nodiscard]] std::vector<Check> ruleOrderChecks();
[[nodiscard]] std::vector<Check> destinationRuleChecks();
[[nodiscard]] std::vector<Check> gatewayChecks();
[[nodiscard]] std::vector<Check> credentialChecks();
[[nodiscard]] std::vector<Check> serviceChecks();
[[nodiscard]] std::vector<Check> serviceEntryChecks();
[[nodiscard]] std::vector<Check> selectorChecks();
[[nodiscard]] std::vector<Check> injectionChecks();
[[nodiscard]] std::vector<Check> annotationChecks();
[[nodiscard]] std::vector<Check> authorizationChecks();
[[nodiscard]] std::vector<Check> extensionChecks();
[[nodiscard]] std::vector<Check> installChecks();
[[nodiscard]] std::vector<Check> validationChecks();
[[nodiscard]] std::vector<Check> ownChecks();
[[nodiscard]] std::vector<Check> kialiRoutingChecks();
[[nodiscard]] std::vector<Check> kialiSecurityChecks();
[[nodiscard]] std::vector<Check> kialiGatewayApiChecks();
[[nodiscard]] std::vector<Check> kialiMtlsChecks();
[[nodiscard]] std::vector<Check> kialiWorkloadChecks();
[[nodiscard]] std::vector<Check> ambientPolicyChecks();
[[nodiscard]] std::vector<Check> ambientRoutingChecks();
[[nodiscard]] std::vector<Check> ambientWorkloadChecks();
[[nodiscard]] std::vector<Check> deprecationChecks();
[[nodiscard]] std::vector<Check> shadowChecks();

// A check that looks at each object by itself.
template <typename T, typename Look>
[[nodiscard]] auto forEachTyped(Look look) {
    return [look](const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
        for (const ConfigObjectPtr& object : objects) {
            if (const T* typed = config::as<T>(object->typed)) {
                look(context, object, *typed, into);
            }
        }
    };
}

} // namespace meshdeck::policy
