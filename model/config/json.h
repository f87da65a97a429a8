// JSON values that keep the order of their keys and 64-bit numbers exactly. For single objects; bulk telemetry and
// lists of pods go through simdjson inside their sources.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace meshdeck::config {

using Json = nlohmann::ordered_json;

// Caps on what is read from outside (facts/faults.md R7).
inline constexpr std::size_t kMaxDocumentBytes = 64U << 20U;
inline constexpr int kMaxDepth = 256;

// InvalidArgument with line and column for anything that is no JSON, bad UTF-8 among it; TooLarge over the caps.
[[nodiscard]] Result<Json> parseJson(std::string_view text);

// The value at an RFC 6901 pointer, or null (the pointer type) when there is none or the pointer is malformed.
[[nodiscard]] const Json* at(const Json& document, std::string_view pointer);

} // namespace meshdeck::config
