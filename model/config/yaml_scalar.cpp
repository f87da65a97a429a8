#include "config/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace meshdeck::config {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

template <std::size_t N>
bool oneOf(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 3> kInfinity = {".inf", ".Inf", ".INF"};

std::optional<Json> wholeNumber(std::string_view text) {
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') {
        text.remove_prefix(1);
    }
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && !isDigit(text[1])) {
        const char kind = text[1];
        base = kind == 'x' || kind == 'X' ? 16 : kind == 'b' || kind == 'B' ? 2 : kind == 'o' || kind == 'O' ? 8 : 0;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
        text.remove_prefix(1);
    }
    std::uint64_t value = 0;
    if (base == 0 || text.empty()) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    if (!negative) {
        return value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? Json(static_cast<std::int64_t>(value))
                   : Json(value);
    }
    constexpr std::uint64_t kLowest = std::uint64_t{1} << 63U;
    if (value > kLowest) {
        return std::nullopt;
    }
    return Json(value == kLowest ? std::numeric_limits<std::int64_t>::min() : -static_cast<std::int64_t>(value));
}

std::size_t digits(std::string_view text, std::size_t from) {
    std::size_t i = from;
    while (i < text.size() && isDigit(text[i])) {
        ++i;
    }
    return i - from;
}

// [-+]? ( .digits | digits [. digits?] ) ( [eE] [-+]? digits )?
bool isDecimal(std::string_view text) {
    std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const std::size_t before = digits(text, i);
    i += before;
    if (i < text.size() && text[i] == '.') {
        const std::size_t after = digits(text, i + 1);
        if (before + after == 0) {
            return false;
        }
        i += 1 + after;
    } else if (before == 0) {
        return false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        i += i < text.size() && (text[i] == '-' || text[i] == '+') ? 1 : 0;
        const std::size_t exponent = digits(text, i);
        if (exponent == 0) {
            return false;
        }
        i += exponent;
    }
    return i == text.size();
}

Json decimal(std::string_view text) {
    if (text.front() == '+') {
        text.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    (void)end;
    // Too large is refused by the caller as infinite; too small to tell from zero is zero.
    if (error == std::errc::result_out_of_range) {
        const std::size_t exponent = text.find_first_of("eE");
        const bool tiny = exponent != std::string_view::npos && text.find('-', exponent) != std::string_view::npos;
        return tiny ? 0.0 : std::numeric_limits<double>::infinity();
    }
    return value;
}

} // namespace

Json resolvePlainScalar(std::string_view text) {
    if (oneOf(text, kNull)) {
        return nullptr;
    }
    if (oneOf(text, kTrue)) {
        return true;
    }
    if (oneOf(text, kFalse)) {
        return false;
    }
    const bool sign = text.front() == '-' || text.front() == '+';
    if (oneOf(text, kNan)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (oneOf(sign ? text.substr(1) : text, kInfinity)) {
        return std::numeric_limits<double>::infinity();
    }
    if (!sign && !isDigit(text.front()) && text.front() != '.') {
        return std::string(text);
    }
    std::string plain(text);
    plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
    if (!plain.empty() && plain.front() != '.') {
        if (auto number = wholeNumber(plain)) {
            return *number;
        }
    }
    if (isDecimal(plain)) {
        return decimal(plain);
    }
    return std::string(text);
}

bool looksLikeAnotherType(std::string_view text) {
    if (text.empty() || !isDigit(text.front())) {
        return false;
    }
    const std::size_t first = digits(text, 0);
    if (first >= text.size()) {
        return false;
    }
    const bool date = first == 4 && text[4] == '-' && digits(text, 5) > 0;
    return date || (text[first] == ':' && digits(text, first + 1) > 0);
}

} // namespace meshdeck::config
