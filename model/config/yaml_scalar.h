// What a plain YAML scalar means. The rules are those of Kubernetes' own YAML (sigs.k8s.io/yaml, YAML 1.1), because a
// file must mean to us what it means to kubectl: yes, no, on, off, y and n are booleans, 0777 is octal, dates stay text.
#pragma once

#include <string_view>

#include "config/json.h"

namespace meshdeck::config {

// A string, a boolean, null or a number; whole numbers that fit 64 bits are exact. NaN and infinities, which JSON does
// not know, come back as floating point values that are not finite: the caller refuses them.
[[nodiscard]] Json resolvePlainScalar(std::string_view text);

// True when another reader of YAML 1.1 may take the plain text for something else although ours reads a string: dates
// and base 60 numbers.
[[nodiscard]] bool looksLikeAnotherType(std::string_view text);

} // namespace meshdeck::config
