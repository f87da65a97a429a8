#include "policy/checks/kiali/ambient.h"

#include <algorithm>

namespace meshdeck::policy {

std::string labelOf(const mesh::Labels& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

bool ambientNamespace(const World& world, const std::string& ns) {
    const mesh::Labels* labels = world.namespaceLabels(ns);
    return labels != nullptr && labelOf(*labels, kDataplaneMode) == "ambient";
}

Enrolment ownEnrolment(const CheckContext& context, const std::string& ns, const mesh::Labels& labels) {
    Enrolment result;
    result.name = labelOf(labels, kUseWaypoint);
    if (result.name.empty()) {
        return result;
    }
    if (result.name == "none") {
        result.state = Enrolment::State::OptedOut;
        return result;
    }
    const std::string elsewhere = labelOf(labels, "istio.io/use-waypoint-namespace");
    result.ns = elsewhere.empty() ? ns : elsewhere;
    result.state = context.exists(kGatewayApi, "Gateway", result.ns, result.name) ? Enrolment::State::Found
                                                                                  : Enrolment::State::Missing;
    return result;
}

Enrolment enrolmentOf(const CheckContext& context, const std::string& ns, const mesh::Labels& labels) {
    const Enrolment own = ownEnrolment(context, ns, labels);
    const mesh::Labels* ofNamespace = context.world().namespaceLabels(ns);
    return own.state != Enrolment::State::None || ofNamespace == nullptr ? own : ownEnrolment(context, ns, *ofNamespace);
}

bool waypointIn(const CheckContext& context, const std::string& ns) {
    const auto& gateways = context.world().ofKind(kGatewayApi, "Gateway");
    return std::any_of(gateways.begin(), gateways.end(), [&](const ConfigObjectPtr& object) {
        const auto* gateway = config::as<config::KubeGateway>(object->typed);
        return object->ref.ns == ns && gateway != nullptr && gateway->gatewayClass == "istio-waypoint";
    });
}

bool behindWaypoint(const CheckContext& context, const Workload& workload) {
    if (enrolmentOf(context, workload.ns, workload.labels).state == Enrolment::State::Found) {
        return true;
    }
    const auto& services = context.world().ofKind("", "Service");
    return std::any_of(services.begin(), services.end(), [&](const ConfigObjectPtr& object) {
        const auto* service = config::as<config::KubeService>(object->typed);
        return object->ref.ns == workload.ns && service != nullptr && service->selector && !service->selector->empty() &&
               includes(workload.labels, *service->selector) &&
               enrolmentOf(context, object->ref.ns, object->labels).state == Enrolment::State::Found;
    });
}

const std::vector<std::pair<std::string_view, std::string_view>>& ambientReads() {
    static const std::vector<std::pair<std::string_view, std::string_view>> kReads{
        {"", "Namespace"}, {"", "Service"}, {"", "Pod"}, {"apps", "Deployment"}, {"apps", "StatefulSet"},
        {"apps", "DaemonSet"}, {"apps", "ReplicaSet"}, {kNetworking, "WorkloadEntry"}, {kNetworking, "ServiceEntry"},
        {kGatewayApi, "Gateway"}};
    return kReads;
}

} // namespace meshdeck::policy
