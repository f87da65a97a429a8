// RFC 6901 pointers taken apart and put together.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::config {

// The unescaped tokens of "/spec/http/0"; "" has none. Nothing when it is no pointer: a missing first slash, or a tilde
// that is followed by neither 0 nor 1.
[[nodiscard]] std::optional<std::vector<std::string>> pointerTokens(std::string_view pointer);

// One token as it is written in a pointer: "~" becomes "~0", "/" becomes "~1".
[[nodiscard]] std::string pointerToken(std::string_view text);

// The array index a token stands for; nothing for signs, leading zeros, "-" and numbers over 999,999,999.
[[nodiscard]] std::optional<std::size_t> pointerIndex(std::string_view token);

// "/spec/http/0/route/1/weight" as people and Kubernetes' messages write it: "spec.http[0].route[1].weight". A key with
// a dot, a bracket or a slash is written metadata.annotations["a.b/c"].
[[nodiscard]] std::string fieldPath(std::string_view pointer);

} // namespace meshdeck::config
