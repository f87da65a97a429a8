// How AuthorizationPolicy compares text (facts/semantics.md 4.3): exact, "prefix*", "*suffix", "*" for anything that is
// not empty; and the identities in certificates.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::policy::security {

enum class Case { Sensitive, Ignored };

// Exact, prefix, suffix or "*" (not empty).
[[nodiscard]] bool matchesPattern(std::string_view pattern, std::string_view text, Case sensitivity = Case::Sensitive);
// Every '*' stands for any text, an empty one too; all else is literal.
[[nodiscard]] bool matchesGlob(std::string_view pattern, std::string_view text);
[[nodiscard]] bool equalsIgnoringCase(std::string_view a, std::string_view b);

// The following take an identity without "spiffe://"; an empty one never matches.
// `pattern` of `principals`: "*", "*suffix", "prefix*" or exact.
[[nodiscard]] bool principalMatches(std::string_view pattern, std::string_view identity);
// `pattern` of `namespaces`: compared with what stands between "/ns/" and the next slash; '*' anywhere.
[[nodiscard]] bool namespaceMatches(std::string_view pattern, std::string_view identity);
// `value` of `serviceAccounts`: "sa" of `policyNamespace`, or "ns/sa".
[[nodiscard]] bool serviceAccountMatches(std::string_view value, std::string_view policyNamespace,
                                         std::string_view identity);
// `pattern` of `trustDomains`.
[[nodiscard]] bool trustDomainMatches(std::string_view pattern, std::string_view identity);

} // namespace meshdeck::policy::security
