#include "policy/host_name.h"

#include <algorithm>

#include <arpa/inet.h>

namespace meshdeck::policy {

namespace {

std::string_view afterStar(std::string_view host) { return host.substr(1); }

} // namespace

bool isWildcard(std::string_view host) {
    return host.starts_with('*');
}

bool isAddress(std::string_view text) {
    // The longest literal, an IPv6 address with an IPv4 part, has 45 characters.
    if (text.empty() || text.size() > 45 || (text.find(':') == std::string_view::npos &&
                                             (text.front() < '0' || text.front() > '9'))) {
        return false;
    }
    const std::string terminated(text);
    in6_addr buffer{};
    return inet_pton(AF_INET, terminated.c_str(), &buffer) == 1 || inet_pton(AF_INET6, terminated.c_str(), &buffer) == 1;
}

std::string resolveShortName(std::string_view host, std::string_view ns, std::string_view domain) {
    std::string result(host);
    if (host.empty() || isWildcard(host) || host.find_first_of(".:") != std::string_view::npos) {
        return result; // a colon only stands in an IPv6 address
    }
    result += '.';
    result += ns;
    result += ".svc.";
    result += domain;
    return result;
}

bool hostsMatch(std::string_view a, std::string_view b) {
    const bool wildA = isWildcard(a);
    const bool wildB = isWildcard(b);
    if (wildA && wildB) {
        return a.size() < b.size() ? b.ends_with(afterStar(a)) : a.ends_with(afterStar(b));
    }
    if (wildA) {
        return b.ends_with(afterStar(a));
    }
    return wildB ? a.ends_with(afterStar(b)) : a == b;
}

bool hostSubsetOf(std::string_view inner, std::string_view outer) {
    if (!isWildcard(outer)) {
        return inner == outer;
    }
    return (isWildcard(inner) ? afterStar(inner) : inner).ends_with(afterStar(outer));
}

bool moreSpecificHost(std::string_view a, std::string_view b) {
    if (isWildcard(a) != isWildcard(b)) {
        return !isWildcard(a);
    }
    return a.size() != b.size() ? a.size() > b.size() : a < b;
}

NamespacedHost splitNamespacedHost(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return {{}, std::string(text)};
    }
    return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

} // namespace meshdeck::policy
