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

// The part of VirtualServices (rules_of_virtual_service.cpp).
[[nodiscard]] std::vector<Problem> virtualServiceProblems(const config::ConfigObject& object,
                                                          const config::VirtualService& vs);

} // namespace meshdeck::policy::validation
