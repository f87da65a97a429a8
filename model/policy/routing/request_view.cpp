#include "policy/routing/request_view.h"

#include <algorithm>

namespace meshdeck::policy {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

int hexValue(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool unreserved(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

// Percent escapes that stand for characters which need none, and with `slashes` those of "/" and "\".
std::string decoded(std::string_view path, bool slashes) {
    std::string result;
    result.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '%' && i + 2 < path.size() && hexValue(path[i + 1]) >= 0 && hexValue(path[i + 2]) >= 0) {
            const char c = static_cast<char>(hexValue(path[i + 1]) * 16 + hexValue(path[i + 2]));
            if (unreserved(c) || (slashes && (c == '/' || c == '\\'))) {
                result += c == '\\' ? '/' : c;
                i += 2;
                continue;
            }
        }
        result += path[i] == '\\' ? '/' : path[i];
    }
    return result;
}

std::string withoutDotSegments(std::string_view path, bool mergeSlashes) {
    std::vector<std::string_view> segments;
    std::size_t begin = 1;
    bool open = true; // the path ends in a slash
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        const bool last = end == path.size();
        open = last;
        if (segment == "..") {
            if (!segments.empty()) {
                segments.pop_back();
            }
        } else if (segment == "." || (mergeSlashes && segment.empty())) {
            // Dropped; at the end it leaves a slash.
        } else {
            segments.push_back(segment);
            open = false;
        }
        begin = end + 1;
    }
    std::string result;
    for (const std::string_view segment : segments) {
        result += '/';
        result += segment;
    }
    return open || result.empty() ? result + "/" : result;
}

} // namespace

PathAndQuery splitPath(std::string_view pathWithQuery) {
    const std::size_t mark = pathWithQuery.find_first_of("?#");
    if (mark == std::string_view::npos) {
        return {pathWithQuery, {}};
    }
    return {pathWithQuery.substr(0, mark), pathWithQuery.substr(mark)};
}

std::string normalizedPath(std::string_view path, std::string_view mode) {
    if (mode == "NONE" || !path.starts_with('/')) {
        return std::string(path);
    }
    const PathAndQuery parts = splitPath(path);
    const bool decode = mode == "DECODE_AND_MERGE_SLASHES";
    const std::string plain = decoded(parts.path, decode);
    return withoutDotSegments(plain, decode || mode == "MERGE_SLASHES") + std::string(parts.query);
}

std::size_t portStart(std::string_view hostHeader) {
    const std::size_t colon = hostHeader.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == hostHeader.size() ||
        hostHeader.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) {
        return std::string_view::npos;
    }
    // An IPv6 address without brackets has more colons, and none of them starts a port.
    const bool bracketed = hostHeader.starts_with('[') && hostHeader[colon - 1] == ']';
    return bracketed || hostHeader.find(':') == colon ? colon : std::string_view::npos;
}

std::string hostWithoutPort(std::string_view hostHeader) {
    return lowered(hostHeader.substr(0, portStart(hostHeader)));
}

RequestView::RequestView(const Request& request) : m_request(&request), m_path(splitPath(request.path)) {
    m_headers = {{":authority", request.host}, {":method", request.method}, {":path", request.path},
                 {":scheme", request.scheme}, {"host", request.host}};
    for (const auto& [name, value] : request.headers) {
        const std::string key = lowered(name);
        const auto known = std::ranges::find(m_headers, key, &std::pair<std::string, std::string>::first);
        if (known == m_headers.end()) {
            m_headers.emplace_back(key, value);
        } else {
            known->second += "," + value;
        }
    }
    std::string_view query = m_path.query.substr(0, m_path.query.find('#'));
    query.remove_prefix(std::min<std::size_t>(1, query.size()));
    while (!query.empty()) {
        const std::string_view item = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), item.size() + 1));
        const std::size_t equals = item.find('=');
        m_parameters.emplace_back(item.substr(0, equals),
                                  equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1));
    }
}

const std::string* RequestView::header(std::string_view lowerName) const {
    const auto found = std::ranges::find(m_headers, lowerName, &std::pair<std::string, std::string>::first);
    return found == m_headers.end() ? nullptr : &found->second;
}

const std::string_view* RequestView::queryParameter(std::string_view name) const {
    const auto found =
        std::ranges::find(m_parameters, name, &std::pair<std::string_view, std::string_view>::first);
    return found == m_parameters.end() ? nullptr : &found->second;
}

std::vector<std::string> RequestView::claim(const std::vector<std::string>& path) const {
    if (!m_request->jwt || m_request->jwt->state != Jwt::State::Valid || path.empty()) {
        return {};
    }
    const Jwt& jwt = *m_request->jwt;
    if (path == std::vector<std::string>{"iss"}) {
        return {jwt.issuer};
    }
    if (path == std::vector<std::string>{"sub"}) {
        return {jwt.subject};
    }
    if (path == std::vector<std::string>{"aud"} && !jwt.audiences.empty()) {
        return jwt.audiences;
    }
    const config::Json* value = &jwt.claims;
    for (const std::string& key : path) {
        if (!value->is_object() || !value->contains(key)) {
            return {};
        }
        value = &(*value)[key];
    }
    if (value->is_string()) {
        return {value->get<std::string>()};
    }
    std::vector<std::string> result;
    if (value->is_array()) {
        for (const config::Json& item : *value) {
            if (item.is_string()) {
                result.push_back(item.get<std::string>());
            }
        }
    }
    return result;
}

} // namespace meshdeck::policy
