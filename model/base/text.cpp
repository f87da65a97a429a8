#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace meshdeck::text {

namespace {

constexpr const char* kMinus = "\u2212";

// Decodes one UTF-8 character; length 0 when the bytes are none.
struct Decoded {
    char32_t code = 0;
    std::size_t length = 0;
};

Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || text.size() < length) {
        return {};
    }
    char32_t code = first & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) {
            return {};
        }
        code = (code << 6) | (byte(i) & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? Decoded{} : Decoded{code, length};
}

// Characters that change how their neighbours look or that cannot be seen.
bool isDeceptive(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

std::string escaped(char32_t c) {
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), c < 0x100 ? "\\x%02x" : "U+%04X", static_cast<unsigned>(c));
    return buffer.data();
}

// Fixed decimals, always with a point: std::to_chars knows no locale.
std::string fixed(double value, int decimals) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed,
                                   decimals);
    return {buffer.data(), end.ptr};
}

// Three significant digits without exponent; the caller has already chosen the magnitude's unit.
std::string threeDigits(double value) {
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : value >= 0.9995 ? 2 : value >= 0.09995 ? 2 : 3;
    std::string text = fixed(value, decimals);
    return text == "0.000" ? "0" : text;
}

} // namespace

std::string safe(std::string_view text, bool multiLine, std::size_t maxBytes) {
    std::string result;
    result.reserve(std::min(text.size(), maxBytes));
    while (!text.empty()) {
        const Decoded next = decode(text);
        std::string piece;
        if (next.length == 0) {
            piece = escaped(static_cast<unsigned char>(text[0]));
        } else if (isDeceptive(next.code) && !(multiLine && (next.code == '\n' || next.code == '\t'))) {
            piece = escaped(next.code);
        } else {
            piece = std::string(text.substr(0, next.length));
        }
        if (result.size() + piece.size() > maxBytes) {
            return result + "\u2026";
        }
        result += piece;
        text.remove_prefix(std::max<std::size_t>(next.length, 1));
    }
    return result;
}

std::string significant(double value) {
    if (!std::isfinite(value)) {
        return "unknown";
    }
    const std::string sign = value < 0 ? kMinus : "";
    const double size = std::abs(value);
    if (size >= 999.5e6) {
        return sign + threeDigits(size / 1e9) + " G";
    }
    if (size >= 999.5e3) {
        return sign + threeDigits(size / 1e6) + " M";
    }
    if (size >= 999.5) {
        return sign + threeDigits(size / 1e3) + " k";
    }
    const std::string digits = threeDigits(size);
    return digits == "0" ? digits : sign + digits;
}

std::string rate(RequestsPerSecond rate) {
    return rate.value == 0 ? "no traffic" : significant(rate.value) + " req/s";
}

std::string byteRate(BytesPerSecond rate) {
    constexpr std::array units{"B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"};
    double value = rate.value;
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return value == 0 ? "no traffic" : significant(value) + " " + units.at(unit);
}

std::string percent(Percent share) {
    if (share.value > 0 && share.value < 0.01) {
        return "< 0.01 %";
    }
    // 99.96 must not read as 100 while something fails.
    if (share.value > 99.5 && share.value < 100) {
        return fixed(std::floor(share.value * 10) / 10, 1) + " %";
    }
    return significant(share.value) + " %";
}

std::string latency(Milliseconds time) {
    return time.value < 10'000 ? (time.value >= 99.5 ? fixed(time.value, 0) : significant(time.value)) + " ms"
                               : significant(time.value / 1000) + " s";
}

std::string age(Duration age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (age < std::chrono::seconds(1)) {
        return "now";
    }
    if (seconds < 120) {
        return std::to_string(seconds) + " s";
    }
    if (seconds < 120 * 60) {
        return std::to_string(seconds / 60) + " min";
    }
    return seconds < 48 * 3600 ? std::to_string(seconds / 3600) + " h" : std::to_string(seconds / 86400) + " d";
}

std::string rfc3339(ServerTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return buffer.data();
}

std::optional<ServerTime> parseRfc3339(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int used = 0;
    const std::string copy(text.substr(0, 64));
    if (std::sscanf(copy.c_str(), "%4d-%2u-%2u%*1[Tt ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
                    &used) != 6 ||
        used == 0) {
        return std::nullopt;
    }
    std::string_view rest = std::string_view(copy).substr(static_cast<std::size_t>(used));
    double fraction = 0;
    if (rest.starts_with('.')) {
        std::size_t length = 1;
        double scale = 0.1;
        for (; length < rest.size() && rest[length] >= '0' && rest[length] <= '9'; ++length, scale /= 10) {
            fraction += (rest[length] - '0') * scale;
        }
        rest.remove_prefix(length);
    }
    int offset = 0;
    if (int h = 0, m = 0; rest.size() == 6 && std::sscanf(rest.data() + 1, "%2d:%2d", &h, &m) == 2) {
        offset = (rest[0] == '-' ? -1 : 1) * (h * 60 + m);
    } else if (rest != "Z" && rest != "z") {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    return ServerTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute - offset) +
           std::chrono::seconds(second) + std::chrono::milliseconds(std::lround(fraction * 1000));
}

} // namespace meshdeck::text
