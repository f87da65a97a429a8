// What a field or condition of an AuthorizationPolicy looks at, and one value of it against one request
// (facts/semantics.md 4.3).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/mesh_config.h"
#include "policy/security/jwt.h"
#include "policy/security/three_valued.h"

namespace meshdeck::policy::security {

enum class Attribute {
    SourceIp, RemoteIp, Namespace, ServiceAccount, TrustDomain, Principal, RequestPrincipal, // who calls
    Audience, Presenter, Claim, Header,
    DestinationIp, DestinationPort, Sni, Metadata, Host, Method, Path, // what is asked for
};

struct Key {
    Attribute attribute = Attribute::Header;
    std::vector<std::string> names; // header name; claim path; filter and key of Metadata
};

// The key of a `when` condition; nothing for one that Istio does not know: the whole rule is then dropped.
[[nodiscard]] std::optional<Key> conditionKey(std::string_view text);
// Only a proxy that reads HTTP can answer it.
[[nodiscard]] bool needsHttp(Attribute attribute);
// Conditions of the caller; the others are of the operation.
[[nodiscard]] bool ofCaller(Attribute attribute);
// "path", "source principal": what is missing when the answer is unknown.
[[nodiscard]] std::string_view words(Attribute attribute);

// One request and what is needed to judge it.
struct RequestView {
    const PeerRequest& request;
    const config::MeshConfig& mesh;
    const TokenView& token;
    std::string_view policyNamespace; // of the policy being looked at
};

// Does the value fit? Nothing when the value itself is malformed (an address, a port, a header without brackets).
[[nodiscard]] std::optional<Tri> matchValue(const Key& key, const std::string& value, const RequestView& view);
// What the request has there, for people; "" when it is not known or not there.
[[nodiscard]] std::string actualValue(const Key& key, const RequestView& view);

} // namespace meshdeck::policy::security
