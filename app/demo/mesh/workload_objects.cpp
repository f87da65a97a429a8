// Deployment, ReplicaSet and Pods of one workload, with what the controllers and the sidecar injector add.
#include "app/demo/mesh/objects.h"

namespace meshdeck::demo {

namespace {

constexpr const char* kCreated = "2026-01-12T09:30:00Z";
constexpr const char* kReady = "2026-01-12T09:30:09Z";
constexpr const char* kProxyImage = "docker.io/istio/proxyv2:1.30.3";

std::map<std::string, std::string> templateLabels(const WorkloadPlan& workload) {
    std::map<std::string, std::string> labels = workload.labels;
    labels["app"] = workload.app;
    if (!workload.version.empty()) {
        labels["version"] = workload.version;
    }
    if (!workload.sidecar && !workload.gateway) {
        labels["sidecar.istio.io/inject"] = "false";
    }
    return labels;
}

Json appContainer(const WorkloadPlan& workload) {
    Json container = {{"name", workload.gateway ? "istio-proxy" : workload.app},
                      {"image", workload.image},
                      {"imagePullPolicy", "IfNotPresent"},
                      {"ports", Json::array({{{"containerPort", workload.containerPort}, {"protocol", "TCP"}}})},
                      {"resources", Json::object()}};
    if (workload.gateway) { // a gateway's proxy is told from a sidecar by this
        container["args"] = Json::array({"proxy", "router", "--domain", "$(POD_NAMESPACE).svc.cluster.local"});
    }
    return container;
}

Json proxyContainer(bool native) {
    Json container = {
        {"name", "istio-proxy"},
        {"image", kProxyImage},
        {"args", Json::array({"proxy", "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local"})},
        {"ports", Json::array({{{"containerPort", 15090}, {"name", "http-envoy-prom"}, {"protocol", "TCP"}}})},
        {"resources",
         {{"limits", {{"cpu", "2"}, {"memory", "1Gi"}}}, {"requests", {{"cpu", "100m"}, {"memory", "128Mi"}}}}}};
    if (native) {
        container["restartPolicy"] = "Always";
    }
    return container;
}

Json ownerReference(const char* apiVersion, const char* kind, const std::string& name, const std::string& uid) {
    return {{"apiVersion", apiVersion},  {"kind", kind}, {"name", name}, {"uid", uid}, {"controller", true},
            {"blockOwnerDeletion", true}};
}

Json podTemplate(const WorkloadPlan& workload, const std::map<std::string, std::string>& labels) {
    return {{"metadata", {{"labels", labels}}},
            {"spec",
             {{"containers", Json::array({appContainer(workload)})},
              {"restartPolicy", "Always"},
              {"serviceAccountName", workload.serviceAccount},
              {"terminationGracePeriodSeconds", 30}}}};
}

Json condition(const char* type, const char* reason) {
    Json condition = {{"type", type}, {"status", "True"}, {"lastTransitionTime", kReady}};
    if (*reason != 0) {
        condition["reason"] = reason;
    }
    return condition;
}

Json deployment(const WorkloadPlan& workload, const ObjectNames& names,
                const std::map<std::string, std::string>& labels) {
    Json object;
    object["apiVersion"] = "apps/v1";
    object["kind"] = "Deployment";
    object["metadata"] = names.metadata("Deployment", workload.ns, workload.name);
    object["metadata"]["generation"] = 1;
    object["metadata"]["labels"] = labels;
    object["metadata"]["annotations"] = {{"deployment.kubernetes.io/revision", "1"}};
    object["spec"] = {
        {"progressDeadlineSeconds", 600},
        {"replicas", workload.replicas},
        {"revisionHistoryLimit", 10},
        {"selector", {{"matchLabels", labels}}},
        {"strategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", "25%"}, {"maxUnavailable", "25%"}}}}},
        {"template", podTemplate(workload, labels)}};
    object["status"] = {{"observedGeneration", 1},
                        {"replicas", workload.replicas},
                        {"updatedReplicas", workload.replicas},
                        {"readyReplicas", workload.replicas},
                        {"availableReplicas", workload.replicas},
                        {"conditions", Json::array({condition("Available", "MinimumReplicasAvailable"),
                                                    condition("Progressing", "NewReplicaSetAvailable")})}};
    return object;
}

Json replicaSet(const WorkloadPlan& workload, const ObjectNames& names, const std::string& name,
                const std::map<std::string, std::string>& labels) {
    Json object;
    object["apiVersion"] = "apps/v1";
    object["kind"] = "ReplicaSet";
    object["metadata"] = names.metadata("ReplicaSet", workload.ns, name);
    object["metadata"]["generation"] = 1;
    object["metadata"]["labels"] = labels;
    object["metadata"]["annotations"] = {
        {"deployment.kubernetes.io/desired-replicas", std::to_string(workload.replicas)},
        {"deployment.kubernetes.io/revision", "1"}};
    object["metadata"]["ownerReferences"] = Json::array(
        {ownerReference("apps/v1", "Deployment", workload.name, names.uid("Deployment", workload.ns, workload.name))});
    object["spec"] = {{"replicas", workload.replicas},
                      {"selector", {{"matchLabels", labels}}},
                      {"template", podTemplate(workload, labels)}};
    object["status"] = {{"replicas", workload.replicas},
                        {"fullyLabeledReplicas", workload.replicas},
                        {"readyReplicas", workload.replicas},
                        {"availableReplicas", workload.replicas},
                        {"observedGeneration", 1}};
    return object;
}

