#include "traffic/find/value.h"

#include <array>
#include <charconv>
#include <cmath>

namespace meshdeck::traffic {
namespace {

struct Suffix {
    std::string_view word;
    FindUnit unit;
    double factor;
};

constexpr Suffix kSuffixes[] = {
    {"%", FindUnit::Percent, 1},
    {"ms", FindUnit::Milliseconds, 1},
    {"us", FindUnit::Milliseconds, 0.001},
    {"s", FindUnit::Milliseconds, 1000},
    {"k", FindUnit::PerSecond, 1000},
    {"m", FindUnit::PerSecond, 1'000'000},
    {"/s", FindUnit::PerSecond, 1},
    {"req/s", FindUnit::PerSecond, 1},
    {"b", FindUnit::BytesPerSecond, 1},
    {"b/s", FindUnit::BytesPerSecond, 1},
    {"kib", FindUnit::BytesPerSecond, 1024},
    {"kib/s", FindUnit::BytesPerSecond, 1024},
    {"mib", FindUnit::BytesPerSecond, 1024.0 * 1024},
    {"mib/s", FindUnit::BytesPerSecond, 1024.0 * 1024},
    {"gib", FindUnit::BytesPerSecond, 1024.0 * 1024 * 1024},
    {"gib/s", FindUnit::BytesPerSecond, 1024.0 * 1024 * 1024},
};

std::string lower(std::string_view text) {
    std::string small(text);
    for (char& c : small) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return small;
}

} // namespace

std::optional<double> findNumber(std::string_view text, FindUnit unit) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || !std::isfinite(number)) {
        return std::nullopt;
    }
    const std::string rest = lower(text.substr(static_cast<std::size_t>(end - text.data())));
    if (rest.empty()) {
        return number;
    }
    for (const Suffix& suffix : kSuffixes) {
        if (suffix.unit == unit && suffix.word == rest) {
            return number * suffix.factor;
        }
    }
    return std::nullopt;
}

bool isNanWord(std::string_view text) {
    return lower(text) == "nan";
}

std::string findNumberText(double number) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("0");
}

std::string_view unitWord(FindUnit unit) {
    switch (unit) {
    case FindUnit::None: return "";
    case FindUnit::Percent: return "%";
    case FindUnit::PerSecond: return "requests a second";
    case FindUnit::BytesPerSecond: return "bytes a second";
    case FindUnit::Milliseconds: return "milliseconds";
    }
    return "";
}

} // namespace meshdeck::traffic
