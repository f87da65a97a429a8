// Text encodings of tokens, certificates and kubeconfig.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace meshdeck::demo::api {

[[nodiscard]] std::string hexOf(std::string_view bytes);
// With padding, as kubeconfig wants it.
[[nodiscard]] std::string base64Of(std::string_view bytes);
// The URL alphabet without padding, as tokens and continue tokens have it.
[[nodiscard]] std::string base64UrlOf(std::string_view bytes);
// Nothing when a character is not of the URL alphabet or the length is impossible.
[[nodiscard]] std::optional<std::string> base64UrlDecoded(std::string_view text);
// RFC 3339 in UTC, whole seconds: "2026-11-23T09:10:30Z".
[[nodiscard]] std::string timestampOf(std::chrono::system_clock::time_point time);

} // namespace meshdeck::demo::api
