// Host names as Istio compares them (facts/semantics.md 1.1, 1.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::policy {

// A host without any dot becomes "<host>.<ns>.svc.<domain>"; "*", addresses and dotted names stay as they are.
[[nodiscard]] std::string resolveShortName(std::string_view host, std::string_view ns, std::string_view domain);
// Symmetric: equal, or a wildcard with the other's suffix. "*.foo.com" does not match "foo.com".
[[nodiscard]] bool hostsMatch(std::string_view a, std::string_view b);
// Every name `inner` stands for is one that `outer` stands for.
[[nodiscard]] bool hostSubsetOf(std::string_view inner, std::string_view outer);
// Most specific first: exact before wildcard, then the longer, then by text.
[[nodiscard]] bool moreSpecificHost(std::string_view a, std::string_view b);
[[nodiscard]] bool isWildcard(std::string_view host);
// "ns/host" of gateways and Sidecars; namespace "" when there is none.
struct NamespacedHost {
    std::string ns;
    std::string host;
};
[[nodiscard]] NamespacedHost splitNamespacedHost(std::string_view text);
// IPv4 or IPv6 literal.
[[nodiscard]] bool isAddress(std::string_view text);

} // namespace meshdeck::policy
