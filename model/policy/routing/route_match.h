// The conditions of one match of an HTTP rule, ready to be asked for many requests (facts/semantics.md 1.6). Regular
// expressions are RE2 and match the whole value, as in Envoy; they are compiled once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/routing/request_view.h"

namespace meshdeck::policy {

// A condition that did not hold: "headers[end-user] exact", "jason", "maria".
struct FailedCondition {
    std::string condition;
    std::string wanted;
    std::string got;
};

// One StringMatch, compiled.
class CompiledString {
public:
    explicit CompiledString(const config::StringMatch& match, bool ignoreCase = false);
    ~CompiledString();
    CompiledString(CompiledString&&) noexcept;
    CompiledString& operator=(CompiledString&&) noexcept;

    [[nodiscard]] bool matches(std::string_view value) const;
    [[nodiscard]] bool present() const { return m_match.kind == config::StringMatch::Kind::Present; }
    [[nodiscard]] const config::StringMatch& written() const { return m_match; }
    [[nodiscard]] std::string_view word() const; // "exact", "prefix", "regex", "present"

private:
    struct Regex;
    config::StringMatch m_match;
    bool m_ignoreCase = false;
    std::unique_ptr<Regex> m_regex; // null: no regular expression
};

class CompiledMatch {
public:
    explicit CompiledMatch(const config::HttpMatch& match);
    ~CompiledMatch();
    CompiledMatch(const CompiledMatch&) = delete;
    CompiledMatch& operator=(const CompiledMatch&) = delete;

    [[nodiscard]] bool matches(const RequestView& request) const;
    // The first condition that does not hold, in the order path, scheme, method, authority, headers, withoutHeaders,
    // queryParams; absent when the request matches.
    [[nodiscard]] std::optional<FailedCondition> firstFailure(const RequestView& request) const;
    // Takes every request: prefix "/" or regex ".*" and nothing else.
    [[nodiscard]] bool catchAll() const { return m_catchAll; }

private:
    struct Named;     // header or query parameter
    enum class Failed { None, Uri, Scheme, Method, Authority, Header, WithoutHeader, Parameter };
    struct Verdict {
        Failed what = Failed::None;
        std::size_t index = 0;
    };
    [[nodiscard]] Verdict judge(const RequestView& request) const;
    [[nodiscard]] bool pathMatches(std::string_view path) const;

    std::optional<CompiledString> m_uri, m_scheme, m_method, m_authority;
    std::vector<Named> m_headers, m_withoutHeaders, m_parameters;
    bool m_segmentPrefix = false;
    bool m_catchAll = false;
};

} // namespace meshdeck::policy
