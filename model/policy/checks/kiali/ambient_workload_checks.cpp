// Pods that are asked to be in both modes, and waypoints that are named but not there (facts/semantics.md 7.3):
// KIA1311 to KIA1316.
#include <algorithm>

#include "policy/checks/check_lists.h"
#include "policy/checks/kiali/ambient.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kInject = "sidecar.istio.io/inject";

// Labels of a pod, or of the pods a workload makes.
void checkLabels(const CheckContext& context, const ConfigObjectPtr& object, const mesh::Labels& labels,
                 const std::string& place, std::vector<Finding>& into) {
    const bool ambient = labelOf(labels, kDataplaneMode) == "ambient";
    if (ambient && labelOf(labels, kInject) == "true") {
        report(into, "KIA1311", object, place,
               "Its labels ask for a sidecar and for ambient mode; a pod with a sidecar is never captured by ambient");
    }
    const Enrolment waypoint = ownEnrolment(context, object->ref.ns, labels);
    const bool captured = ambient || (labelOf(labels, kDataplaneMode) != "none" && ambientNamespace(context.world(), object->ref.ns));
    if (!waypoint.name.empty() && waypoint.state != Enrolment::State::OptedOut && !captured) {
        report(into, "KIA1312", object, place, "It names a waypoint but is not in ambient mode");
    }
    if (waypoint.state == Enrolment::State::Missing) {
        report(into, "KIA1313", object, place,
               "There is no waypoint " + waypoint.ns + "/" + waypoint.name + ": traffic goes without it");
    }
}

bool hasProxy(const config::PodTemplate& pod) {
    return std::any_of(pod.containers.begin(), pod.containers.end(),
                       [](const config::KubeContainer& one) { return one.name == "istio-proxy"; });
}

// A gateway's pod is nothing but its proxy.
bool gatewayPod(const config::PodTemplate& pod) {
    return pod.labels.contains("gateway.networking.k8s.io/gateway-name") ||
           std::none_of(pod.containers.begin(), pod.containers.end(),
                        [](const config::KubeContainer& one) { return one.name != "istio-proxy" && !one.init; });
}

void checkPod(const CheckContext& context, const ConfigObjectPtr& object, const config::KubePod& pod,
              std::vector<Finding>& into) {
    if (pod.ownerName.empty()) {
        checkLabels(context, object, pod.spec.labels, "/metadata/labels", into);
    }
    const auto redirection = pod.spec.annotations.find("ambient.istio.io/redirection");
    if (redirection != pod.spec.annotations.end() && redirection->second == "enabled" &&
        labelOf(pod.spec.labels, kInject) == "true") {
        report(into, "KIA1314", object, "/metadata/labels",
               "Its label asks for a sidecar, but its traffic is redirected to ztunnel");
    }
    if (!hasProxy(pod.spec) || gatewayPod(pod.spec)) {
        return;
    }
    const std::string mode = labelOf(pod.spec.labels, kDataplaneMode);
    if (mode == "ambient") {
        report(into, "KIA1315", object, "/metadata/labels", "It has a sidecar, so its label for ambient mode has no effect");
    } else if (mode.empty() && ambientNamespace(context.world(), object->ref.ns)) {
        report(into, "KIA1316", object, "",
               "It has a sidecar in a namespace in ambient mode; restart its workload, or label it "
               "istio.io/dataplane-mode=none if this is meant");
    }
}

void checkTemplate(const CheckContext& context, const ConfigObjectPtr& object, const config::KubeWorkload& workload,
                   std::vector<Finding>& into) {
    checkLabels(context, object, workload.pods.labels, "/spec/template/metadata/labels", into);
}

void checkNamed(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) {
        const std::string& ns = object->ref.kind == "Namespace" ? object->ref.name : object->ref.ns;
        const Enrolment waypoint = ownEnrolment(context, ns, object->labels);
        if (waypoint.state == Enrolment::State::Missing) {
            report(into, "KIA1313", object, "/metadata/labels",
                   "There is no waypoint " + waypoint.ns + "/" + waypoint.name + ": traffic goes without it");
        }
    }
}

} // namespace

std::vector<Check> ambientWorkloadChecks() {
    using Kinds = std::vector<std::pair<std::string_view, std::string_view>>;
    const Kinds reads{{"", "Namespace"}, {kGatewayApi, "Gateway"}};
    return {
        {"ambient.pods", {"KIA1311", "KIA1312", "KIA1313", "KIA1314", "KIA1315", "KIA1316"}, CheckScope::Context,
         {{"", "Pod"}}, reads, false, forEachTyped<config::KubePod>(checkPod)},
        {"ambient.templates", {"KIA1311", "KIA1312", "KIA1313"}, CheckScope::Context,
         {{"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"}}, reads, false,
         forEachTyped<config::KubeWorkload>(checkTemplate)},
        {"ambient.waypoints", {"KIA1313"}, CheckScope::Context,
         {{"", "Namespace"}, {"", "Service"}, {kNetworking, "ServiceEntry"}}, {{kGatewayApi, "Gateway"}}, false, checkNamed},
    };
}

} // namespace meshdeck::policy
