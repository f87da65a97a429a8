#include "policy/checks/match_cover.h"

#include <algorithm>

#include <re2/re2.h>

#include "policy/checks/check_context.h"

namespace meshdeck::policy {
namespace {

using config::HttpMatch;
using config::StringMatch;
using Kind = config::StringMatch::Kind;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

bool regexTakes(const std::string& pattern, const std::string& value) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 compiled(pattern, options);
    return compiled.ok() && re2::RE2::FullMatch(value, compiled);
}

bool takesAll(const StringMatch& match) {
    return match.kind == Kind::Present || (match.kind == Kind::Regex && match.value == ".*") ||
           (match.kind == Kind::Prefix && match.value.empty());
}

// Every value the later condition takes, the earlier one takes too.
bool covers(const StringMatch& earlier, const StringMatch& later) {
    if (takesAll(earlier) || earlier == later) {
        return true;
    }
    switch (earlier.kind) {
    case Kind::Prefix:
        return (later.kind == Kind::Exact || later.kind == Kind::Prefix) && later.value.starts_with(earlier.value);
    case Kind::Regex: return later.kind == Kind::Exact && regexTakes(earlier.value, later.value);
    default: return false;
    }
}

bool covers(const std::optional<StringMatch>& earlier, const std::optional<StringMatch>& later) {
    return !earlier || (later && covers(*earlier, *later));
}

// Paths begin with a slash, so the prefix "/" takes them all, those of a regular expression too.
bool uriCovers(const HttpMatch& earlier, const HttpMatch& later) {
    if (!earlier.uri || takesAll(*earlier.uri) || (earlier.uri->kind == Kind::Prefix && earlier.uri->value == "/")) {
        return true;
    }
    if (!later.uri || (later.ignoreUriCase && !earlier.ignoreUriCase)) {
        return false;
    }
    StringMatch a = *earlier.uri;
    StringMatch b = *later.uri;
    if (earlier.ignoreUriCase && a.kind != Kind::Regex) {
        a.value = lower(a.value);
        b.value = b.kind == Kind::Regex ? b.value : lower(b.value);
    }
    return a.kind == Kind::Regex && later.ignoreUriCase ? a == b && b.kind == Kind::Regex : covers(a, b);
}

// Each condition of the earlier list follows from one on the same name in the later list.
bool listCovers(const config::StringMatches& earlier, const config::StringMatches& later) {
    return std::all_of(earlier.begin(), earlier.end(), [&](const auto& wanted) {
        return std::any_of(later.begin(), later.end(), [&](const auto& entry) {
            return entry.first == wanted.first && covers(wanted.second, entry.second);
        });
    });
}

// Conditions that must not hold: only the very same one is sure to exclude the same requests.
bool withoutCovers(const config::StringMatches& earlier, const config::StringMatches& later) {
    return std::all_of(earlier.begin(), earlier.end(), [&](const auto& wanted) {
        return std::find(later.begin(), later.end(), wanted) != later.end();
    });
}

// Which proxies a match is for: the gateways it names, and only without them the labels and namespace of the client.
bool proxiesCovered(const HttpMatch& earlier, const HttpMatch& later, const std::vector<std::string>& gateways) {
    const std::vector<std::string>& own = gateways.empty() ? std::vector<std::string>{"mesh"} : gateways;
    if (!earlier.gateways.empty()) {
        const std::vector<std::string>& wanted = later.gateways.empty() ? own : later.gateways;
        return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
            return std::find(earlier.gateways.begin(), earlier.gateways.end(), one) != earlier.gateways.end();
        });
    }
    if (!later.gateways.empty()) {
        return earlier.sourceLabels.empty() && earlier.sourceNamespace.empty();
    }
    return includes(later.sourceLabels, earlier.sourceLabels) &&
           (earlier.sourceNamespace.empty() || earlier.sourceNamespace == later.sourceNamespace);
}

} // namespace

bool covers(const HttpMatch& earlier, const HttpMatch& later, const std::vector<std::string>& gateways) {
    return uriCovers(earlier, later) && covers(earlier.scheme, later.scheme) && covers(earlier.method, later.method) &&
           covers(earlier.authority, later.authority) && listCovers(earlier.headers, later.headers) &&
           listCovers(earlier.queryParams, later.queryParams) &&
           withoutCovers(earlier.withoutHeaders, later.withoutHeaders) && (!earlier.port || earlier.port == later.port) &&
           proxiesCovered(earlier, later, gateways);
}

} // namespace meshdeck::policy
