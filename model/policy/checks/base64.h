// Base64 as Secrets hold it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace meshdeck::policy {

// Nothing for what is no base64; white space is passed over.
[[nodiscard]] std::optional<std::string> decodeBase64(std::string_view text);

} // namespace meshdeck::policy
