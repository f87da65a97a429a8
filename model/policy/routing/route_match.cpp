#include "policy/routing/route_match.h"

#include <algorithm>

#include <re2/re2.h>

namespace meshdeck::policy {

using config::StringMatch;

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool startsWith(std::string_view value, std::string_view prefix, bool ignoreCase) {
    if (!ignoreCase) {
        return value.starts_with(prefix);
    }
    return value.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), value.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

constexpr std::string_view kClaims = "@request.auth.claims";

// The claim names behind "@request.auth.claims.a.b" or "@request.auth.claims[a][b]"; empty when it is a plain header.
std::vector<std::string> claimPath(std::string_view header) {
    std::vector<std::string> path;
    if (!startsWith(header, kClaims, true) || header.size() == kClaims.size()) {
        return path;
    }
    std::string_view rest = header.substr(kClaims.size());
    if (rest.front() == '.') {
        rest.remove_prefix(1);
        while (!rest.empty()) {
            const std::string_view name = rest.substr(0, rest.find('.'));
            path.emplace_back(name);
            rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        }
        return path;
    }
    while (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) {
            return {};
        }
        path.emplace_back(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
    }
    return rest.empty() ? path : std::vector<std::string>{};
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        text += (text.empty() ? "" : ", ") + value;
    }
    return text;
}

} // namespace

struct CompiledString::Regex {
    explicit Regex(const std::string& pattern) : re(pattern, RE2::Quiet) {}
    RE2 re;
};

CompiledString::CompiledString(const StringMatch& match, bool ignoreCase) : m_match(match), m_ignoreCase(ignoreCase) {
    if (match.kind == StringMatch::Kind::Regex) {
        m_regex = std::make_unique<Regex>(match.value);
    }
}
CompiledString::~CompiledString() = default;
CompiledString::CompiledString(CompiledString&&) noexcept = default;
CompiledString& CompiledString::operator=(CompiledString&&) noexcept = default;

bool CompiledString::matches(std::string_view value) const {
    switch (m_match.kind) {
    case StringMatch::Kind::Present:
        return true;
    case StringMatch::Kind::Exact:
        return value.size() == m_match.value.size() && startsWith(value, m_match.value, m_ignoreCase);
    case StringMatch::Kind::Prefix:
        return startsWith(value, m_match.value, m_ignoreCase);
    case StringMatch::Kind::Regex:
        // An expression that RE2 refuses is refused by istiod too; here it matches nothing.
        return m_regex->re.ok() && RE2::FullMatch(re2::StringPiece(value.data(), value.size()), m_regex->re);
    }
    return false;
}

std::string_view CompiledString::word() const {
    switch (m_match.kind) {
    case StringMatch::Kind::Present:
        return "present";
    case StringMatch::Kind::Exact:
        return "exact";
    case StringMatch::Kind::Prefix:
        return "prefix";
    case StringMatch::Kind::Regex:
        return "regex";
    }
    return {};
}

// A header, a claim of the token, or a query parameter.
struct CompiledMatch::Named {
    Named(const std::string& written, const StringMatch& match, bool lowerCase) : name(written), value(match) {
        claim = lowerCase ? claimPath(written) : std::vector<std::string>{};
        if (lowerCase && claim.empty()) {
            std::ranges::transform(name, name.begin(), lower);
        }
    }
    // Envoy matches a list claim when one of its strings matches; a claim has no presence form of its own.
    [[nodiscard]] bool headerMatches(const RequestView& request, bool missingIsEmpty) const {
        if (!claim.empty()) {
            return std::ranges::any_of(request.claim(claim), [this](const auto& text) { return value.matches(text); });
        }
        const std::string* found = request.header(name);
        if (found == nullptr) {
            return missingIsEmpty && !value.present() && value.matches("");
        }
        return value.matches(*found);
    }
    [[nodiscard]] std::string got(const RequestView& request) const {
        if (!claim.empty()) {
            return joined(request.claim(claim));
        }
        const std::string* found = request.header(name);
        return found == nullptr ? std::string() : *found;
    }

    std::string name;
    std::vector<std::string> claim;
    CompiledString value;
};