Json podMetadata(const MeshPlan& plan, const WorkloadPlan& workload, const ObjectNames& names,
                 const std::string& replicaSetName, const std::string& name,
                 std::map<std::string, std::string> labels) {
    Json annotations = Json::object();
    if (workload.sidecar || workload.gateway) {
        labels["service.istio.io/canonical-name"] = workload.app;
        labels["service.istio.io/canonical-revision"] = workload.version.empty() ? "latest" : workload.version;
        annotations = {{"prometheus.io/path", "/stats/prometheus"},
                       {"prometheus.io/port", "15020"},
                       {"prometheus.io/scrape", "true"}};
    }
    if (workload.sidecar && !workload.gateway) {
        labels["security.istio.io/tlsMode"] = "istio";
        annotations["istio.io/rev"] = "default";
        annotations["kubectl.kubernetes.io/default-container"] = workload.app;
        annotations["sidecar.istio.io/status"] =
            plan.nativeSidecars
                ? R"({"initContainers":["istio-init","istio-proxy"],"containers":null,"revision":"default"})"
                : R"({"initContainers":["istio-init"],"containers":["istio-proxy"],"revision":"default"})";
    }
    Json metadata = names.metadata("Pod", workload.ns, name);
    metadata["generateName"] = replicaSetName + "-";
    metadata["labels"] = labels;
    if (!annotations.empty()) {
        metadata["annotations"] = std::move(annotations);
    }
    metadata["ownerReferences"] = Json::array({ownerReference("apps/v1", "ReplicaSet", replicaSetName,
                                                              names.uid("ReplicaSet", workload.ns, replicaSetName))});
    return metadata;
}

Json containerStatus(const Json& container) {
    return {{"name", container["name"]},
            {"image", container["image"]},
            {"ready", true},
            {"restartCount", 0},
            {"started", true},
            {"state", {{"running", {{"startedAt", kReady}}}}}};
}

Json podStatus(const Json& spec, const std::string& address) {
    Json status = {{"phase", "Running"},
                   {"conditions", Json::array({condition("Initialized", ""), condition("Ready", ""),
                                               condition("ContainersReady", ""), condition("PodScheduled", "")})},
                   {"hostIP", "192.168.50.10"},
                   {"podIP", address},
                   {"podIPs", Json::array({{{"ip", address}}})},
                   {"qosClass", "Burstable"},
                   {"startTime", kCreated},
                   {"containerStatuses", Json::array()}};
    for (const Json& container : spec["containers"]) {
        status["containerStatuses"].push_back(containerStatus(container));
    }
    if (spec.contains("initContainers")) {
        status["initContainerStatuses"] = Json::array();
        for (const Json& container : spec["initContainers"]) {
            status["initContainerStatuses"].push_back(containerStatus(container));
        }
    }
    return status;
}

Json podSpec(const MeshPlan& plan, const WorkloadPlan& workload, int index) {
    Json spec;
    Json containers = Json::array({appContainer(workload)});
    if (workload.sidecar && !workload.gateway) {
        if (plan.nativeSidecars) {
            spec["initContainers"] = Json::array({proxyContainer(true)});
        } else {
            containers.push_back(proxyContainer(false));
        }
    }
    spec["containers"] = std::move(containers);
    spec["nodeName"] = "node-" + std::to_string(index % 3 + 1);
    spec["restartPolicy"] = "Always";
    spec["serviceAccountName"] = workload.serviceAccount;
    spec["terminationGracePeriodSeconds"] = 30;
    return spec;
}

} // namespace

void appendWorkload(const MeshPlan& plan, const WorkloadPlan& workload, const ObjectNames& names, int firstPod,
                    std::vector<Json>& objects) {
    const std::map<std::string, std::string> labels = templateLabels(workload);
    objects.push_back(deployment(workload, names, labels));

    const std::string hash = names.templateHash(workload.ns, workload.name);
    const std::string setName = workload.name + "-" + hash;
    std::map<std::string, std::string> podLabels = labels;
    podLabels["pod-template-hash"] = hash;
    objects.push_back(replicaSet(workload, names, setName, podLabels));

    for (int i = 0; i < workload.replicas; ++i) {
        const std::string name = setName + "-" + names.podSuffix(setName, i);
        Json pod;
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        pod["metadata"] = podMetadata(plan, workload, names, setName, name, podLabels);
        pod["spec"] = podSpec(plan, workload, firstPod + i);
        pod["status"] = podStatus(pod["spec"], podAddress(firstPod + i));
        objects.push_back(std::move(pod));
    }
}

} // namespace meshdeck::demo
