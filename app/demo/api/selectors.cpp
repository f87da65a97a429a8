#include "app/demo/api/selectors.h"

#include <algorithm>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    return text;
}

// Splits at commas that are not between parentheses.
std::vector<std::string_view> splitList(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ',';
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ',' && (depth == 0 || i == text.size())) {
            parts.push_back(trimmed(text.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    return parts;
}

bool isKey(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/';
    });
}

std::vector<std::string> valuesOf(std::string_view list) {
    std::vector<std::string> values;
    for (const std::string_view value : splitList(list)) {
        values.emplace_back(value);
    }
    return values;
}

} // namespace

std::optional<Selectors::Requirement> Selectors::parseOne(std::string_view text) {
    const auto made = [](std::string_view key, Operator op,
                         std::vector<std::string> values) -> std::optional<Requirement> {
        key = trimmed(key);
        return isKey(key) ? std::optional(Requirement{std::string(key), op, std::move(values)}) : std::nullopt;
    };
    if (const std::size_t open = text.find('('); open != std::string_view::npos && text.back() == ')') {
        const std::string_view head = trimmed(text.substr(0, open));
        const std::size_t space = head.rfind(' ');
        const std::string_view word = space == std::string_view::npos ? std::string_view() : head.substr(space + 1);
        if (word != "in" && word != "notin") {
            return std::nullopt;
        }
        return made(head.substr(0, space), word == "in" ? Operator::In : Operator::NotIn,
                    valuesOf(text.substr(open + 1, text.size() - open - 2)));
    }
    if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
        const bool negated = equals > 0 && text[equals - 1] == '!';
        std::string_view value = text.substr(equals + 1);
        value.remove_prefix(!negated && value.starts_with('=') ? 1 : 0);
        return made(text.substr(0, equals - (negated ? 1 : 0)), negated ? Operator::NotIn : Operator::In,
                    {std::string(trimmed(value))});
    }
    return text.starts_with('!') ? made(text.substr(1), Operator::Absent, {}) : made(text, Operator::Exists, {});
}

std::optional<Selectors> Selectors::parse(std::string_view labelSelector, std::string_view fieldSelector,
                                          std::string& error) {
    Selectors result;
    if (!trimmed(labelSelector).empty()) {
        for (const std::string_view part : splitList(labelSelector)) {
            const std::optional<Requirement> requirement = parseOne(part);
            if (!requirement) {
                error = "unable to parse requirement: found '" + std::string(part) + "', expected: identifier";
                return std::nullopt;
            }
            result.m_labels.push_back(*requirement);
        }
    }
    if (!trimmed(fieldSelector).empty()) {
        for (const std::string_view part : splitList(fieldSelector)) {
            const std::optional<Requirement> requirement = parseOne(part);
            if (!requirement || requirement->values.size() != 1) {
                error = "invalid selector: '" + std::string(part) + "'; can't understand '" + std::string(part) + "'";
                return std::nullopt;
            }
            if (requirement->key != "metadata.name" && requirement->key != "metadata.namespace") {
                error = "field label not supported: " + requirement->key;
                return std::nullopt;
            }
            result.m_fields.push_back(*requirement);
        }
    }
    return result;
}

bool Selectors::holds(const Requirement& requirement, const std::string* value) {
    const bool among = value != nullptr && std::find(requirement.values.begin(), requirement.values.end(), *value) !=
                                               requirement.values.end();
    switch (requirement.op) {
    case Operator::In:
        return among;
    case Operator::NotIn: // a missing label differs from every value
        return !among;
    case Operator::Exists:
        return value != nullptr;
    case Operator::Absent:
        return value == nullptr;
    }
    return false;
}

bool Selectors::matches(const Json& object) const {
    const bool fields = std::all_of(m_fields.begin(), m_fields.end(), [&](const Requirement& requirement) {
        const std::string value = requirement.key == "metadata.name" ? nameOf(object) : namespaceOf(object);
        return holds(requirement, &value);
    });
    return fields && std::all_of(m_labels.begin(), m_labels.end(), [&](const Requirement& requirement) {
               const Json* label = find(object, {"metadata", "labels", requirement.key});
               if (label == nullptr || !label->is_string()) {
                   return holds(requirement, nullptr);
               }
               const std::string value = label->get<std::string>();
               return holds(requirement, &value);
           });
}

} // namespace meshdeck::demo::api
