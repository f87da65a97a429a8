// Reads the fields of JSON from outside into typed values. A field that is missing or of a wrong type leaves `out` as it
// is; an item of a list that is of a wrong type becomes an empty one, so that indices stay those of the document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/json.h"
#include "config/json_read.h"
#include "config/typed/string_match.h"

namespace meshdeck::config::fields {

void get(const Json& object, std::string_view key, std::string& out);
void get(const Json& object, std::string_view key, bool& out);
void get(const Json& object, std::string_view key, std::optional<bool>& out);
void get(const Json& object, std::string_view key, std::int64_t& out);
void get(const Json& object, std::string_view key, std::optional<std::int64_t>& out);
void get(const Json& object, std::string_view key, std::uint32_t& out);
void get(const Json& object, std::string_view key, std::optional<std::uint32_t>& out);
void get(const Json& object, std::string_view key, std::optional<double>& out);
void get(const Json& object, std::string_view key, std::optional<ConfigDuration>& out);
void get(const Json& object, std::string_view key, std::vector<std::string>& out);
void get(const Json& object, std::string_view key, mesh::Labels& out);
void get(const Json& object, std::string_view key, std::optional<mesh::Labels>& out);
// `{}` is Present. With `starIsPresent` (headers and query parameters) the regular expression "*" is, too.
void get(const Json& object, std::string_view key, std::optional<StringMatch>& out);
void get(const Json& object, std::string_view key, StringMatches& out);

// A map of text to text, in its order.
void get(const Json& object, std::string_view key, StringPairs& out);

[[nodiscard]] StringMatch stringMatch(const Json& json, bool starIsPresent);
// {value: 12.5}; an object without a value is 0, as in protobuf.
void percentage(const Json& object, std::string_view key, std::optional<double>& out);
// A list of {first: text, second: text}.
void pairs(const Json& object, std::string_view key, std::string_view first, std::string_view second, StringPairs& out);
// {matchLabels: {...}} and {labels: {...}}; an empty selector is there and empty.
void matchLabels(const Json& object, std::string_view key, std::optional<mesh::Labels>& out);
void selectorLabels(const Json& object, std::string_view key, std::optional<mesh::Labels>& out);
// selector, targetRef and targetRefs of a policy's spec.
void target(const Json& spec, PolicyTarget& out);

// Go's syntax of a duration ("1h2m3.5s", "-1.5s", "0"): nothing for any other text or over 292 years.
[[nodiscard]] std::optional<ConfigDuration> parseDuration(std::string_view text);

// The spec of an object, or an empty object.
[[nodiscard]] const Json& specOf(const Json& object);

template <typename T>
void list(const Json& object, std::string_view key, std::vector<T>& out, void (*read)(const Json&, T&)) {
    const Json* items = listMember(object, key);
    if (items == nullptr) {
        return;
    }
    out.reserve(out.size() + items->size());
    for (const Json& item : *items) {
        T value;
        read(item, value);
        out.push_back(std::move(value));
    }
}

template <typename T>
void object(const Json& parent, std::string_view key, std::optional<T>& out, void (*read)(const Json&, T&)) {
    if (const Json* json = objectMember(parent, key)) {
        out.emplace();
        read(*json, *out);
    }
}

template <typename T>
void object(const Json& parent, std::string_view key, T& out, void (*read)(const Json&, T&)) {
    if (const Json* json = objectMember(parent, key)) {
        read(*json, out);
    }
}

} // namespace meshdeck::config::fields
