// AuthorizationPolicies: who they select and name (facts/semantics.md 7.2), and policies whose effect surprises (8).
#include <algorithm>

#include "policy/checks/check_lists.h"
#include "policy/checks/http_conditions.h"

namespace meshdeck::policy {
namespace {

using config::AuthorizationPolicy;

void checkSelection(const CheckContext& context, const ConfigObjectPtr& object, const AuthorizationPolicy& policy,
                    std::vector<Finding>& into) {
    if (!policy.target.targetRefs.empty()) {
        return;
    }
    const bool root = object->ref.ns == context.mesh().rootNamespace;
    if (root && !policy.target.selector) {
        return;
    }
    const mesh::Labels selector = policy.target.selector.value_or(mesh::Labels());
    std::vector<const Workload*> selected = context.selected(root ? nullptr : &object->ref.ns, selector);
    const auto inMesh = [](const Workload* one) {
        return one->sidecar || one->ambient || !one->gatewayName.empty() || one->labels.contains("istio");
    };
    if (std::none_of(selected.begin(), selected.end(), inMesh)) {
        report(into, "IST0127", object, policy.target.selector ? "/spec/selector" : "",
               selector.empty() ? "No pod of the mesh runs in its namespace, so the policy protects nothing"
                                : "No pod of the mesh has the labels " + selectorText(selector) +
                                      ", so the policy protects nothing");
    }
}

// "*", "prefix*", "*suffix" or the name, case ignored.
bool namespaceMatches(const CheckContext& context, std::string wanted) {
    const auto lower = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
        return text;
    };
    wanted = lower(wanted);
    if (wanted == "*") {
        return true;
    }
    const bool suffix = wanted.starts_with("*");
    const bool prefix = !suffix && wanted.ends_with("*");
    for (const ConfigObjectPtr& ns : context.world().ofKind("", "Namespace")) {
        const std::string name = lower(ns->ref.name);
        if (suffix ? name.ends_with(wanted.substr(1))
                   : prefix ? name.starts_with(wanted.substr(0, wanted.size() - 1)) : name == wanted) {
            return true;
        }
    }
    return false;
}

void checkNamespaces(const CheckContext& context, const ConfigObjectPtr& object, const AuthorizationPolicy& policy,
                     std::vector<Finding>& into) {
    for (std::size_t rule = 0; rule < policy.rules.size(); ++rule) {
        for (std::size_t from = 0; from < policy.rules[rule].from.size(); ++from) {
            const config::AuthorizationSource& source = policy.rules[rule].from[from];
            const std::string place =
                "/spec/rules/" + std::to_string(rule) + "/from/" + std::to_string(from) + "/source/";
            for (const auto& [field, list] : {std::pair("namespaces", &source.namespaces),
                                              std::pair("notNamespaces", &source.notNamespaces)}) {
                for (std::size_t i = 0; i < list->size(); ++i) {
                    if (!namespaceMatches(context, (*list)[i])) {
                        report(into, "IST0101", object, place + field + "/" + std::to_string(i),
                               "There is no namespace \"" + (*list)[i] + "\"");
                    }
                }
            }
        }
    }
}

// A plain TCP port behind the policy: HTTP fields mean nothing there (4.4).
const Service* tcpService(const CheckContext& context, const ConfigObject& object, const AuthorizationPolicy& policy,
                          std::uint32_t& portNumber) {
    const mesh::Labels selector = policy.target.selector.value_or(mesh::Labels());
    const bool root = object.ref.ns == context.mesh().rootNamespace;
    for (const Service& service : context.world().services()) {
        if (!root && service.ns != object.ref.ns) {
            continue;
        }
        const auto tcp = std::find_if(service.ports.begin(), service.ports.end(), [](const Port& port) {
            return port.protocol == Protocol::Tcp || port.protocol == Protocol::Mongo ||
                   port.protocol == Protocol::Redis || port.protocol == Protocol::Mysql;
        });
        const bool chosen = std::any_of(service.endpoints.begin(), service.endpoints.end(), [&](const Endpoint& one) {
            return includes(context.world().workloads()[one.workload].labels, selector);
        });
        if (tcp != service.ports.end() && chosen) {
            portNumber = tcp->number;
            return &service;
        }
    }
    return nullptr;
}

void checkEffect(const CheckContext& context, const ConfigObjectPtr& object, const AuthorizationPolicy& policy,
                 std::vector<Finding>& into) {
    if (!policy.target.targetRefs.empty() || policy.dryRun) {
        return;
    }
    if (policy.action == config::AuthorizationAction::Allow && !policy.hasRules) {
        // `spec: {}` is Istio's own way to write "allow nothing"; said once, so that nobody reads it as "allow all".
        report(into, "MD0007", object, "/spec",
               "ALLOW without rules allows nothing: every request to what it selects is denied unless another "
               "policy allows it");
        return;
    }
    const auto first = std::find_if(policy.rules.begin(), policy.rules.end(), usesHttp);
    if (policy.action != config::AuthorizationAction::Deny || first == policy.rules.end()) {
        return;
    }
    std::uint32_t port = 0;
    if (const Service* service = tcpService(context, *object, policy, port)) {
        report(into, "MD0011", object, "/spec/rules/" + std::to_string(first - policy.rules.begin()),
               "On the TCP port " + std::to_string(port) + " of " + service->host +
                   " the HTTP conditions fall away, so this rule denies all traffic that fits the rest of it");
    }
}

} // namespace

std::vector<Check> authorizationChecks() {
    const std::pair<std::string_view, std::string_view> policy{kSecurity, "AuthorizationPolicy"};
    return {
        {"authorizationPolicy.selection", {"IST0127"}, CheckScope::Context, {policy},
         {{"", "Pod"}, {"", "Namespace"}, {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"},
          {"apps", "ReplicaSet"}, {kNetworking, "WorkloadEntry"}}, false,
         forEachTyped<AuthorizationPolicy>(checkSelection)},
        {"authorizationPolicy.namespaces", {"IST0101"}, CheckScope::Context, {policy}, {{"", "Namespace"}}, false,
         forEachTyped<AuthorizationPolicy>(checkNamespaces)},
        {"authorizationPolicy.effect", {"MD0007", "MD0011"}, CheckScope::Context, {policy},
         {{"", "Service"}, {"", "Pod"}, {"apps", "Deployment"}, {kNetworking, "ServiceEntry"}, {"", "Namespace"}}, false,
         forEachTyped<AuthorizationPolicy>(checkEffect)},
    };
}

} // namespace meshdeck::policy
