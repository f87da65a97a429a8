#include "policy/routing/rewrite.h"

#include <algorithm>

#include <re2/re2.h>

#include "policy/routing/request_view.h"

namespace meshdeck::policy {
namespace {

using config::StringMatch;

// The part of the path that the match stands for: its prefix, else the whole (exact and regex match all of it).
std::string_view matchedPart(const config::HttpMatch* match, std::string_view path) {
    if (match == nullptr || !match->uri || match->uri->kind == StringMatch::Kind::Present) {
        return path.substr(0, std::min<std::size_t>(1, path.size())); // the prefix "/"
    }
    if (match->uri->kind != StringMatch::Kind::Prefix) {
        return path;
    }
    std::size_t length = match->uri->value.size();
    if (match->pathSegmentPrefix && length > 1 && match->uri->value.ends_with('/')) {
        --length;
    }
    return path.substr(0, std::min(path.size(), length));
}

std::string withPrefixReplaced(const config::HttpMatch* match, std::string_view path, std::string_view by) {
    std::string_view rest = path.substr(matchedPart(match, path).size());
    // Gateway API: "/" in place of a prefix takes the prefix away, with the slash that follows it.
    if (match != nullptr && match->pathSegmentPrefix && by == "/" && rest.starts_with('/')) {
        rest.remove_prefix(1);
    }
    return std::string(by) + std::string(rest);
}

} // namespace

std::string rewrittenPath(const config::HttpRewrite& rewrite, const config::HttpMatch* match, const std::string& path) {
    const PathAndQuery parts = splitPath(path);
    if (rewrite.regexMatch) {
        const RE2 pattern(*rewrite.regexMatch, RE2::Quiet);
        std::string changed(parts.path);
        if (pattern.ok()) {
            RE2::GlobalReplace(&changed, pattern, rewrite.regexRewrite);
        }
        return changed + std::string(parts.query);
    }
    if (rewrite.uri.empty()) {
        return path;
    }
    const std::string changed =
        rewrite.fullPath ? rewrite.uri : withPrefixReplaced(match, parts.path, rewrite.uri);
    return changed + std::string(parts.query);
}

std::optional<int> redirectCode(const config::HttpRedirect& redirect) {
    switch (redirect.code) {
    case 0:
    case 301:
        return 301;
    case 302:
    case 303:
    case 307:
    case 308:
        return static_cast<int>(redirect.code);
    default:
        return std::nullopt;
    }
}

std::string locationOf(const config::HttpRedirect& redirect, const config::HttpMatch* match, const Request& request,
                       std::uint32_t listenerPort) {
    const std::string& scheme = redirect.scheme.empty() ? request.scheme : redirect.scheme;
    std::uint32_t port = redirect.port.value_or(0);
    if (redirect.derivePort == "FROM_REQUEST_PORT") {
        port = listenerPort;
    }
    if ((port == 80 && scheme == "http") || (port == 443 && scheme == "https")) {
        port = 0;
    }
    std::string host = redirect.authority;
    if (host.empty()) {
        host = request.host;
        const std::size_t start = portStart(host);
        // A new port takes the old one's place; a new scheme drops the old scheme's own port.
        const bool own = start != std::string::npos && scheme != request.scheme &&
                         ((request.scheme == "http" && host.substr(start) == ":80") ||
                          (request.scheme == "https" && host.substr(start) == ":443"));
        if (start != std::string::npos && (port != 0 || own)) {
            host.erase(start);
        }
    }
    if (port != 0) {
        host += ":" + std::to_string(port);
    }
    const PathAndQuery parts = splitPath(request.path);
    std::string path(parts.path);
    bool query = true;
    if (!redirect.uri.empty()) {
        path = redirect.uri;
        query = path.find('?') == std::string::npos; // a query of its own takes the place of the old one
    } else if (!redirect.prefixRewrite.empty()) {
        path = withPrefixReplaced(match, parts.path, redirect.prefixRewrite);
    }
    return scheme + "://" + host + path + (query ? std::string(parts.query) : std::string());
}

} // namespace meshdeck::policy
