// Services beside the containers behind them, groups of workloads, and a Sidecar's outbound mode (facts/semantics.md
// 7.3, 7.4): KIA0701, KIA1702, KIA1007.
#include <algorithm>
#include <map>

#include "policy/checks/check_lists.h"
#include "policy/checks/json_walk.h"

namespace meshdeck::policy {
namespace {

using Ports = std::vector<std::pair<std::string, std::uint32_t>>;

// Ports that the program's own containers declare: the proxy's say nothing of it.
Ports declaredPorts(const Workload& workload) {
    const config::PodTemplate* pod = nullptr;
    if (workload.origin != nullptr) {
        const auto* running = config::as<config::KubePod>(workload.origin->typed);
        const auto* made = config::as<config::KubeWorkload>(workload.origin->typed);
        pod = running != nullptr ? &running->spec : made != nullptr ? &made->pods : nullptr;
    }
    Ports ports;
    for (const config::KubeContainer& container : pod != nullptr ? pod->containers : std::vector<config::KubeContainer>()) {
        if (container.name != "istio-proxy") {
            ports.insert(ports.end(), container.ports.begin(), container.ports.end());
        }
    }
    return ports;
}

bool isNumber(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// A name that no container has leads nowhere. A number may be open without being declared: it is told where the
// containers declare ports, only not this one.
bool leadsNowhere(const std::vector<const Workload*>& workloads, const std::string& target) {
    return std::all_of(workloads.begin(), workloads.end(), [&](const Workload* workload) {
        const Ports ports = declaredPorts(*workload);
        const bool known = std::any_of(ports.begin(), ports.end(), [&](const auto& port) {
            return port.first == target || std::to_string(port.second) == target;
        });
        return !known && (!isNumber(target) || !ports.empty());
    });
}

void checkService(const CheckContext& context, const ConfigObjectPtr& object, const config::KubeService& service,
                  std::vector<Finding>& into) {
    if (!service.selector || service.selector->empty()) {
        return;
    }
    std::vector<const Workload*> workloads = context.selected(&object->ref.ns, *service.selector);
    std::erase_if(workloads, [](const Workload* one) {
        return one->origin == nullptr || one->origin->ref.kind == "WorkloadEntry" || !one->gatewayName.empty();
    });
    for (std::size_t i = 0; !workloads.empty() && i < service.ports.size(); ++i) {
        const config::KubeServicePort& port = service.ports[i];
        const std::string target = port.targetPort.empty() || port.targetPort == "0" ? std::to_string(port.port) : port.targetPort;
        if (leadsNowhere(workloads, target)) {
            report(into, "KIA0701", object, "/spec/ports/" + std::to_string(i),
                   "No container of " + workloads.front()->ns + "/" + workloads.front()->name + " declares port " + target +
                       (isNumber(target) ? ", which port " + std::to_string(port.port) + " leads to"
                                         : " by that name, so port " + std::to_string(port.port) + " leads nowhere"));
        }
    }
}

void checkGroups(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::map<std::pair<std::string, mesh::Labels>, std::vector<ConfigObjectPtr>> groups;
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "WorkloadGroup")) {
        const auto* group = config::as<config::WorkloadGroup>(object->typed);
        if (group != nullptr && !group->labels.empty()) {
            groups[{object->ref.ns, group->labels}].push_back(object);
        }
    }
    for (const auto& [key, list] : groups) {
        for (const ConfigObjectPtr& object : list) {
            if (list.size() > 1 && std::find(objects.begin(), objects.end(), object) != objects.end()) {
                const ConfigObjectPtr& other = list.front() == object ? list.back() : list.front();
                report(into, "KIA1702", object, "/spec/metadata/labels",
                       other->ref.display() + " has the labels " + selectorText(key.second) +
                           " too, so its workloads cannot be told apart from these");
            }
        }
    }
}

void checkOutbound(const CheckContext&, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const config::Json& policy = valueAt(*object->json, "/spec/outboundTrafficPolicy");
        if (policy.is_object() && valueAt(policy, "/mode").is_null()) {
            report(into, "KIA1007", object, "/spec/outboundTrafficPolicy",
                   "The outbound traffic policy has no mode, which means REGISTRY_ONLY: write the mode that is meant");
        }
    }
}

} // namespace

std::vector<Check> kialiWorkloadChecks() {
    const std::pair<std::string_view, std::string_view> group{kNetworking, "WorkloadGroup"};
    return {
        {"kiali.servicePorts", {"KIA0701"}, CheckScope::Context, {{"", "Service"}},
         {{"", "Pod"}, {"", "Namespace"}, {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"},
          {"apps", "ReplicaSet"}, {kNetworking, "WorkloadEntry"}}, false, forEachTyped<config::KubeService>(checkService)},
        {"kiali.workloadGroups", {"KIA1702"}, CheckScope::Context, {group}, {group}, false, checkGroups},
        {"kiali.outboundMode", {"KIA1007"}, CheckScope::Object, {{kNetworking, "Sidecar"}}, {}, false, checkOutbound},
    };
}

} // namespace meshdeck::policy
