#include "app/demo/sim/policy.h"

#include <algorithm>
#include <set>

namespace meshdeck::demo {

namespace {

constexpr const char* kRootNamespace = "istio-system";
using Rule = AuthorizationRule;

// exact, "prefix*", "*suffix" or "*" (anything but empty).
bool textMatches(const std::string& pattern, const std::string& value) {
    if (pattern == "*") {
        return !value.empty();
    }
    if (pattern.ends_with('*')) {
        return value.starts_with(pattern.substr(0, pattern.size() - 1));
    }
    if (pattern.starts_with('*')) {
        return value.ends_with(pattern.substr(1));
    }
    return pattern == value;
}

bool anyOf(const std::vector<std::string>& patterns, const std::string& value) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return textMatches(pattern, value); });
}

bool holds(const ValueSet& set, const std::string& value) {
    return (set.values.empty() || anyOf(set.values, value)) && !anyOf(set.notValues, value);
}

std::string lowered(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

// Identities are written without their scheme in policies.
std::string identityOf(const AuthorizedRequest& request) {
    constexpr std::string_view scheme = "spiffe://";
    return request.principal.starts_with(scheme) ? request.principal.substr(scheme.size()) : request.principal;
}

std::string namespaceOf(const AuthorizedRequest& request) {
    const std::size_t at = request.principal.find("/ns/");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t end = request.principal.find('/', at + 4);
    return request.principal.substr(at + 4, end - at - 4);
}

bool sourceHolds(const Rule::Source& source, const AuthorizedRequest& request) {
    return !source.unsupported && holds(source.principals, identityOf(request)) &&
           holds(source.namespaces, namespaceOf(request));
}

// HTTP fields of a rule do not count on a TCP port: that widens a DENY, and an ALLOW with them never gets here (4.4).
bool operationHolds(const Rule::Operation& operation, const AuthorizedRequest& request) {
    if (!holds(operation.ports, std::to_string(request.port))) {
        return false;
    }
    if (request.tcp) {
        return true;
    }
    return holds(operation.methods, request.method) && holds(operation.paths, request.path) &&
           holds(operation.hosts, lowered(request.host));
}

bool conditionHolds(const Rule::Condition& condition, const AuthorizedRequest& request) {
    if (condition.key == "source.principal") {
        return holds(condition.values, identityOf(request));
    }
    if (condition.key == "source.namespace") {
        return holds(condition.values, namespaceOf(request));
    }
    if (condition.key == "destination.port") {
        return holds(condition.values, std::to_string(request.port));
    }
    constexpr std::string_view header = "request.headers[";
    if (condition.key.starts_with(header) && condition.key.ends_with(']')) {
        const std::string name = condition.key.substr(header.size(), condition.key.size() - header.size() - 1);
        const bool present = request.headers != nullptr && request.headers->contains(name);
        return holds(condition.values, present ? request.headers->at(name) : std::string());
    }
    return condition.values.values.empty(); // no request here carries a JWT or an address that a rule could name
}

bool ruleHolds(const Rule& rule, const AuthorizedRequest& request) {
    const bool from = rule.from.empty() || std::any_of(rule.from.begin(), rule.from.end(), [&](const auto& source) {
                          return sourceHolds(source, request);
                      });
    const bool to = rule.to.empty() || std::any_of(rule.to.begin(), rule.to.end(), [&](const auto& operation) {
                        return operationHolds(operation, request);
                    });
    return from && to && std::all_of(rule.when.begin(), rule.when.end(), [&](const auto& condition) {
               return conditionHolds(condition, request);
           });
}

bool needsHttp(const Rule& rule) {
    return std::any_of(rule.to.begin(), rule.to.end(), [](const auto& operation) { return operation.needsHttp(); }) ||
           std::any_of(rule.when.begin(), rule.when.end(),
                       [](const auto& condition) { return condition.key.starts_with("request."); });
}

bool anyRule(const AuthorizationPolicy& policy, const AuthorizedRequest& request) {
    const bool allow = policy.action == AuthorizationPolicy::Action::Allow;
    return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
        return !(request.tcp && allow && needsHttp(rule)) && ruleHolds(rule, request);
    });
}

// The mode of the oldest policy of a level, when it sets one.
void applyLevel(const Config& config, const std::string& ns, const Workload& workload, bool bySelector, int port,
                MtlsMode& mode) {
    const auto found = config.peersByNamespace.find(ns);
    if (found == config.peersByNamespace.end()) {
        return;
    }
    for (const std::size_t index : found->second) {
        const PeerAuthentication& peer = config.peerAuthentications[index];
        if (peer.selector.empty() == bySelector || (bySelector && !selects(peer.selector, workload.labels))) {
            continue;
        }
        if (peer.mode != MtlsMode::Unset) {
            mode = peer.mode;
        }
        const auto level = peer.ports.find(port);
        if (bySelector && level != peer.ports.end() && level->second != MtlsMode::Unset) {
            mode = level->second;
        }
        return;
    }
}

bool namespaceDisables(const Config& config, const Workload& server) {
    MtlsMode mode = MtlsMode::Permissive;
    applyLevel(config, kRootNamespace, server, false, 0, mode);
    applyLevel(config, server.ns, server, false, 0, mode);
    return mode == MtlsMode::Disable;
}

} // namespace

MtlsMode peerMode(const Config& config, const Workload& workload, int targetPort) {
    MtlsMode mode = MtlsMode::Permissive;
    applyLevel(config, kRootNamespace, workload, false, targetPort, mode);
    if (workload.ns != kRootNamespace) {
        applyLevel(config, workload.ns, workload, false, targetPort, mode);
        applyLevel(config, workload.ns, workload, true, targetPort, mode);
    }
    return mode;
}

Transport transportOf(const Config& clientConfig, const Config& serverConfig, const Workload& client,
                      const Workload& server, int targetPort, const std::string& tlsMode) {
    bool mutual = false;
    if (client.proxied()) {
        mutual = tlsMode.empty() ? server.sidecar && !namespaceDisables(clientConfig, server) &&
                                       peerMode(clientConfig, server, targetPort) != MtlsMode::Disable
                                 : tlsMode == "ISTIO_MUTUAL";
    }
    if (mutual) {
        const bool speaks = server.sidecar && peerMode(serverConfig, server, targetPort) != MtlsMode::Disable;
        return speaks ? Transport::Mutual : Transport::BrokenTls;
    }
    if (server.sidecar && peerMode(serverConfig, server, targetPort) == MtlsMode::Strict) {
        return Transport::RefusedPlaintext;
    }
    return Transport::Plaintext;
}

bool allowed(const Config& config, const Workload& server, const AuthorizedRequest& request) {
    using Action = AuthorizationPolicy::Action;
    if (!server.sidecar) {
        return true;
    }
    bool anyAllow = false;
    bool matched = false;
    const std::set<std::string> namespaces = {kRootNamespace, server.ns};
    for (const std::string& ns : namespaces) {
        const auto found = config.policiesByNamespace.find(ns);
        if (found == config.policiesByNamespace.end()) {
            continue;
        }
        for (const std::size_t index : found->second) {
            const AuthorizationPolicy& policy = config.authorizationPolicies[index];
            if (policy.action == Action::Other || !selects(policy.selector, server.labels)) {
                continue;
            }
            if (policy.action == Action::Deny) {
                if (anyRule(policy, request)) {
                    return false;
                }
                continue;
            }
            anyAllow = true;
            matched = matched || anyRule(policy, request);
        }
    }
    return !anyAllow || matched;
}

} // namespace meshdeck::demo
