// DestinationRules: hosts, subsets, certificates (facts/semantics.md 7.1).
#include <algorithm>

#include "policy/checks/check_lists.h"
#include "policy/host_name.h"

namespace meshdeck::policy {
namespace {

using config::ClientTls;
using config::DestinationRule;

// Istio adds the labels of the pod's node to its endpoints (2.2).
mesh::Labels endpointLabels(const CheckContext& context, const Workload& workload) {
    mesh::Labels labels = workload.labels;
    const auto* pod = workload.origin == nullptr ? nullptr : config::as<config::KubePod>(workload.origin->typed);
    if (pod == nullptr || pod->spec.node.empty()) {
        return labels;
    }
    const ConfigObjectPtr node = context.find("", "Node", "", pod->spec.node);
    if (node == nullptr) {
        return labels;
    }
    for (const char* key : {"topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"}) {
        if (const auto found = node->labels.find(key); found != node->labels.end()) {
            labels[key] = found->second;
        }
    }
    labels["kubernetes.io/hostname"] = pod->spec.node;
    return labels;
}

mesh::Labels selectorOf(const Service& service) {
    if (const auto* kube = config::as<config::KubeService>(service.origin->typed)) {
        return kube->selector.value_or(mesh::Labels());
    }
    if (const auto* entry = config::as<config::ServiceEntry>(service.origin->typed)) {
        return entry->workloadSelector.value_or(mesh::Labels());
    }
    return {};
}

// Anything that could stand behind the subset: the service's own endpoints, or a workload the service selects.
bool subsetSelects(const CheckContext& context, const Service& service, const mesh::Labels& subset) {
    for (const Endpoint& endpoint : service.endpoints) {
        if (includes(context.world().workloads()[endpoint.workload].labels, subset)) {
            return true;
        }
    }
    mesh::Labels selector = selectorOf(service);
    const std::vector<const Workload*> candidates = context.selected(nullptr, selector);
    return std::any_of(candidates.begin(), candidates.end(), [&](const Workload* workload) {
        return includes(endpointLabels(context, *workload), subset);
    });
}

// istioctl knows no service by the name of a wildcard, unless a ServiceEntry has that very host. The rule has an effect
// all the same where the wildcard covers services: then it is told, and not as a mistake.
void reportUnknownHost(const CheckContext& context, const ConfigObjectPtr& object, const std::string& written,
                       const std::string& full, std::vector<Finding>& into) {
    if (!isWildcard(full) || !context.anyService(full, object->ref.ns)) {
        report(into, "IST0174", object, "/spec/host",
               "The host \"" + written + "\" is no service that namespace \"" + object->ref.ns +
                   "\" can see, so this rule has no effect");
        return;
    }
    report(into, "IST0174", object, "/spec/host",
           "No service is called \"" + written + "\"; the rule counts for the services it covers that have no rule of "
           "their own");
    into.back().severity = Severity::Info;
}

void checkHost(const CheckContext& context, const ConfigObjectPtr& object, const DestinationRule& rule,
               std::vector<Finding>& into) {
    const std::string full = resolveShortName(rule.host, object->ref.ns, context.mesh().clusterDomain);
    const Service* service = context.serviceFor(full, object->ref.ns);
    if (service == nullptr) {
        reportUnknownHost(context, object, rule.host, full, into);
        return;
    }
    for (std::size_t i = 0; i < rule.subsets.size(); ++i) {
        if (!subsetSelects(context, *service, rule.subsets[i].labels)) {
            report(into, "IST0173", object, "/spec/subsets/" + std::to_string(i),
                   "Subset \"" + rule.subsets[i].name + "\" selects no pod, so requests to it fail with 503");
        }
    }
}

// Without CA certificates the server's identity is checked against the system's authorities, or not at all.
bool unverified(const ClientTls& tls, bool selected) {
    const bool originates = tls.mode == "SIMPLE" || tls.mode == "MUTUAL";
    return originates && tls.caCertificates.empty() && (tls.credentialName.empty() || !selected);
}

void checkCertificates(const CheckContext&, const ConfigObjectPtr& object, const DestinationRule& rule,
                       std::vector<Finding>& into) {
    if (!rule.trafficPolicy) {
        return;
    }
    const bool selected = rule.workloadSelector.has_value();
    if (rule.trafficPolicy->tls && unverified(*rule.trafficPolicy->tls, selected)) {
        report(into, "IST0128", object, "/spec/trafficPolicy/tls",
               "TLS mode " + rule.trafficPolicy->tls->mode + " to \"" + rule.host +
                   "\" names no caCertificates to check the server's identity with");
    }
    const auto& ports = rule.trafficPolicy->portLevelSettings;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        if (ports[i].tls && unverified(*ports[i].tls, selected)) {
            report(into, "IST0129", object, "/spec/trafficPolicy/portLevelSettings/" + std::to_string(i) + "/tls",
                   "TLS mode " + ports[i].tls->mode + " to \"" + rule.host + "\" at port " +
                       std::to_string(ports[i].port.value_or(0)) +
                       " names no caCertificates to check the server's identity with");
        }
    }
}

} // namespace

std::vector<Check> destinationRuleChecks() {
    const std::pair<std::string_view, std::string_view> dr{kNetworking, "DestinationRule"};
    return {
        {"destinationRule.host", {"IST0174", "IST0173"}, CheckScope::Context, {dr},
         {{"", "Service"}, {kNetworking, "ServiceEntry"}, {kNetworking, "WorkloadEntry"}, {"", "Pod"}, {"", "Node"},
          {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"}, {"apps", "ReplicaSet"}}, false,
         forEachTyped<DestinationRule>(checkHost)},
        {"destinationRule.caCertificates", {"IST0128", "IST0129"}, CheckScope::Object, {dr}, {}, false,
         forEachTyped<DestinationRule>(checkCertificates)},
    };
}

} // namespace meshdeck::policy
