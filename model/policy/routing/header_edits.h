// Changes of headers by a rule and by its destination, put together as the proxy does them (facts/semantics.md 1.8).
// In one set of operations Envoy removes first, then sets, then adds.
#pragma once

#include <optional>
#include <string>

#include "policy/request.h"

namespace meshdeck::policy {

// Without what cannot be changed: names that start with ":" and Host. Names in lower case.
[[nodiscard]] config::HeaderOperations changeable(const config::HeaderOperations& written);

// The authority that set or add ask for under ":authority" or "host"; set beats add.
[[nodiscard]] std::optional<std::string> authorityOf(const config::HeaderOperations& request);

// One operation list made of two that stand in one place (the rule's, then its only destination's).
[[nodiscard]] config::HeaderOperations joined(const config::HeaderOperations& first,
                                              const config::HeaderOperations& second);
// One list with the effect of doing `first` and then `second` (of a weighted destination, then the rule's).
[[nodiscard]] config::HeaderOperations inSequence(const config::HeaderOperations& first,
                                                  const config::HeaderOperations& second);

void applyEdits(const config::HeaderOperations& operations, Headers& headers);

} // namespace meshdeck::policy
