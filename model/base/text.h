// Text from outside made safe to show (design.md 4.3) and numbers as people read them (visual.md 3).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/units.h"

namespace meshdeck::text {

// Control characters, bidirectional overrides, zero-width characters and bytes that are no UTF-8 are shown escaped
// (\x1b, U+202E); newline and tab stay when `multiLine`. At most `maxBytes` bytes, cut at a character with an ellipsis.
[[nodiscard]] std::string safe(std::string_view text, bool multiLine = false, std::size_t maxBytes = 4096);

// Three significant digits: 0.73, 12.2, 124, 1.18 k. The sign is U+2212.
[[nodiscard]] std::string significant(double value);
// "12.2 req/s"; "no traffic" at zero.
[[nodiscard]] std::string rate(RequestsPerSecond rate);
// "61.2 KiB/s", "1.21 MiB/s".
[[nodiscard]] std::string byteRate(BytesPerSecond rate);
// "0.59 %", "< 0.01 %", "0 %".
[[nodiscard]] std::string percent(Percent share);
// "22 ms", "12.1 s".
[[nodiscard]] std::string latency(Milliseconds time);
// "4 s", "3 min", "2 h": how old something is.
[[nodiscard]] std::string age(Duration age);
// 2026-11-23T14:32:08Z.
[[nodiscard]] std::string rfc3339(ServerTime time);
// The inverse, with optional fraction and offset; nothing when it is no such time.
[[nodiscard]] std::optional<ServerTime> parseRfc3339(std::string_view text);

} // namespace meshdeck::text
