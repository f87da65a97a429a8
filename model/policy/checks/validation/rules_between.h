// Rules between fields of one object: exclusive fields, weights, host lists, duplicates.
#pragma once

#include <string>
#include <vector>

#include "config/object.h"

namespace meshdeck::policy::validation {

struct Problem {
    std::string pointer;
    std::string what;
    bool warning = false;
};

[[nodiscard]] std::vector<Problem> problemsBetween(const config::ConfigObject& object);

// The parts of single kinds (rules_of_*.cpp).
[[nodiscard]] std::vector<Problem> virtualServiceProblems(const config::ConfigObject& object,
                                                          const config::VirtualService& vs);
[[nodiscard]] std::vector<Problem> gatewayProblems(const config::ConfigObject& object, const config::Gateway& gateway);
[[nodiscard]] std::vector<Problem> sidecarProblems(const config::ConfigObject& object, const config::Sidecar& sidecar);
[[nodiscard]] std::vector<Problem> destinationRuleProblems(const config::ConfigObject& object,
                                                           const config::DestinationRule& rule);
[[nodiscard]] std::vector<Problem> authorizationProblems(const config::ConfigObject& object,
                                                         const config::AuthorizationPolicy& policy);
[[nodiscard]] std::vector<Problem> serviceEntryProblems(const config::ServiceEntry& entry);
[[nodiscard]] std::vector<Problem> workloadEntryProblems(const config::WorkloadEntry& entry);
[[nodiscard]] std::vector<Problem> workloadGroupProblems(const config::ConfigObject& object);

} // namespace meshdeck::policy::validation
