// PeerAuthentication, RequestAuthentication and AuthorizationPolicy (facts/semantics.md 3 and 4).
#pragma once

#include <cstdint>

#include "config/typed/string_match.h"

namespace meshdeck::config {

enum class MtlsMode { Unset, Disable, Permissive, Strict };

struct PeerAuthentication {
    std::optional<mesh::Labels> selector;
    MtlsMode mode = MtlsMode::Unset;
    std::vector<std::pair<std::uint32_t, MtlsMode>> ports; // of the container
};

struct JwtRule {
    std::string issuer;
    std::vector<std::string> audiences;
    std::string jwksUri;
    std::string jwks;
    StringPairs fromHeaders; // name, prefix
    std::vector<std::string> fromParams;
    std::vector<std::string> fromCookies;
    bool forwardOriginalToken = false;
    std::string outputPayloadToHeader;
    StringPairs outputClaimToHeaders; // header, claim
};
struct RequestAuthentication {
    PolicyTarget target;
    std::vector<JwtRule> rules;
};

struct AuthorizationSource {
    std::vector<std::string> principals, notPrincipals, requestPrincipals, notRequestPrincipals, namespaces,
        notNamespaces, serviceAccounts, notServiceAccounts, trustDomains, notTrustDomains, ipBlocks, notIpBlocks,
        remoteIpBlocks, notRemoteIpBlocks;
};
struct AuthorizationOperation {
    std::vector<std::string> hosts, notHosts, ports, notPorts, methods, notMethods, paths, notPaths;
};
struct AuthorizationCondition {
    std::string key;
    std::vector<std::string> values, notValues;
};
struct AuthorizationRule {
    std::vector<AuthorizationSource> from; // empty: any
    std::vector<AuthorizationOperation> to;
    std::vector<AuthorizationCondition> when;
};

enum class AuthorizationAction { Allow, Deny, Audit, Custom };

struct AuthorizationPolicy {
    PolicyTarget target;
    AuthorizationAction action = AuthorizationAction::Allow;
    std::string provider; // of CUSTOM
    std::vector<AuthorizationRule> rules;
    bool hasRules = false; // `rules` is there and not empty
    bool dryRun = false;   // annotation istio.io/dry-run
};

} // namespace meshdeck::config
