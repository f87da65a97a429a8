#include "views/sample_pods.h"

namespace meshdeck::views::sample {

void addPods(mesh::Inventory& inventory, const mesh::Node& node) {
    mesh::Workload workload;
    workload.ns = node.ns;
    workload.name = node.workload;
    workload.kind = "Deployment";
    workload.labels = workload.templateLabels = {{"app", node.app}, {"version", node.version}};
    workload.serviceAccount = node.app;
    workload.desired = workload.current = workload.available = 1;
    mesh::Pod pod;
    pod.ns = node.ns;
    pod.name = node.workload + "-5b9f4-x2k7q";
    pod.labels = workload.labels;
    pod.serviceAccount = node.app;
    pod.workload = node.workload;
    pod.workloadKind = "Deployment";
    pod.dataPlane = node.has(mesh::NodeFlag::MissingSidecar) ? mesh::DataPlane::None : mesh::DataPlane::Sidecar;
    pod.ready = true;
    inventory.pods[pod.ns + '/' + pod.name] = pod;
    inventory.workloads[workload.ns + '/' + workload.name] = workload;
}

} // namespace meshdeck::views::sample
