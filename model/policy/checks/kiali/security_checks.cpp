// Kiali's checks of AuthorizationPolicies (facts/semantics.md 7.2).
#include <algorithm>
#include <array>
#include <set>

#include "policy/checks/check_lists.h"
#include "policy/host_name.h"
#include "policy/security/mtls.h"

namespace meshdeck::policy {
namespace {

using config::AuthorizationPolicy;

constexpr std::array<std::string_view, 9> kMethods{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE",
                                                   "PATCH"};

bool plain(const std::string& value) {
    return value.find('*') == std::string::npos;
}

std::string place(std::size_t rule, const char* list, std::size_t index, const char* inner) {
    return "/spec/rules/" + std::to_string(rule) + "/" + list + "/" + std::to_string(index) + "/" + inner + "/";
}

// "trust.domain/ns/shop/sa/web": whether such a service account exists.
void checkPrincipal(const CheckContext& context, const ConfigObjectPtr& object, const std::string& principal,
                    const std::string& pointer, std::vector<Finding>& into) {
    const std::size_t ns = principal.find("/ns/");
    const std::size_t account = principal.find("/sa/");
    if (!plain(principal) || ns == std::string::npos || account == std::string::npos || account < ns) {
        return;
    }
    const std::string domain = principal.substr(0, ns);
    const auto& aliases = context.mesh().trustDomainAliases;
    if (domain != context.mesh().trustDomain && domain != "cluster.local" &&
        std::find(aliases.begin(), aliases.end(), domain) == aliases.end()) {
        report(into, "KIA0108", object, pointer, "\"" + domain + "\" is neither the mesh's trust domain nor an alias");
        return;
    }
    const std::string nsName = principal.substr(ns + 4, account - ns - 4);
    const std::string name = principal.substr(account + 4);
    const auto& workloads = context.world().workloads();
    const bool used = std::any_of(workloads.begin(), workloads.end(), [&](const Workload& one) {
        return one.ns == nsName && one.serviceAccount == name;
    });
    if (!used && !context.exists("", "ServiceAccount", nsName, name)) {
        report(into, "KIA0106", object, pointer,
               "There is no service account \"" + name + "\" in namespace \"" + nsName + "\"");
    }
}

void checkSources(const CheckContext& context, const ConfigObjectPtr& object, const AuthorizationPolicy& policy,
                  std::vector<Finding>& into) {
    for (std::size_t rule = 0; rule < policy.rules.size(); ++rule) {
        for (std::size_t from = 0; from < policy.rules[rule].from.size(); ++from) {
            const auto& source = policy.rules[rule].from[from];
            for (std::size_t i = 0; i < source.principals.size(); ++i) {
                checkPrincipal(context, object, source.principals[i],
                               place(rule, "from", from, "source/principals") + std::to_string(i), into);
            }
        }
    }
}

void checkOperations(const CheckContext& context, const ConfigObjectPtr& object, const AuthorizationPolicy& policy,
                     std::vector<Finding>& into) {
    for (std::size_t rule = 0; rule < policy.rules.size(); ++rule) {
        for (std::size_t to = 0; to < policy.rules[rule].to.size(); ++to) {
            const auto& operation = policy.rules[rule].to[to];
            for (std::size_t i = 0; i < operation.methods.size(); ++i) {
                const std::string& method = operation.methods[i];
                if (plain(method) && std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
                    report(into, "KIA0102", object, place(rule, "to", to, "operation/methods") + std::to_string(i),
                           "\"" + method + "\" is no HTTP method; methods are in capitals and gRPC is POST");
                }
            }
            for (std::size_t i = 0; i < operation.hosts.size(); ++i) {
                const std::string host = operation.hosts[i].substr(0, operation.hosts[i].find(':'));
                if (plain(host) && context.serviceFor(host, object->ref.ns) == nullptr) {
                    report(into, "KIA0104", object, place(rule, "to", to, "operation/hosts") + std::to_string(i),
                           "\"" + host + "\" is no service that namespace \"" + object->ref.ns + "\" can see");
                }
            }
        }
    }
}

// Identity needs mTLS: where nothing makes callers use it, the rule may never match.
void checkIdentity(const CheckContext& context, const ConfigObjectPtr& object, const AuthorizationPolicy& policy,
                   std::vector<Finding>& into) {
    const bool disabled = namespacePeerMode(context.world(), object->ref.ns).mode == config::MtlsMode::Disable;
    const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(), [](const config::AuthorizationRule& one) {
        return std::any_of(one.from.begin(), one.from.end(), [](const config::AuthorizationSource& source) {
            return !source.principals.empty() || !source.namespaces.empty() || !source.serviceAccounts.empty();
        });
    });
    if (disabled && rule != policy.rules.end()) {
        report(into, "KIA0105", object, "/spec/rules/" + std::to_string(rule - policy.rules.begin()),
               "The rule asks for a caller's identity, which only mTLS gives, and mTLS is disabled in namespace \"" +
                   object->ref.ns + "\"");
    }
}

void checkUnprotected(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                      std::vector<Finding>& into) {
    const auto& policies = context.world().ofKind(kSecurity, "AuthorizationPolicy");
    for (const ConfigObjectPtr& object : objects) {
        const auto* workload = config::as<config::KubeWorkload>(object->typed);
        const bool covered = workload == nullptr ||
                             std::any_of(policies.begin(), policies.end(), [&](const ConfigObjectPtr& policy) {
            const auto* spec = config::as<AuthorizationPolicy>(policy->typed);
            const bool near = policy->ref.ns == object->ref.ns || policy->ref.ns == context.mesh().rootNamespace;
            return near && includes(workload->pods.labels, spec->target.selector.value_or(mesh::Labels()));
        });
        if (!covered) {
            report(into, "KIA1301", object, "", "No AuthorizationPolicy protects it: everybody may call it");
        }
    }
}

} // namespace

std::vector<Check> kialiSecurityChecks() {
    using Kinds = std::vector<std::pair<std::string_view, std::string_view>>;
    const std::pair<std::string_view, std::string_view> policy{kSecurity, "AuthorizationPolicy"};
    const Kinds accounts{{"", "ServiceAccount"}, {"", "Pod"}, {"apps", "Deployment"}, {kNetworking, "WorkloadEntry"},
                         {kNetworking, "ServiceEntry"}, {"", "Namespace"}, {"", "Service"}};
    return {
        {"kiali.principals", {"KIA0106", "KIA0108"}, CheckScope::Context, {policy}, accounts, false,
         forEachTyped<AuthorizationPolicy>(checkSources)},
        {"kiali.operations", {"KIA0102", "KIA0104"}, CheckScope::Context, {policy},
         {{"", "Service"}, {kNetworking, "ServiceEntry"}}, false, forEachTyped<AuthorizationPolicy>(checkOperations)},
        {"kiali.identity", {"KIA0105"}, CheckScope::Context, {policy}, {{kSecurity, "PeerAuthentication"}}, false,
         forEachTyped<AuthorizationPolicy>(checkIdentity)},
        {"kiali.unprotected", {"KIA1301"}, CheckScope::Context, {{"apps", "Deployment"}}, {policy}, true, checkUnprotected},
    };
}

} // namespace meshdeck::policy
