#include "policy/security/path_match.h"

#include <algorithm>
#include <vector>

namespace meshdeck::policy::security {
namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The byte an escape at `at` stands for, or -1.
int escaped(std::string_view path, std::size_t at) {
    if (path[at] != '%' || at + 2 >= path.size()) {
        return -1;
    }
    const int high = hexDigit(path[at + 1]);
    const int low = hexDigit(path[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Characters that never need an escape (RFC 3986, 2.3).
bool unreserved(int c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::string decoded(std::string_view path, bool slashesToo) {
    std::string result;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const int byte = escaped(path, i);
        if (unreserved(byte)) {
            result += static_cast<char>(byte);
            i += 2;
        } else if (slashesToo && (byte == '/' || byte == '\\')) {
            result += '/';
            i += 2;
        } else {
            result += path[i] == '\\' ? '/' : path[i];
        }
    }
    return result;
}

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', from)) {
        parts.push_back(path.substr(from, slash - from));
        from = slash + 1;
    }
    parts.push_back(path.substr(from));
    return parts;
}

std::string withoutDots(std::string_view path, bool merge) {
    std::vector<std::string_view> kept;
    const auto parts = split(path.substr(1));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        const bool dots = parts[i] == "." || parts[i] == "..";
        if (parts[i] == ".." && !kept.empty()) {
            kept.pop_back();
        }
        if (!dots && !(merge && parts[i].empty() && !last)) {
            kept.push_back(parts[i]);
        }
        if (dots && last) {
            kept.emplace_back(); // "/a/." is "/a/"
        }
    }
    std::string result;
    for (const std::string_view part : kept) {
        result += '/';
        result += part;
    }
    return result.empty() ? "/" : result;
}

} // namespace

std::string normalizedPath(std::string_view pathAndQuery, std::string_view normalization) {
    const std::string_view path = pathAndQuery.substr(0, pathAndQuery.find_first_of("?#"));
    if (normalization == "NONE" || !path.starts_with('/')) {
        return std::string(path);
    }
    const bool decodeSlashes = normalization == "DECODE_AND_MERGE_SLASHES";
    return withoutDots(decoded(path, decodeSlashes), decodeSlashes || normalization == "MERGE_SLASHES");
}

bool isPathTemplate(std::string_view pattern) {
    return pattern.find("{*}") != std::string_view::npos || pattern.find("{**}") != std::string_view::npos;
}

bool matchesPathTemplate(std::string_view pattern, std::string_view path) {
    const std::size_t open = pattern.find('{');
    const std::string_view literal = pattern.substr(0, open);
    if (!path.starts_with(literal)) {
        return false;
    }
    path.remove_prefix(literal.size());
    if (open == std::string_view::npos) {
        return path.empty();
    }
    const bool many = pattern.substr(open).starts_with("{**}");
    const std::string_view rest = pattern.substr(open + (many ? 4 : 3));
    if (!many && !pattern.substr(open).starts_with("{*}")) {
        return false; // no template we know; validation refuses it
    }
    if (many) { // the last operator: what follows is literal
        return path.size() >= rest.size() && path.ends_with(rest);
    }
    const std::size_t segment = std::min(path.find('/'), path.size());
    return segment > 0 && matchesPathTemplate(rest, path.substr(segment));
}

} // namespace meshdeck::policy::security
