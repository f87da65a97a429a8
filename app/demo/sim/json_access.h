// Reading members of stored objects that may lack them or hold another type: never throws, never asserts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/contract.h"

namespace meshdeck::demo {

// The member, or a null value when there is none or `object` is no object.
[[nodiscard]] const Json& member(const Json& object, const char* key);
// Down a chain of keys.
template <typename... Keys>
[[nodiscard]] const Json& member(const Json& object, const char* key, const Keys*... rest) {
    return member(member(object, key), rest...);
}
[[nodiscard]] std::string textOf(const Json& value); // "" when it is no string
[[nodiscard]] double numberOf(const Json& value, double otherwise = 0);
[[nodiscard]] std::optional<int> integerOf(const Json& value);
[[nodiscard]] std::map<std::string, std::string> textMapOf(const Json& value);
[[nodiscard]] std::vector<std::string> textListOf(const Json& value);
// "1.5s", "250ms", "1h2m" in milliseconds; nothing for what is no duration.
[[nodiscard]] std::optional<double> durationMsOf(const Json& value);

} // namespace meshdeck::demo
