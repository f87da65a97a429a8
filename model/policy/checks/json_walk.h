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

} // namespace meshdeck::policy
