// Careful looks into JSON from outside: a member of the wrong type is as good as absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/json.h"

namespace meshdeck::config {

// The member when `object` is an object that has it, else null (the pointer type).
[[nodiscard]] const Json* member(const Json& object, std::string_view key);
// The same, only when it is a list or an object.
[[nodiscard]] const Json* listMember(const Json& object, std::string_view key);
[[nodiscard]] const Json* objectMember(const Json& object, std::string_view key);
// Its text; "" when absent or no string.
[[nodiscard]] std::string textMember(const Json& object, std::string_view key);
// Its value when it is a whole number that an int holds.
[[nodiscard]] std::optional<int> intMember(const Json& object, std::string_view key);

} // namespace meshdeck::config
