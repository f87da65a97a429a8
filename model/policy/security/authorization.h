// May this caller do this? AuthorizationPolicy and RequestAuthentication on one workload (facts/semantics.md 4).
#pragma once

#include <string>
#include <vector>

#include "policy/request.h"

namespace meshdeck::policy {

// One connection or request as the server's proxy sees it. What is not known (an edge seen only in metrics) is absent
// and makes conditions on it three-valued.
struct PeerRequest {
    bool http = true;
    std::optional<std::string> principal; // without "spiffe://"; "" plaintext: no identity
    std::optional<std::string> sourceAddress;
    std::optional<std::string> remoteAddress;
    std::uint32_t port = 0; // of the workload
    std::optional<std::string> host, method, path; // path without query
    std::optional<Headers> headers;
    std::optional<std::string> sni;
    std::string destinationAddress;
    bool tokenKnown = true;  // false: whether there is a token is not known
    std::optional<Jwt> jwt;  // as sent; RequestAuthentication decides what it is worth
};

// The policies that select a workload, ready for many questions (4.1).
struct PolicySet {
    std::vector<ConfigObjectPtr> custom, audit, deny, allow; // enforced
    std::vector<ConfigObjectPtr> dryRun;
    std::vector<ConfigObjectPtr> requestAuthentications;
};
// `service`: whose traffic a waypoint handles; policies attached to it count there.
[[nodiscard]] PolicySet policiesFor(const World& world, const Proxy& server, const Service* service = nullptr);

// The token's outcome (4.5): absent when the request may go on; else what the proxy answers.
struct JwtOutcome {
    std::optional<int> status; // 401 or 403
    std::string body;          // Envoy's words
    bool valid = false;        // a token was accepted: request.auth.* are set
    bool unknown = false;      // there is a token, but only as text: whether it is good cannot be told
    ConfigObjectPtr object;
};
[[nodiscard]] JwtOutcome checkJwt(const PolicySet& policies, const PeerRequest& request);

// 4.2 to 4.4: order CUSTOM, JWT, DENY, ALLOW; on TCP and ztunnel by their own rules.
// `rejected` gets the conditions that kept every ALLOW rule from matching, when that is why the answer is Deny.
[[nodiscard]] AuthorizationResult authorize(const World& world, const PolicySet& policies, const Proxy& server,
                                            const PeerRequest& request, std::vector<Rejection>* rejected = nullptr);

// The words of a proxy that refuses.
inline constexpr std::string_view kAccessDenied = "RBAC: access denied";

} // namespace meshdeck::policy
