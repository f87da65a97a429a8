// The table of field rules, by kind.
#pragma once

#include <span>

#include "policy/checks/validation/fields.h"

namespace meshdeck::policy::validation {

[[nodiscard]] std::span<const FieldRule> fieldRules();

} // namespace meshdeck::policy::validation
