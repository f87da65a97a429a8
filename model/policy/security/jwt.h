// Tokens as RequestAuthentication judges them (facts/semantics.md 4.5), in the order Envoy checks them: form, issuer,
// time, audience, signature.
#pragma once

#include "config/json.h"
#include "policy/security/authorization.h"
#include "policy/security/three_valued.h"

namespace meshdeck::policy::security {

// What authorization may know of a request's token.
struct TokenView {
    Tri valid = Tri::No;                           // a token was accepted: claims are set
    config::Json claims = config::Json::object();  // with iss, sub and aud
};
[[nodiscard]] TokenView tokenView(const PolicySet& policies, const PeerRequest& request);

// The values of a claim as texts: of a string or of a list of strings; "scope" and "permission" are split at spaces.
[[nodiscard]] std::vector<std::string> claimValues(const config::Json& claims, const std::vector<std::string>& path);

} // namespace meshdeck::policy::security
