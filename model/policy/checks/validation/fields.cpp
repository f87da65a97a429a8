#include "policy/checks/validation/fields.h"

#include <memory>
#include <set>
#include <unordered_map>

#include <re2/re2.h>

#include "policy/checks/json_walk.h"

namespace meshdeck::policy::validation {
namespace {

using config::Json;

std::string escaped(const std::string& key) {
    std::string text;
    for (const char c : key) {
        text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return text;
}

std::vector<Place> spread(const Place& place) {
    std::vector<Place> result;
    if (place.value->is_array()) {
        for (std::size_t i = 0; i < place.value->size(); ++i) {
            result.push_back({place.pointer + "/" + std::to_string(i), &(*place.value)[i]});
        }
    } else if (place.value->is_object()) {
        for (const auto& [key, value] : place.value->items()) {
            result.push_back({place.pointer + "/" + escaped(key), &value});
        }
    }
    return result;
}

std::vector<Place> step(const std::vector<Place>& places, std::string_view key, char spreadAs) {
    std::vector<Place> next;
    for (const Place& place : places) {
        if (!place.value->is_object()) {
            continue;
        }
        const auto found = place.value->find(std::string(key));
        if (found == place.value->end()) {
            continue;
        }
        const Place child{place.pointer + "/" + escaped(std::string(key)), &*found};
        if (spreadAs == 0) {
            next.push_back(child);
        } else if ((spreadAs == '[') == child.value->is_array()) {
            const std::vector<Place> items = spread(child);
            next.insert(next.end(), items.begin(), items.end());
        }
    }
    return next;
}

bool isDuration(const std::string& text) {
    static const re2::RE2 kForm("([0-9]+(\\.[0-9]+)?(h|m|s|ms|us|ns))+");
    static const re2::RE2 kTooShort("(0+(\\.0+)?(h|m|s|ms))+|([0-9]+(us|ns))+|0?\\.000[0-9]*s");
    return re2::RE2::FullMatch(text, kForm) && !re2::RE2::FullMatch(text, kTooShort);
}

std::string number(const Json& value, double least, double most, const char* words) {
    return value.is_number() && value.get<double>() >= least && value.get<double>() <= most ? "" : words;
}

std::string unique(const Json& list, std::string_view key) {
    std::set<std::string> seen;
    for (const Json& item : list.is_array() ? list : Json::array()) {
        const Json& value = key.empty() ? item : valueAt(item, "/" + std::string(key));
        if (!value.is_null() && !seen.insert(value.dump()).second) {
            return "it lists " + value.dump() + " twice";
        }
    }
    return {};
}

std::string regexProblem(const std::string& pattern) {
    if (pattern.size() > 1024) {
        return "the regular expression is longer than 1024 characters";
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 compiled(pattern, options);
    return compiled.ok() ? "" : "it is no regular expression (RE2): " + compiled.error();
}

// Patterns are literals of the rules' table: compiled once a thread.
const re2::RE2& compiled(std::string_view pattern) {
    thread_local std::unordered_map<std::string_view, std::unique_ptr<re2::RE2>> cache;
    std::unique_ptr<re2::RE2>& entry = cache[pattern];
    if (entry == nullptr) {
        entry = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()));
    }
    return *entry;
}

std::string brokenText(const FieldRule& rule, const std::string& text) {
    switch (rule.rule) {
    case Rule::Text: return text.empty() ? "it must not be empty" : "";
    case Rule::Duration: return isDuration(text) ? "" : "it must be a duration of at least 1 ms, such as \"1.5s\"";
    case Rule::OneOf:
        return (" " + std::string(rule.argument) + " ").find(" " + text + " ") != std::string::npos
                   ? "" : "it must be one of " + std::string(rule.argument);
    case Rule::Pattern:
        return re2::RE2::FullMatch(text, compiled(rule.argument)) ? "" : "\"" + text + "\" has not the form it must have";
    case Rule::Regex: return regexProblem(text);
    case Rule::RegexOrStar: return text == "*" ? "" : regexProblem(text);
    default: return {};
    }
}

} // namespace

std::vector<Place> follow(const Json& object, std::string_view path) {
    std::vector<Place> places{{"", &object}};
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        std::string_view key = path.substr(0, dot);
        char spreadAs = 0;
        if (key.ends_with("[]") || key.ends_with("{}")) {
            spreadAs = key[key.size() - 2];
            key.remove_suffix(2);
        }
        places = step(places, key, spreadAs);
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    return places;
}

std::string broken(const FieldRule& rule, const Json& value) {
    switch (rule.rule) {
    case Rule::Object: return value.is_object() ? "" : "it must be a map";
    case Rule::List: return value.is_array() ? "" : "it must be a list";
    case Rule::String: return value.is_string() ? "" : "it must be a string";
    case Rule::Required:
        return !value.is_object() || value.contains(std::string(rule.argument))
                   ? "" : "\"" + std::string(rule.argument) + "\" is missing";
    case Rule::Percent: return number(value, 0, 100, "it must be a number from 0 to 100");
    case Rule::Positive: return number(value, 0, 1e18, "it must be a number that is not negative");
    case Rule::Port: return number(value, 1, 65535, "it must be a port, 1 to 65535");
    case Rule::Unique: return unique(value, rule.argument);
    case Rule::Text:
    case Rule::Duration:
    case Rule::OneOf:
    case Rule::Pattern:
    case Rule::RegexOrStar:
    case Rule::Regex: return value.is_string() ? brokenText(rule, value.get_ref<const std::string&>()) : "it must be a string";
    }
    return {};
}

} // namespace meshdeck::policy::validation
