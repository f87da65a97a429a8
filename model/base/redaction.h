// The one redactor: log, journal, recording, export and crash text all pass through it (design.md 4.6).
#pragma once

#include <string>
#include <string_view>

namespace meshdeck {

// Replaces what looks like a credential by "[redacted]": bearer and basic authorization values, JSON Web Tokens,
// PEM private keys, values of headers and JSON or YAML keys named token, password, secret, authorization, cookie,
// x-api-key, client-key-data, and user info in URLs.
[[nodiscard]] std::string redact(std::string_view text);

} // namespace meshdeck
