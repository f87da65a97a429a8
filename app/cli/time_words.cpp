#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "cli/arguments.h"

namespace meshdeck::cli {

std::optional<Duration> parseDuration(std::string_view text) {
    std::int64_t total = 0;
    const auto fits = [&](std::int64_t milliseconds) { return milliseconds <= std::int64_t(366) * 24 * 3600 * 1000; };
    while (!text.empty()) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || number < 0 || number > 1'000'000'000) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        std::int64_t unit = 1000;
        if (text.starts_with("ms")) {
            unit = 1;
            text.remove_prefix(2);
        } else if (!text.empty()) {
            static constexpr std::pair<char, std::int64_t> kUnits[] = {
                {'s', 1000}, {'m', 60'000}, {'h', 3'600'000}, {'d', 86'400'000}};
            const auto* found = std::find_if(std::begin(kUnits), std::end(kUnits),
                                             [&](const auto& one) { return one.first == text.front(); });
            if (found == std::end(kUnits)) {
                return std::nullopt;
            }
            unit = found->second;
            text.remove_prefix(1);
        }
        if (!fits(number) || !fits(total += number * unit)) {
            return std::nullopt;
        }
    }
    return total > 0 ? std::optional(Duration(total)) : std::nullopt;
}

std::optional<ServerTime> parseTime(std::string_view text) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) {
        // The year 9999 is where RFC 3339 ends, too.
        return std::isfinite(seconds) && seconds >= 0 && seconds < 253'402'300'800.0
                   ? std::optional(ServerTime(Duration(std::llround(seconds * 1000))))
                   : std::nullopt;
    }
    return text::parseRfc3339(text);
}

} // namespace meshdeck::cli
