// The steps that the full and the incremental run share.
#pragma once

#include "policy/checks/check_context.h"
#include "policy/checks/checks.h"

namespace meshdeck::policy {

[[nodiscard]] std::vector<const Check*> checksFor(const CheckOptions& options);
// All objects a check speaks of, those of system namespaces left out.
[[nodiscard]] std::vector<ConfigObjectPtr> objectsOf(const World& world, const Check& check);
// Findings about `objects`, without suppressed and unwanted ones.
[[nodiscard]] std::vector<Finding> runCheck(const Check& check, const CheckContext& context,
                                            const std::vector<ConfigObjectPtr>& objects);
void sortFindings(std::vector<Finding>& findings);

} // namespace meshdeck::policy
