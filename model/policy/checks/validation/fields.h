// Rules that a field must keep, as the CRDs' schemas and istiod's webhook state them (facts/semantics.md 7.6).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/json.h"
#include "policy/checks/finding.h"

namespace meshdeck::policy::validation {

// A value and where it stands.
struct Place {
    std::string pointer;
    const config::Json* value = nullptr;
};

// Every value a path leads to: "spec.jwtRules[].fromHeaders[].name", "spec.metrics[].overrides[].tagOverrides{}" ("[]"
// the items of a list, "{}" the values of a map). What is absent leads nowhere; a null is a value.
[[nodiscard]] std::vector<Place> follow(const config::Json& object, std::string_view path);

enum class Rule {
    Object,    // a map
    List,
    String,
    Text,      // a string that is not empty
    Required,  // `argument` is a key of each map the path leads to
    Duration,  // a duration of at least 1 ms
    Percent,   // 0 to 100
    Positive,  // not negative
    Port,      // 1 to 65535
    OneOf,     // one of the words of `argument`, divided by spaces
    Pattern,   // RE2, whole value
    Unique,    // items of a list differ in the key `argument` ("" the item itself)
    Regex,     // compiles as RE2, at most 1024 characters
    RegexOrStar, // the same, or "*" alone, which means presence
};

struct FieldRule {
    std::string_view kind;
    std::string_view path;
    Rule rule = Rule::Object;
    std::string_view argument = {};
};

// What is wrong with a value under a rule, or "".
[[nodiscard]] std::string broken(const FieldRule& rule, const config::Json& value);

} // namespace meshdeck::policy::validation
