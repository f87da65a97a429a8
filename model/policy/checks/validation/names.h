// Names as the API and istiod's webhook demand them.
#pragma once

#include <string>
#include <string_view>

namespace meshdeck::policy::validation {

[[nodiscard]] bool isDnsLabel(std::string_view text); // RFC 1123, at most 63 characters
// What is wrong with a host: dots divide DNS labels, the first of which may begin with "*". "" when nothing is.
[[nodiscard]] std::string domainProblem(std::string_view host, bool wildcard);
// "*x.example.com": a wildcard that is not a whole label.
[[nodiscard]] bool isPartialWildcard(std::string_view host);
// "ns/host" of a Sidecar's egress or, without a namespace too, of a Gateway's server.
[[nodiscard]] std::string namespacedHostProblem(std::string_view text, bool gateway);
// An address or a range of addresses (CIDR).
[[nodiscard]] bool isAddressOrRange(std::string_view text);
// Words that Istio takes for a protocol.
[[nodiscard]] bool isProtocol(std::string_view word);
[[nodiscard]] bool isPort(double number);

} // namespace meshdeck::policy::validation
