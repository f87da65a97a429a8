// Which policies count for a proxy (facts/semantics.md 4.1).
#include <algorithm>

#include "policy/security/authorization.h"

namespace meshdeck::policy {
namespace {

using config::PolicyTarget;
using config::TargetRef;

bool selects(const PolicyTarget& target, const Proxy& server) {
    return !target.selector || std::ranges::all_of(*target.selector, [&](const auto& label) {
        const auto found = server.labels.find(label.first);
        return found != server.labels.end() && found->second == label.second;
    });
}

bool targetsService(const TargetRef& ref, const std::string& policyNamespace, const Service* service) {
    if (service == nullptr || policyNamespace != service->ns) {
        return false;
    }
    const bool kubernetes = !service->name.empty();
    const std::string& name = kubernetes || service->origin == nullptr ? service->name : service->origin->ref.name;
    return ref.name == name && ref.kind == (kubernetes ? "Service" : "ServiceEntry");
}

bool attached(const PolicyTarget& target, const mesh::ResourceRef& policy, const Proxy& server, const Service* service,
              const std::string& root) {
    const bool waypoint = server.type == Proxy::Type::Waypoint;
    return std::ranges::any_of(target.targetRefs, [&](const TargetRef& ref) {
        if (waypoint && targetsService(ref, policy.ns, service)) {
            return true;
        }
        if (waypoint && ref.kind == "GatewayClass" && ref.name == "istio-waypoint" && policy.ns == root) {
            return true;
        }
        return ref.kind == "Gateway" && ref.name == server.gatewayName && policy.ns == server.ns &&
               (ref.ns.empty() || ref.ns == server.ns);
    });
}

bool counts(const PolicyTarget& target, const mesh::ResourceRef& policy, const Proxy& server, const Service* service,
            const std::string& root) {
    const bool gatewayApi = !server.gatewayName.empty();
    if (gatewayApi && attached(target, policy, server, service, root)) {
        return true;
    }
    const bool bySelector = target.targetRefs.empty() && server.type != Proxy::Type::Waypoint;
    return bySelector && (policy.ns == server.ns || policy.ns == root) && selects(target, server);
}

void sort(const ConfigObjectPtr& object, const config::AuthorizationPolicy& policy, PolicySet& into) {
    if (policy.dryRun) {
        into.dryRun.push_back(object);
        return;
    }
    switch (policy.action) {
    case config::AuthorizationAction::Custom:
        into.custom.push_back(object);
        return;
    case config::AuthorizationAction::Audit:
        into.audit.push_back(object);
        return;
    case config::AuthorizationAction::Deny:
        into.deny.push_back(object);
        return;
    case config::AuthorizationAction::Allow:
        into.allow.push_back(object);
        return;
    }
}

} // namespace

PolicySet policiesFor(const World& world, const Proxy& server, const Service* service) {
    constexpr std::string_view kGroup = "security.istio.io";
    const std::string& root = world.mesh().rootNamespace;
    PolicySet result;
    for (const ConfigObjectPtr& object : world.ofKind(kGroup, "AuthorizationPolicy")) {
        const auto* policy = config::as<config::AuthorizationPolicy>(object->typed);
        if (policy != nullptr && counts(policy->target, object->ref, server, service, root)) {
            sort(object, *policy, result);
        }
    }
    for (const ConfigObjectPtr& object : world.ofKind(kGroup, "RequestAuthentication")) {
        const auto* authentication = config::as<config::RequestAuthentication>(object->typed);
        if (authentication != nullptr && counts(authentication->target, object->ref, server, service, root)) {
            result.requestAuthentications.push_back(object);
        }
    }
    return result;
}

} // namespace meshdeck::policy
