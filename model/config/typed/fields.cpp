#include "config/typed/fields.h"

#include <cmath>
#include <limits>

namespace meshdeck::config::fields {

namespace {

// A whole number, also written as 3.0: Kubernetes takes both for an integer.
std::optional<std::int64_t> whole(const Json* value) {
    if (value == nullptr || !value->is_number()) {
        return std::nullopt;
    }
    if (value->is_number_unsigned()) {
        const auto number = value->get<std::uint64_t>();
        return number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? std::optional(static_cast<std::int64_t>(number))
                   : std::nullopt;
    }
    if (value->is_number_integer()) {
        return value->get<std::int64_t>();
    }
    const auto number = value->get<double>();
    if (std::trunc(number) != number || std::abs(number) > 9e15) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

std::optional<std::uint32_t> whole32(const Json* value) {
    const auto number = whole(value);
    if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

mesh::Labels labels(const Json& object) {
    mesh::Labels result;
    for (const auto& [key, value] : object.items()) {
        if (value.is_string()) {
            result.emplace(key, value.get<std::string>());
        }
    }
    return result;
}

void targetRef(const Json& json, TargetRef& out) {
    get(json, "group", out.group);
    get(json, "kind", out.kind);
    get(json, "name", out.name);
    get(json, "namespace", out.ns);
    get(json, "sectionName", out.sectionName);
}

} // namespace

void get(const Json& object, std::string_view key, std::string& out) {
    const Json* value = member(object, key);
    if (value != nullptr && value->is_string()) {
        out = value->get_ref<const std::string&>();
    }
}

void get(const Json& object, std::string_view key, bool& out) {
    const Json* value = member(object, key);
    if (value != nullptr && value->is_boolean()) {
        out = value->get<bool>();
    }
}

void get(const Json& object, std::string_view key, std::optional<bool>& out) {
    const Json* value = member(object, key);
    if (value != nullptr && value->is_boolean()) {
        out = value->get<bool>();
    }
}

void get(const Json& object, std::string_view key, std::int64_t& out) {
    if (const auto number = whole(member(object, key))) {
        out = *number;
    }
}

void get(const Json& object, std::string_view key, std::optional<std::int64_t>& out) {
    if (const auto number = whole(member(object, key))) {
        out = *number;
    }
}

void get(const Json& object, std::string_view key, std::uint32_t& out) {
    if (const auto number = whole32(member(object, key))) {
        out = *number;
    }
}

void get(const Json& object, std::string_view key, std::optional<std::uint32_t>& out) {
    if (const auto number = whole32(member(object, key))) {
        out = *number;
    }
}

void get(const Json& object, std::string_view key, std::optional<double>& out) {
    const Json* value = member(object, key);
    if (value != nullptr && value->is_number()) {
        out = value->get<double>();
    }
}

void get(const Json& object, std::string_view key, std::optional<ConfigDuration>& out) {
    const Json* value = member(object, key);
    if (value != nullptr && value->is_string()) {
        if (const auto duration = parseDuration(value->get_ref<const std::string&>())) {
            out = duration;
        }
    }
}

void get(const Json& object, std::string_view key, std::vector<std::string>& out) {
    if (const Json* items = listMember(object, key)) {
        out.reserve(items->size());
        for (const Json& item : *items) {
            out.push_back(item.is_string() ? item.get<std::string>() : std::string());
        }
    }
}

void get(const Json& object, std::string_view key, mesh::Labels& out) {
    if (const Json* map = objectMember(object, key)) {
        out = labels(*map);
    }
}

void get(const Json& object, std::string_view key, std::optional<mesh::Labels>& out) {
    if (const Json* map = objectMember(object, key)) {
        out = labels(*map);
    }
}

void get(const Json& object, std::string_view key, std::optional<StringMatch>& out) {
    if (const Json* match = objectMember(object, key)) {
        out = stringMatch(*match, false);
    }
}

void get(const Json& object, std::string_view key, StringMatches& out) {
    if (const Json* map = objectMember(object, key)) {
        for (const auto& [name, match] : map->items()) {
            if (match.is_object()) {
                out.emplace_back(name, stringMatch(match, true));
            }
        }
    }
}

void get(const Json& object, std::string_view key, StringPairs& out) {
    if (const Json* map = objectMember(object, key)) {
        for (const auto& [name, value] : map->items()) {
            if (value.is_string()) {
                out.emplace_back(name, value.get<std::string>());
            }
        }
    }
}

StringMatch stringMatch(const Json& json, bool starIsPresent) {
    using Kind = StringMatch::Kind;
    for (const auto& [key, kind] : {std::pair("exact", Kind::Exact), std::pair("prefix", Kind::Prefix),
                                    std::pair("regex", Kind::Regex)}) {
        const Json* value = member(json, key);
        if (value == nullptr || !value->is_string()) {
            continue;
        }
        const auto& text = value->get_ref<const std::string&>();
        if (kind == Kind::Regex && starIsPresent && text == "*") {
            return {};
        }
        return {kind, text};
    }
    return {};
}

void percentage(const Json& object, std::string_view key, std::optional<double>& out) {
    if (const Json* json = objectMember(object, key)) {
        out = 0;
        get(*json, "value", out);
    }
}

void pairs(const Json& object, std::string_view key, std::string_view first, std::string_view second,
           StringPairs& out) {
    if (const Json* items = listMember(object, key)) {
        for (const Json& item : *items) {
            out.emplace_back(textMember(item, first), textMember(item, second));
        }
    }
}

void matchLabels(const Json& object, std::string_view key, std::optional<mesh::Labels>& out) {
    if (const Json* selector = objectMember(object, key)) {
        out.emplace();
        get(*selector, "matchLabels", out);
    }
}

void selectorLabels(const Json& object, std::string_view key, std::optional<mesh::Labels>& out) {
    if (const Json* selector = objectMember(object, key)) {
        out.emplace();
        get(*selector, "labels", out);
    }
}

void target(const Json& spec, PolicyTarget& out) {
    matchLabels(spec, "selector", out.selector);
    if (const Json* one = objectMember(spec, "targetRef")) {
        out.targetRefs.emplace_back();
        targetRef(*one, out.targetRefs.back());
    }
    list(spec, "targetRefs", out.targetRefs, targetRef);
}

const Json& specOf(const Json& object) {
    static const Json kNone = Json::object();
    const Json* spec = objectMember(object, "spec");
    return spec != nullptr ? *spec : kNone;
}

} // namespace meshdeck::config::fields
