#include "app/demo/sim/json_access.h"

#include <charconv>
#include <cmath>

namespace meshdeck::demo {

const Json& member(const Json& object, const char* key) {
    static const Json kNothing;
    if (!object.is_object()) {
        return kNothing;
    }
    const auto found = object.find(key);
    return found == object.end() ? kNothing : *found;
}

std::string textOf(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

double numberOf(const Json& value, double otherwise) {
    return value.is_number() ? value.get<double>() : otherwise;
}

std::optional<int> integerOf(const Json& value) {
    if (!value.is_number()) {
        return std::nullopt;
    }
    const double number = value.get<double>();
    if (!(std::abs(number) < 2e9)) {
        return std::nullopt;
    }
    return static_cast<int>(number);
}

std::map<std::string, std::string> textMapOf(const Json& value) {
    std::map<std::string, std::string> map;
    if (value.is_object()) {
        for (const auto& [key, entry] : value.items()) {
            if (entry.is_string()) {
                map[key] = entry.get<std::string>();
            }
        }
    }
    return map;
}

std::vector<std::string> textListOf(const Json& value) {
    std::vector<std::string> list;
    if (value.is_array()) {
        for (const Json& entry : value) {
            if (entry.is_string()) {
                list.push_back(entry.get<std::string>());
            }
        }
    }
    return list;
}

std::optional<double> durationMsOf(const Json& value) {
    const std::string text = textOf(value);
    const char* at = text.data();
    const char* end = at + text.size();
    double total = 0;
    bool any = false;
    while (at < end) {
        double amount = 0;
        const auto [unit, error] = std::from_chars(at, end, amount);
        if (error != std::errc{} || unit == end) {
            return std::nullopt;
        }
        const std::string_view rest(unit, static_cast<std::size_t>(end - unit));
        double scale = 0;
        std::size_t length = 1;
        if (rest.starts_with("ms")) {
            scale = 1;
            length = 2;
        } else if (rest.starts_with("s")) {
            scale = 1000;
        } else if (rest.starts_with("m")) {
            scale = 60000;
        } else if (rest.starts_with("h")) {
            scale = 3600000;
        } else {
            return std::nullopt;
        }
        total += amount * scale;
        any = true;
        at = unit + length;
    }
    return any ? std::optional<double>(total) : std::nullopt;
}

} // namespace meshdeck::demo
