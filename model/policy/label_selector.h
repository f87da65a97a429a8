// Kubernetes' label selectors with expressions.
#pragma once

#include "config/json.h"
#include "mesh/resource.h"

namespace meshdeck::policy {

// Whether a LabelSelector (matchLabels, matchExpressions) selects the labels. What is no map selects everything, as an
// absent selector of a webhook does.
[[nodiscard]] bool selectorMatches(const config::Json& selector, const mesh::Labels& labels);

} // namespace meshdeck::policy