CompiledMatch::CompiledMatch(const config::HttpMatch& match) : m_segmentPrefix(match.pathSegmentPrefix) {
    if (match.uri && match.uri->kind != StringMatch::Kind::Present) {
        StringMatch uri = *match.uri;
        m_segmentPrefix = m_segmentPrefix && uri.kind == StringMatch::Kind::Prefix && uri.value != "/";
        if (m_segmentPrefix && uri.value.ends_with('/')) {
            uri.value.pop_back();
        }
        m_uri.emplace(uri, match.ignoreUriCase);
    }
    const auto add = [](std::optional<CompiledString>& to, const std::optional<StringMatch>& from) {
        if (from) {
            to.emplace(*from);
        }
    };
    add(m_scheme, match.scheme);
    add(m_method, match.method);
    add(m_authority, match.authority);
    for (const auto& [name, value] : match.headers) {
        m_headers.emplace_back(name, value, true);
    }
    for (const auto& [name, value] : match.withoutHeaders) {
        m_withoutHeaders.emplace_back(name, value, true);
    }
    for (const auto& [name, value] : match.queryParams) {
        m_parameters.emplace_back(name, value, false);
    }
    bool anyPath = !m_uri;
    if (m_uri) {
        const StringMatch& uri = m_uri->written();
        anyPath = (uri.kind == StringMatch::Kind::Prefix && uri.value == "/") ||
                  (uri.kind == StringMatch::Kind::Regex && uri.value == ".*");
    }
    m_catchAll = anyPath && !m_scheme && !m_method && !m_authority && m_headers.empty() && m_withoutHeaders.empty() &&
                 m_parameters.empty();
}
CompiledMatch::~CompiledMatch() = default;

bool CompiledMatch::pathMatches(std::string_view path) const {
    if (!m_uri->matches(path)) {
        return false;
    }
    const std::size_t length = m_uri->written().value.size();
    return !m_segmentPrefix || path.size() == length || path[length] == '/';
}

CompiledMatch::Verdict CompiledMatch::judge(const RequestView& request) const {
    if (m_uri && !pathMatches(request.path())) {
        return {Failed::Uri, 0};
    }
    if (m_scheme && !m_scheme->matches(request.scheme())) {
        return {Failed::Scheme, 0};
    }
    if (m_method && !m_method->matches(request.method())) {
        return {Failed::Method, 0};
    }
    if (m_authority && !m_authority->matches(request.authority())) {
        return {Failed::Authority, 0};
    }
    for (std::size_t i = 0; i < m_headers.size(); ++i) {
        if (!m_headers[i].headerMatches(request, false)) {
            return {Failed::Header, i};
        }
    }
    for (std::size_t i = 0; i < m_withoutHeaders.size(); ++i) {
        if (m_withoutHeaders[i].headerMatches(request, true)) {
            return {Failed::WithoutHeader, i};
        }
    }
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const std::string_view* value = request.queryParameter(m_parameters[i].name);
        if (value == nullptr || !m_parameters[i].value.matches(*value)) {
            return {Failed::Parameter, i};
        }
    }
    return {};
}

bool CompiledMatch::matches(const RequestView& request) const {
    return judge(request).what == Failed::None;
}

std::optional<FailedCondition> CompiledMatch::firstFailure(const RequestView& request) const {
    const Verdict verdict = judge(request);
    const auto plain = [](const std::string& field, const CompiledString& wanted, std::string_view got) {
        return FailedCondition{field + " " + std::string(wanted.word()), wanted.written().value, std::string(got)};
    };
    switch (verdict.what) {
    case Failed::None:
        return std::nullopt;
    case Failed::Uri:
        return plain("uri", *m_uri, request.path());
    case Failed::Scheme:
        return plain("scheme", *m_scheme, request.scheme());
    case Failed::Method:
        return plain("method", *m_method, request.method());
    case Failed::Authority:
        return plain("authority", *m_authority, request.authority());
    case Failed::Header: {
        const Named& named = m_headers[verdict.index];
        return plain("headers[" + named.name + "]", named.value, named.got(request));
    }
    case Failed::WithoutHeader: {
        const Named& named = m_withoutHeaders[verdict.index];
        return plain("withoutHeaders[" + named.name + "]", named.value, named.got(request));
    }
    case Failed::Parameter: {
        const Named& named = m_parameters[verdict.index];
        const std::string_view* got = request.queryParameter(named.name);
        return plain("queryParams[" + named.name + "]", named.value, got == nullptr ? std::string_view{} : *got);
    }
    }
    return std::nullopt;
}

} // namespace meshdeck::policy
