#include "policy/security/value_match.h"

#include <algorithm>

namespace meshdeck::policy::security {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal(std::string_view a, std::string_view b, Case sensitivity) {
    return sensitivity == Case::Sensitive ? a == b : equalsIgnoringCase(a, b);
}

} // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool matchesPattern(std::string_view pattern, std::string_view text, Case sensitivity) {
    if (pattern == "*") {
        return !text.empty();
    }
    if (pattern.starts_with('*')) {
        pattern.remove_prefix(1);
        return text.size() >= pattern.size() && equal(text.substr(text.size() - pattern.size()), pattern, sensitivity);
    }
    if (pattern.ends_with('*')) {
        pattern.remove_suffix(1);
        return text.size() >= pattern.size() && equal(text.substr(0, pattern.size()), pattern, sensitivity);
    }
    return equal(text, pattern, sensitivity);
}

bool matchesGlob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos; // the last '*', to which we go back
    std::size_t afterStar = 0;                 // how far the text that it stands for reaches
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            afterStar = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++afterStar;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

bool principalMatches(std::string_view pattern, std::string_view identity) {
    return !identity.empty() && matchesPattern(pattern, identity);
}

bool namespaceMatches(std::string_view pattern, std::string_view identity) {
    if (identity.empty()) {
        return false;
    }
    // Istio compares with the whole identity, so that a '*' could reach over slashes.
    return matchesGlob("*/ns/" + std::string(pattern) + "/*", identity);
}

bool serviceAccountMatches(std::string_view value, std::string_view policyNamespace, std::string_view identity) {
    const std::size_t slash = value.find('/');
    const std::string_view ns = slash == std::string_view::npos ? policyNamespace : value.substr(0, slash);
    const std::string_view account = slash == std::string_view::npos ? value : value.substr(slash + 1);
    const std::string space = "/ns/" + std::string(ns) + "/";
    const std::string wanted = "sa/" + std::string(account);
    // Other pairs may stand between the two and after them.
    for (std::size_t at = identity.find(space, 1); at != std::string_view::npos; at = identity.find(space, at + 1)) {
        const std::string_view rest = identity.substr(at + space.size());
        for (std::size_t in = rest.find(wanted); in != std::string_view::npos; in = rest.find(wanted, in + 1)) {
            const std::size_t end = in + wanted.size();
            const bool begins = in == 0 || rest[in - 1] == '/';
            const bool ends = end == rest.size() || (rest[end] == '/' && end + 1 < rest.size());
            if (begins && ends) {
                return true;
            }
        }
    }
    return false;
}

bool trustDomainMatches(std::string_view pattern, std::string_view identity) {
    const std::size_t slash = identity.find('/');
    return slash != std::string_view::npos && slash > 0 && matchesPattern(pattern, identity.substr(0, slash));
}

} // namespace meshdeck::policy::security
