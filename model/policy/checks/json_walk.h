// Reading untyped objects without asking at every step whether something is there.
#pragma once

#include "config/json.h"

namespace meshdeck::policy {

// The value at an RFC 6901 pointer; null (the JSON value) when there is none.
[[nodiscard]] inline const config::Json& valueAt(const config::Json& document, std::string_view pointer) {
    static const config::Json kNull;
    const config::Json* found = config::at(document, pointer);
    return found == nullptr ? kNull : *found;
}

// The value where it is a map, else an empty one: for loops over items().
[[nodiscard]] inline const config::Json& mapOf(const config::Json& value) {
    static const config::Json kEmpty = config::Json::object();
    return value.is_object() ? value : kEmpty;
}

} // namespace meshdeck::policy
