#include "config/json_pointer.h"

#include <algorithm>
#include <charconv>

namespace meshdeck::config {

namespace {

constexpr std::size_t kMaxIndexDigits = 9;

bool isPlainKey(std::string_view key) {
    return !key.empty() && key.find_first_of(".[]\"/ ") == std::string_view::npos;
}

} // namespace

std::optional<std::vector<std::string>> pointerTokens(std::string_view pointer) {
    std::vector<std::string> tokens;
    if (pointer.empty()) {
        return tokens;
    }
    if (pointer.front() != '/') {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        const char c = pointer[i];
        if (c == '/') {
            tokens.emplace_back();
        } else if (c != '~') {
            tokens.back() += c;
        } else if (i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
            tokens.back() += pointer[++i] == '0' ? '~' : '/';
        } else {
            return std::nullopt;
        }
    }
    return tokens;
}

std::string pointerToken(std::string_view text) {
    std::string token;
    token.reserve(text.size());
    for (const char c : text) {
        if (c == '~') {
            token += "~0";
        } else if (c == '/') {
            token += "~1";
        } else {
            token += c;
        }
    }
    return token;
}

std::optional<std::size_t> pointerIndex(std::string_view token) {
    if (token.empty() || token.size() > kMaxIndexDigits || (token.size() > 1 && token.front() == '0') ||
        !std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    std::size_t index = 0;
    std::from_chars(token.data(), token.data() + token.size(), index);
    return index;
}

std::string fieldPath(std::string_view pointer) {
    const auto tokens = pointerTokens(pointer);
    if (!tokens) {
        return std::string(pointer);
    }
    std::string path;
    for (const std::string& token : *tokens) {
        if (pointerIndex(token) && !path.empty()) {
            path += '[';
            path += token;
            path += ']';
        } else if (isPlainKey(token)) {
            path += path.empty() ? "" : ".";
            path += token;
        } else {
            path += "[\"" + token + "\"]";
        }
    }
    return path;
}

} // namespace meshdeck::config
