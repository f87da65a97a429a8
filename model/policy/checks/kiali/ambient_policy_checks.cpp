// Policies that only an HTTP proxy can enforce, over workloads in ambient mode, where that proxy is the waypoint
// (facts/semantics.md 4.4, 5): Kiali's KIA0109, KIA0110, KIA1110 to KIA1112, KIA1115 to KIA1117, KIA1317.
#include <algorithm>

#include "policy/checks/check_lists.h"
#include "policy/checks/http_conditions.h"
#include "policy/checks/kiali/ambient.h"

namespace meshdeck::policy {
namespace {

using config::AuthorizationPolicy;
using config::PolicyTarget;

bool needsWaypoint(const AuthorizationPolicy& policy) {
    return policy.action == config::AuthorizationAction::Custom ||
           std::any_of(policy.rules.begin(), policy.rules.end(), usesHttp);
}
template <typename T>
bool needsWaypoint(const T&) {
    return true;
}

// How the policy of one kind is told about.
struct Codes {
    std::string_view withoutWaypoint, bySelector;
    std::string what; // "Its HTTP conditions"
};

// A service named by targetRefs that no waypoint serves.
std::string unservedTarget(const CheckContext& context, const ConfigObject& object, const PolicyTarget& target) {
    for (const config::TargetRef& ref : target.targetRefs) {
        const ConfigObjectPtr service = ref.kind == "Service" ? context.find("", "Service", object.ref.ns, ref.name) : nullptr;
        if (service != nullptr &&
            enrolmentOf(context, object.ref.ns, service->labels).state != Enrolment::State::Found) {
            return service->ref.display();
        }
    }
    return {};
}

void checkTarget(const CheckContext& context, const ConfigObjectPtr& object, const PolicyTarget& target,
                 const Codes& codes, std::vector<Finding>& into) {
    if (!target.targetRefs.empty()) {
        if (const std::string service = unservedTarget(context, *object, target); !service.empty()) {
            report(into, codes.withoutWaypoint, object, "/spec",
                   codes.what + " have no effect: no waypoint serves " + service + " (label istio.io/use-waypoint)");
        }
        return;
    }
    if (object->ref.ns == context.mesh().rootNamespace) {
        return;
    }
    bool ambient = false;
    bool waypoint = false;
    for (const Workload* workload : context.selected(&object->ref.ns, target.selector.value_or(mesh::Labels()))) {
        ambient = ambient || workload->ambient;
        waypoint = waypoint || (workload->ambient && behindWaypoint(context, *workload));
    }
    const std::string place = target.selector ? "/spec/selector" : "/spec";
    if (ambient && !waypoint) {
        report(into, codes.withoutWaypoint, object, place,
               codes.what + " need a waypoint: for the workloads in ambient mode there is none");
    } else if (ambient) {
        report(into, codes.bySelector, object, place,
               codes.what + " have no effect in ambient mode: a waypoint looks at targetRefs only, not at labels");
    }
}

template <typename T>
auto check(Codes codes) {
    return forEachTyped<T>([codes](const CheckContext& context, const ConfigObjectPtr& object, const T& policy,
                                   std::vector<Finding>& into) {
        if (needsWaypoint(policy)) {
            checkTarget(context, object, policy.target, codes, into);
        }
    });
}

// The same from the workload's side, for those who look there.
void checkWorkload(const CheckContext& context, const ConfigObjectPtr& object, const config::KubeWorkload&,
                   std::vector<Finding>& into) {
    const Workload* workload = context.world().workload(object->ref.ns + "/" + object->ref.name);
    if (workload == nullptr || !workload->ambient || behindWaypoint(context, *workload)) {
        return;
    }
    for (const ConfigObjectPtr& policy : context.world().ofKind(kSecurity, "AuthorizationPolicy")) {
        const auto* spec = config::as<AuthorizationPolicy>(policy->typed);
        const bool near = policy->ref.ns == object->ref.ns || policy->ref.ns == context.mesh().rootNamespace;
        if (near && spec->target.targetRefs.empty() && needsWaypoint(*spec) &&
            includes(workload->labels, spec->target.selector.value_or(mesh::Labels()))) {
            report(into, "KIA1317", object, "",
                   policy->ref.display() + " has HTTP conditions, which need a waypoint, and no waypoint serves it");
            return;
        }
    }
}

} // namespace

std::vector<Check> ambientPolicyChecks() {
    auto withPolicies = ambientReads();
    withPolicies.emplace_back(kSecurity, "AuthorizationPolicy");
    return {
        {"ambient.authorizationPolicy", {"KIA0109", "KIA0110"}, CheckScope::Context, {{kSecurity, "AuthorizationPolicy"}},
         ambientReads(), false, check<AuthorizationPolicy>({"KIA0109", "KIA0110", "Its HTTP conditions"})},
        {"ambient.requestAuthentication", {"KIA1110", "KIA1115"}, CheckScope::Context,
         {{kSecurity, "RequestAuthentication"}}, ambientReads(), false,
         check<config::RequestAuthentication>({"KIA1110", "KIA1115", "Its token rules"})},
        {"ambient.wasmPlugin", {"KIA1111", "KIA1116"}, CheckScope::Context, {{kExtensions, "WasmPlugin"}}, ambientReads(),
         false, check<config::WasmPlugin>({"KIA1111", "KIA1116", "Extensions"})},
        {"ambient.telemetry", {"KIA1112", "KIA1117"}, CheckScope::Context, {{kTelemetryGroup, "Telemetry"}}, ambientReads(),
         false, check<config::Telemetry>({"KIA1112", "KIA1117", "Its settings"})},
        {"ambient.workloadPolicies", {"KIA1317"}, CheckScope::Context,
         {{"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"}}, withPolicies, true,
         forEachTyped<config::KubeWorkload>(checkWorkload)},
    };
}

} // namespace meshdeck::policy
