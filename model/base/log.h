// Diagnostics for the person who looks into a problem; never for the result of a command. Every line passes the
// redactor. Quiet unless MESHDECK_LOG (error, warning, info, debug) or setLogLevel says otherwise.
#pragma once

#include <string_view>

namespace meshdeck {

enum class LogLevel { Error, Warning, Info, Debug };

void setLogLevel(LogLevel level);
[[nodiscard]] bool logs(LogLevel level);
// One line on standard error: "2026-11-23T14:32:08Z info kubernetes: text". Thread safe.
void log(LogLevel level, std::string_view component, std::string_view text);

} // namespace meshdeck
