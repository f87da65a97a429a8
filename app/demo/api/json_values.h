// Small helpers over JSON values that the API server needs and nlohmann's ordered form does not have: the comparison of
// two values does not depend on the order of their members, and reading a path never throws.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "app/demo/contract.h"

namespace meshdeck::demo::api {

// Same value, whatever the order of the members. 90 and 90.0 differ, as they do for the real server's JSON Patch, which
// compares the texts of numbers.
[[nodiscard]] bool sameValue(const Json& left, const Json& right);

// The value at a path of member names; null when any of them is missing or not an object.
[[nodiscard]] const Json* find(const Json& value, std::initializer_list<std::string_view> path);
// The string at a path, empty when it is missing or no string.
[[nodiscard]] std::string stringAt(const Json& value, std::initializer_list<std::string_view> path);
[[nodiscard]] std::string nameOf(const Json& object);
[[nodiscard]] std::string namespaceOf(const Json& object);
// metadata.resourceVersion as a number, zero when it is missing or no number.
[[nodiscard]] std::uint64_t versionOf(const Json& object);

// Nothing when the text is not one JSON document.
[[nodiscard]] std::optional<Json> parseJson(std::string_view text);
// One line; bytes that are not UTF-8 are replaced, since an answer must never fail on what somebody stored.
[[nodiscard]] std::string textOf(const Json& value);
// The text with members sorted and <, > and & escaped, as Go writes objects into the middle of a message.
[[nodiscard]] std::string goTextOf(const Json& value);
// Members sorted at every depth: how the real server stores and sends custom resources.
[[nodiscard]] Json sorted(const Json& value);
// A string in double quotes with Go's escapes.
[[nodiscard]] std::string inQuotes(std::string_view text);
// A decimal number of digits only; nothing for anything else, or past 64 bits.
[[nodiscard]] std::optional<std::uint64_t> unsignedOf(std::string_view text);

} // namespace meshdeck::demo::api
