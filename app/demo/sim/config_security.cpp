// PeerAuthentication and AuthorizationPolicy as the proxies read them (semantics.md 3.1, 4.3).
#include "app/demo/sim/config.h"
#include "app/demo/sim/json_access.h"

namespace meshdeck::demo {

namespace {

MtlsMode modeOf(const Json& value) {
    const std::string mode = textOf(member(value, "mode"));
    if (mode == "STRICT") {
        return MtlsMode::Strict;
    }
    if (mode == "PERMISSIVE") {
        return MtlsMode::Permissive;
    }
    return mode == "DISABLE" ? MtlsMode::Disable : MtlsMode::Unset;
}

ValueSet valueSet(const Json& object, const char* key, const char* notKey) {
    return {textListOf(member(object, key)), textListOf(member(object, notKey))};
}

AuthorizationRule::Source readSource(const Json& value) {
    AuthorizationRule::Source source;
    source.principals = valueSet(value, "principals", "notPrincipals");
    source.namespaces = valueSet(value, "namespaces", "notNamespaces");
    for (const char* key : {"ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks", "requestPrincipals",
                            "notRequestPrincipals", "serviceAccounts", "notServiceAccounts"}) {
        source.unsupported |= !textListOf(member(value, key)).empty();
    }
    return source;
}

AuthorizationRule::Operation readOperation(const Json& value) {
    AuthorizationRule::Operation operation;
    operation.hosts = valueSet(value, "hosts", "notHosts");
    operation.ports = valueSet(value, "ports", "notPorts");
    operation.methods = valueSet(value, "methods", "notMethods");
    operation.paths = valueSet(value, "paths", "notPaths");
    return operation;
}

AuthorizationRule readRule(const Json& value) {
    AuthorizationRule rule;
    const Json& from = member(value, "from");
    for (std::size_t i = 0; from.is_array() && i < from.size(); ++i) {
        rule.from.push_back(readSource(member(from[i], "source")));
    }
    const Json& to = member(value, "to");
    for (std::size_t i = 0; to.is_array() && i < to.size(); ++i) {
        rule.to.push_back(readOperation(member(to[i], "operation")));
    }
    const Json& when = member(value, "when");
    for (std::size_t i = 0; when.is_array() && i < when.size(); ++i) {
        rule.when.push_back({textOf(member(when[i], "key")), valueSet(when[i], "values", "notValues")});
    }
    return rule;
}

} // namespace

PeerAuthentication readPeerAuthentication(const Json& object) {
    PeerAuthentication peer;
    peer.ns = textOf(member(object, "metadata", "namespace"));
    peer.name = textOf(member(object, "metadata", "name"));
    peer.created = textOf(member(object, "metadata", "creationTimestamp"));
    const Json& spec = member(object, "spec");
    peer.selector = textMapOf(member(spec, "selector", "matchLabels"));
    peer.mode = modeOf(member(spec, "mtls"));
    const Json& ports = member(spec, "portLevelMtls");
    if (ports.is_object()) {
        for (const auto& [port, mode] : ports.items()) {
            peer.ports[std::atoi(port.c_str())] = modeOf(mode);
        }
    }
    return peer;
}

AuthorizationPolicy readAuthorizationPolicy(const Json& object) {
    using Action = AuthorizationPolicy::Action;
    AuthorizationPolicy policy;
    policy.ns = textOf(member(object, "metadata", "namespace"));
    policy.name = textOf(member(object, "metadata", "name"));
    const Json& spec = member(object, "spec");
    policy.selector = textMapOf(member(spec, "selector", "matchLabels"));
    const std::string action = textOf(member(spec, "action"));
    policy.action = action.empty() || action == "ALLOW" ? Action::Allow
                    : action == "DENY"                  ? Action::Deny
                                                        : Action::Other;
    // A dry run has no effect, and targetRefs are for waypoints, which these meshes have not (4.1, 4.2).
    const bool dryRun = textOf(member(object, "metadata", "annotations", "istio.io/dry-run")) == "true";
    if (dryRun || !member(spec, "targetRefs").is_null() || !member(spec, "targetRef").is_null()) {
        policy.action = Action::Other;
    }
    const Json& rules = member(spec, "rules");
    for (std::size_t i = 0; rules.is_array() && i < rules.size(); ++i) {
        policy.rules.push_back(readRule(rules[i]));
    }
    return policy;
}

} // namespace meshdeck::demo
