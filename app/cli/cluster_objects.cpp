#include "cli/cluster_objects.h"

#include <array>
#include <set>

#include "config/mesh_config.h"
#include "policy/world/snapshot_objects.h"

namespace meshdeck::cli {

std::vector<config::ConfigObjectPtr> clusterObjects(const mesh::MeshSnapshot& snapshot) {
    return policy::snapshotObjects(snapshot);
}

namespace {

struct WholeKind {
    std::string_view group, kind;
    bool needed; // without it the answer may be wrong; the others only add to it
};
constexpr std::array kWhole = {
    WholeKind{"", "Namespace", true}, WholeKind{"", "Service", true}, WholeKind{"", "Pod", true},
    WholeKind{"apps", "Deployment", true}, WholeKind{"apps", "StatefulSet", true}, WholeKind{"apps", "DaemonSet", true},
    WholeKind{"", "ServiceAccount", false}, WholeKind{"", "Node", false}, WholeKind{"discovery.k8s.io", "EndpointSlice", false},
    WholeKind{"admissionregistration.k8s.io", "MutatingWebhookConfiguration", false},
    WholeKind{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", false},
    WholeKind{"apiextensions.k8s.io", "CustomResourceDefinition", false},
};

void add(const mesh::Resource& resource, std::vector<config::ConfigObjectPtr>& objects) {
    if (auto object = policy::objectOf(resource)) {
        objects.push_back(std::move(object));
    }
}

// The injector's own config: of the default revision, and of those that namespaces name.
void addInjectors(app::Connection& connection, std::vector<config::ConfigObjectPtr>& objects) {
    std::set<std::string> names{"istio-sidecar-injector"};
    for (const config::ConfigObjectPtr& object : objects) {
        const auto revision = object->labels.find("istio.io/rev");
        if (object->ref.kind == "Namespace" && revision != object->labels.end() && revision->second != "default") {
            names.insert("istio-sidecar-injector-" + revision->second);
        }
    }
    for (const std::string& name : names) {
        if (const auto map = connection.cluster().read({"", "ConfigMap", config::MeshConfig{}.rootNamespace, name}, {})) {
            add(**map, objects);
        }
    }
}

} // namespace

std::vector<config::ConfigObjectPtr> wholeClusterObjects(app::Connection& connection, const mesh::MeshSnapshot& snapshot,
                                                         std::vector<std::string>& notWhole) {
    std::vector<config::ConfigObjectPtr> objects = clusterObjects(snapshot);
    bool asked = false;
    for (const WholeKind& kind : kWhole) {
        const auto listed = connection.list(kind.group, kind.kind);
        if (!listed) {
            if (kind.needed && listed.error().kind != ErrorKind::NotServed) {
                notWhole.emplace_back(kind.kind);
            }
            continue;
        }
        asked = true;
        std::erase_if(objects, [&](const config::ConfigObjectPtr& object) {
            return object->ref.group == kind.group && object->ref.kind == kind.kind;
        });
        for (const mesh::ResourcePtr& resource : *listed) {
            add(*resource, objects);
        }
    }
    if (asked) {
        addInjectors(connection, objects);
    }
    return objects;
}

} // namespace meshdeck::cli
