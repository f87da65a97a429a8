#include "app/demo/api/json_values.h"

#include <algorithm>
#include <charconv>

namespace meshdeck::demo::api {

bool sameValue(const Json& left, const Json& right) {
    if (left.is_object() && right.is_object()) {
        return left.size() == right.size() &&
               std::all_of(left.items().begin(), left.items().end(), [&](const auto& item) {
                   const auto other = right.find(item.key());
                   return other != right.end() && sameValue(item.value(), *other);
               });
    }
    if (left.is_array() && right.is_array()) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(), sameValue);
    }
    if (left.is_number() && right.is_number() && left.is_number_float() != right.is_number_float()) {
        return false;
    }
    return left == right;
}

const Json* find(const Json& value, std::initializer_list<std::string_view> path) {
    const Json* at = &value;
    for (const std::string_view name : path) {
        if (!at->is_object()) {
            return nullptr;
        }
        const auto member = at->find(std::string(name));
        if (member == at->end()) {
            return nullptr;
        }
        at = &*member;
    }
    return at;
}

std::string stringAt(const Json& value, std::initializer_list<std::string_view> path) {
    const Json* found = find(value, path);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::string nameOf(const Json& object) {
    return stringAt(object, {"metadata", "name"});
}

std::string namespaceOf(const Json& object) {
    return stringAt(object, {"metadata", "namespace"});
}

std::uint64_t versionOf(const Json& object) {
    return unsignedOf(stringAt(object, {"metadata", "resourceVersion"})).value_or(0);
}

namespace {

// Deeper documents are refused: everything that walks a value calls itself for each level.
constexpr int kMaxDepth = 1000;

bool tooDeep(std::string_view text) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            i += c == '\\' ? 1 : 0;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxDepth) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

std::optional<Json> parseJson(std::string_view text) {
    if (tooDeep(text)) {
        return std::nullopt;
    }
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) {
        return std::nullopt;
    }
    return value;
}

std::string textOf(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string goTextOf(const Json& value) {
    std::string text;
    for (const char c : textOf(sorted(value))) {
        switch (c) {
        case '<':
            text += "\\u003c";
            break;
        case '>':
            text += "\\u003e";
            break;
        case '&':
            text += "\\u0026";
            break;
        default:
            text += c;
        }
    }
    return text;
}

Json sorted(const Json& value) {
    if (value.is_array()) {
        Json list = Json::array();
        for (const Json& item : value) {
            list.push_back(sorted(item));
        }
        return list;
    }
    if (!value.is_object()) {
        return value;
    }
    std::vector<std::pair<std::string, const Json*>> members;
    for (const auto& item : value.items()) {
        members.emplace_back(item.key(), &item.value());
    }
    std::sort(members.begin(), members.end());
    Json object = Json::object();
    for (const auto& [key, member] : members) {
        object[key] = sorted(*member);
    }
    return object;
}

std::string inQuotes(std::string_view text) {
    return textOf(Json(std::string(text)));
}

std::optional<std::uint64_t> unsignedOf(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

} // namespace meshdeck::demo::api
