#include "app/demo/api/request.h"

#include <charconv>

namespace meshdeck::demo::api {

namespace {

std::string valueIn(const std::multimap<std::string, std::string>& map, const std::string& name) {
    const auto found = map.find(name);
    return found == map.end() ? std::string() : found->second;
}

} // namespace

std::string Request::header(const std::string& lowerCaseName) const {
    return valueIn(headers, lowerCaseName);
}

std::string Request::parameter(const std::string& name) const {
    return valueIn(query, name);
}

bool Request::hasParameter(const std::string& name) const {
    return query.count(name) != 0;
}

bool Request::flag(const std::string& name) const {
    const std::string value = parameter(name);
    return value == "true" || value == "1";
}

std::string percentDecoded(std::string_view text, bool plusIsSpace) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
            result += static_cast<char>(value);
            i += 2;
        } else {
            result += plusIsSpace && text[i] == '+' ? ' ' : text[i];
        }
    }
    return result;
}

void parseTarget(const std::string& target, Request& request) {
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark == std::string::npos) {
        return;
    }
    request.rawQuery = target.substr(mark + 1);
    std::string_view rest = request.rawQuery;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        if (!pair.empty()) {
            request.query.emplace(percentDecoded(pair.substr(0, equals), true), percentDecoded(value, true));
        }
    }
}

} // namespace meshdeck::demo::api
