#include "config/typed/security.h"

#include <charconv>

#include "config/typed/fields.h"
#include "config/typed/readers.h"

namespace meshdeck::config::readers {

using namespace fields;

namespace {

MtlsMode modeOf(const Json& json) {
    const std::string mode = textMember(json, "mode");
    return mode == "DISABLE"      ? MtlsMode::Disable
           : mode == "PERMISSIVE" ? MtlsMode::Permissive
           : mode == "STRICT"     ? MtlsMode::Strict
                                  : MtlsMode::Unset;
}

void readJwtRule(const Json& json, JwtRule& out) {
    get(json, "issuer", out.issuer);
    get(json, "audiences", out.audiences);
    get(json, "jwksUri", out.jwksUri);
    get(json, "jwks", out.jwks);
    pairs(json, "fromHeaders", "name", "prefix", out.fromHeaders);
    get(json, "fromParams", out.fromParams);
    get(json, "fromCookies", out.fromCookies);
    get(json, "forwardOriginalToken", out.forwardOriginalToken);
    get(json, "outputPayloadToHeader", out.outputPayloadToHeader);
    pairs(json, "outputClaimToHeaders", "header", "claim", out.outputClaimToHeaders);
}

void readSource(const Json& entry, AuthorizationSource& out) {
    const Json* json = objectMember(entry, "source");
    if (json == nullptr) {
        return;
    }
    get(*json, "principals", out.principals);
    get(*json, "notPrincipals", out.notPrincipals);
    get(*json, "requestPrincipals", out.requestPrincipals);
    get(*json, "notRequestPrincipals", out.notRequestPrincipals);
    get(*json, "namespaces", out.namespaces);
    get(*json, "notNamespaces", out.notNamespaces);
    get(*json, "serviceAccounts", out.serviceAccounts);
    get(*json, "notServiceAccounts", out.notServiceAccounts);
    get(*json, "trustDomains", out.trustDomains);
    get(*json, "notTrustDomains", out.notTrustDomains);
    get(*json, "ipBlocks", out.ipBlocks);
    get(*json, "notIpBlocks", out.notIpBlocks);
    get(*json, "remoteIpBlocks", out.remoteIpBlocks);
    get(*json, "notRemoteIpBlocks", out.notRemoteIpBlocks);
}

void readOperation(const Json& entry, AuthorizationOperation& out) {
    const Json* json = objectMember(entry, "operation");
    if (json == nullptr) {
        return;
    }
    get(*json, "hosts", out.hosts);
    get(*json, "notHosts", out.notHosts);
    get(*json, "ports", out.ports);
    get(*json, "notPorts", out.notPorts);
    get(*json, "methods", out.methods);
    get(*json, "notMethods", out.notMethods);
    get(*json, "paths", out.paths);
    get(*json, "notPaths", out.notPaths);
}

void readCondition(const Json& json, AuthorizationCondition& out) {
    get(json, "key", out.key);
    get(json, "values", out.values);
    get(json, "notValues", out.notValues);
}

void readRule(const Json& json, AuthorizationRule& out) {
    list(json, "from", out.from, readSource);
    list(json, "to", out.to, readOperation);
    list(json, "when", out.when, readCondition);
}

bool isDryRun(const Json& object) {
    const Json* metadata = objectMember(object, "metadata");
    const Json* annotations = metadata != nullptr ? objectMember(*metadata, "annotations") : nullptr;
    return annotations != nullptr && textMember(*annotations, "istio.io/dry-run") == "true";
}

} // namespace

PeerAuthentication peerAuthentication(const Json& object) {
    const Json& spec = specOf(object);
    PeerAuthentication out;
    matchLabels(spec, "selector", out.selector);
    if (const Json* mtls = objectMember(spec, "mtls")) {
        out.mode = modeOf(*mtls);
    }
    if (const Json* ports = objectMember(spec, "portLevelMtls")) {
        for (const auto& [key, value] : ports->items()) {
            std::uint32_t port = 0;
            const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), port);
            if (error == std::errc() && end == key.data() + key.size()) {
                out.ports.emplace_back(port, modeOf(value));
            }
        }
    }
    return out;
}

RequestAuthentication requestAuthentication(const Json& object) {
    const Json& spec = specOf(object);
    RequestAuthentication out;
    target(spec, out.target);
    list(spec, "jwtRules", out.rules, readJwtRule);
    return out;
}

AuthorizationPolicy authorizationPolicy(const Json& object) {
    const Json& spec = specOf(object);
    AuthorizationPolicy out;
    target(spec, out.target);
    const std::string action = textMember(spec, "action");
    out.action = action == "DENY"     ? AuthorizationAction::Deny
                 : action == "AUDIT"  ? AuthorizationAction::Audit
                 : action == "CUSTOM" ? AuthorizationAction::Custom
                                      : AuthorizationAction::Allow;
    if (const Json* provider = objectMember(spec, "provider")) {
        get(*provider, "name", out.provider);
    }
    list(spec, "rules", out.rules, readRule);
    out.hasRules = !out.rules.empty();
    out.dryRun = isDryRun(object);
    return out;
}

} // namespace meshdeck::config::readers
