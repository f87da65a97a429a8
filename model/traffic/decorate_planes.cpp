// Which data plane serves a node, by the pods behind it.
#include "traffic/decorate.h"

#include <unordered_map>

namespace meshdeck::traffic {
namespace {

using mesh::DataPlane;
using mesh::NodeFlag;

struct Planes {
    int none = 0;
    int ambient = 0;
    int gateway = 0;
    int waypoint = 0;
    int controlPlane = 0;

    void add(const mesh::Pod& pod) {
        none += pod.dataPlane == DataPlane::None ? 1 : 0;
        ambient += pod.dataPlane == DataPlane::Ambient ? 1 : 0;
        gateway += pod.dataPlane == DataPlane::Gateway ? 1 : 0;
        waypoint += pod.dataPlane == DataPlane::Waypoint ? 1 : 0;
        const auto app = pod.labels.find("app");
        controlPlane += app != pod.labels.end() && (app->second == "istiod" || app->second == "ztunnel") ? 1 : 0;
    }
};

using PlanesByName = std::unordered_map<std::string, Planes>; // "namespace/name"

bool selects(const mesh::Labels& selector, const mesh::Labels& labels) {
    for (const auto& [key, value] : selector) {
        const auto found = labels.find(key);
        if (found == labels.end() || found->second != value) {
            return false;
        }
    }
    return !selector.empty();
}

Planes ofService(const mesh::Inventory& inventory, const mesh::Node& node) {
    Planes planes;
    const auto service = inventory.services.find(node.ns + "/" + node.service);
    if (service == inventory.services.end()) {
        return planes;
    }
    // Pods are sorted by "namespace/name": only those of the service's namespace are looked at.
    const std::string prefix = node.ns + "/";
    for (auto pod = inventory.pods.lower_bound(prefix); pod != inventory.pods.end() && pod->first.starts_with(prefix);
         ++pod) {
        if (selects(service->second.selector, pod->second.labels)) {
            planes.add(pod->second);
        }
    }
    return planes;
}

void mark(mesh::Node& node, const Planes& planes) {
    if (planes.gateway > 0) {
        node.set(NodeFlag::Gateway);
    }
    if (planes.waypoint > 0) {
        node.set(NodeFlag::Waypoint);
    }
    if (planes.ambient > 0) {
        node.set(NodeFlag::Ambient);
    }
    if (planes.none > 0 && planes.controlPlane == 0) {
        node.set(NodeFlag::MissingSidecar);
    }
}

} // namespace

void markDataPlanes(mesh::Graph& graph, const ClusterFacts& facts) {
    if (facts.inventory == nullptr) {
        return;
    }
    PlanesByName byWorkload;
    PlanesByName byApp;
    for (const auto& [key, pod] : facts.inventory->pods) {
        byWorkload[pod.ns + "/" + pod.workload].add(pod);
        if (graph.type == mesh::GraphType::App) {
            byApp[pod.ns + "/" + mesh::canonicalName(pod.labels, pod.workload)].add(pod);
        }
    }
    for (mesh::Node& node : graph.nodes) {
        if (node.kind == mesh::NodeKind::Service) {
            // In the other graphs the workloads behind a service say it themselves.
            if (graph.type == mesh::GraphType::Service) {
                mark(node, ofService(*facts.inventory, node));
            }
            continue;
        }
        const bool whole = node.kind == mesh::NodeKind::App && node.workload.empty();
        const PlanesByName& planes = whole ? byApp : byWorkload;
        if (const auto found = planes.find(node.ns + "/" + (whole ? node.app : node.workload)); found != planes.end()) {
            mark(node, found->second);
        }
    }
}

} // namespace meshdeck::traffic
