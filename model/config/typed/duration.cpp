#include <array>
#include <cmath>
#include <limits>

#include "config/typed/fields.h"

namespace meshdeck::config::fields {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};
// Longer names first: "ms" begins like "m".
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\u00b5s", 1'000},
                                         {"\u03bcs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// The number in front of a unit, as digits before and after the point.
struct Digits {
    std::int64_t whole = 0;
    std::int64_t fraction = 0; // of 10^scale
    std::int64_t scale = 1;
    bool any = false;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool takeDigits(std::string_view& text, Digits& out) {
    for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1)) {
        const int digit = text.front() - '0';
        if (out.whole > (kMost - digit) / 10) {
            return false;
        }
        out.whole = out.whole * 10 + digit;
        out.any = true;
    }
    if (text.empty() || text.front() != '.') {
        return out.any;
    }
    text.remove_prefix(1);
    for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1)) {
        if (out.scale < 1'000'000'000) { // finer than any unit below an hour can show
            out.fraction = out.fraction * 10 + (text.front() - '0');
            out.scale *= 10;
        }
        out.any = true;
    }
    return out.any;
}

const Unit* takeUnit(std::string_view& text) {
    for (const Unit& unit : kUnits) {
        if (text.starts_with(unit.name)) {
            text.remove_prefix(unit.name.size());
            return &unit;
        }
    }
    return nullptr;
}

} // namespace

std::optional<ConfigDuration> parseDuration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text == "0") {
        return ConfigDuration(0);
    }
    if (text.empty()) {
        return std::nullopt;
    }
    std::int64_t sum = 0;
    while (!text.empty()) {
        Digits digits;
        if (!takeDigits(text, digits)) {
            return std::nullopt;
        }
        const Unit* unit = takeUnit(text);
        if (unit == nullptr || digits.whole > kMost / unit->nanoseconds) {
            return std::nullopt;
        }
        const std::int64_t whole = digits.whole * unit->nanoseconds;
        const auto part = static_cast<std::int64_t>(static_cast<double>(digits.fraction) *
                                                    (static_cast<double>(unit->nanoseconds) /
                                                     static_cast<double>(digits.scale)));
        if (whole > kMost - part || sum > kMost - whole - part) {
            return std::nullopt;
        }
        sum += whole + part;
    }
    return ConfigDuration(negative ? -sum : sum);
}

} // namespace meshdeck::config::fields
