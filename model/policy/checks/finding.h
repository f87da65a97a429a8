// What a check says (commands.md, `meshdeck analyze`).
#pragma once

#include <string>
#include <vector>

#include "config/object.h"

namespace meshdeck::policy {

enum class Severity { Error, Warning, Info };
[[nodiscard]] std::string_view name(Severity severity); // "error", "warning", "info"

// A change that mends it: JSON Patch operations on the object.
struct Fix {
    std::string what;         // "set the weight of v2 to 10"
    config::Json patch = config::Json::array();
};

struct Finding {
    std::string code; // "IST0101", "KIA1104", "MD0003"
    std::string name; // "ReferencedResourceNotFound"
    Severity severity = Severity::Warning;
    config::ConfigObjectPtr object;
    std::string pointer; // of the field; "" the object
    std::string message; // one plain sentence, no full stop
    std::optional<Fix> fix;
};

} // namespace meshdeck::policy
