#include "cli/cluster_objects.h"

#include <array>
#include <set>

#include "config/mesh_config.h"

namespace meshdeck::cli {
namespace {

using config::Json;

Json labelsJson(const mesh::Labels& labels) {
    Json json = Json::object();
    for (const auto& [key, value] : labels) {
        json[key] = value;
    }
    return json;
}

Json metadata(const std::string& ns, const std::string& name, const mesh::Labels& labels) {
    Json json = {{"name", name}, {"labels", labelsJson(labels)}};
    if (!ns.empty()) {
        json["namespace"] = ns;
    }
    return json;
}

Json serviceJson(const mesh::Service& service) {
    Json ports = Json::array();
    for (const mesh::ServicePort& port : service.ports) {
        Json json = {{"port", port.port}};
        if (!port.name.empty()) {
            json["name"] = port.name;
        }
        if (!port.targetPort.empty()) {
            const bool number = port.targetPort.find_first_not_of("0123456789") == std::string::npos;
            json["targetPort"] = number && port.targetPort.size() < 6 ? Json(std::stoi(port.targetPort)) : Json(port.targetPort);
        }
        if (!port.appProtocol.empty()) {
            json["appProtocol"] = port.appProtocol;
        }
        ports.push_back(std::move(json));
    }
    Json spec = {{"ports", std::move(ports)}};
    if (!service.selector.empty()) {
        spec["selector"] = labelsJson(service.selector);
    }
    if (!service.clusterIp.empty()) {
        spec["clusterIP"] = service.clusterIp;
    }
    if (!service.type.empty()) {
        spec["type"] = service.type;
    }
    return {{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", metadata(service.ns, service.name, service.labels)},
            {"spec", std::move(spec)}};
}

Json workloadJson(const mesh::Workload& workload) {
    Json podSpec = Json::object();
    if (!workload.serviceAccount.empty()) {
        podSpec["serviceAccountName"] = workload.serviceAccount;
    }
    return {{"apiVersion", "apps/v1"}, {"kind", workload.kind},
            {"metadata", metadata(workload.ns, workload.name, workload.labels)},
            {"spec", {{"replicas", workload.desired},
                      {"selector", {{"matchLabels", labelsJson(workload.templateLabels)}}},
                      {"template", {{"metadata", {{"labels", labelsJson(workload.templateLabels)}}}, {"spec", std::move(podSpec)}}}}}};
}

// What shows that a pod is in the mesh: its proxy's container, or the mark of redirection.
Json podJson(const mesh::Pod& pod) {
    Json meta = metadata(pod.ns, pod.name, pod.labels);
    Json containers = Json::array();
    Json annotations = Json::object();
    const bool gateway = pod.dataPlane == mesh::DataPlane::Gateway || pod.dataPlane == mesh::DataPlane::Waypoint;
    if (!gateway) {
        containers.push_back({{"name", "app"}});
    }
    if (gateway) { // the proxy is all there is in the pod
        containers.push_back({{"name", "istio-proxy"}});
    } else if (pod.dataPlane == mesh::DataPlane::Sidecar) {
        containers.push_back({{"name", "istio-proxy"}});
        annotations["sidecar.istio.io/status"] = "{}";
    } else if (pod.dataPlane == mesh::DataPlane::Ambient) {
        annotations["ambient.istio.io/redirection"] = "enabled";
    }
    if (!annotations.empty()) {
        meta["annotations"] = std::move(annotations);
    }
    if (pod.workload != pod.name && !pod.workload.empty()) {
        meta["ownerReferences"] = Json::array({{{"kind", pod.workloadKind}, {"name", pod.workload}, {"controller", true}}});
    }
    Json spec = {{"containers", std::move(containers)}};
    if (!pod.serviceAccount.empty()) {
        spec["serviceAccountName"] = pod.serviceAccount;
    }
    Json status = {{"phase", "Running"},
                   {"conditions", Json::array({{{"type", "Ready"}, {"status", pod.ready ? "True" : "False"}}})}};
    if (!pod.ip.empty()) {
        status["podIP"] = pod.ip;
    }
    return {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", std::move(meta)}, {"spec", std::move(spec)},
            {"status", std::move(status)}};
}

void add(const mesh::Resource& resource, std::vector<config::ConfigObjectPtr>& into) {
    if (auto object = config::readConfig(resource)) {
        into.push_back(std::move(*object));
    }
}

void addJson(const Json& json, const std::string& group, std::vector<config::ConfigObjectPtr>& into) {
    mesh::Resource resource;
    resource.apiVersion = json.at("apiVersion");
    resource.ref = {group, json.at("kind"), json.at("metadata").value("namespace", ""), json.at("metadata").at("name")};
    resource.json = std::make_shared<const std::string>(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    add(resource, into);
}

} // namespace

std::vector<config::ConfigObjectPtr> clusterObjects(const mesh::MeshSnapshot& snapshot) {
    std::vector<config::ConfigObjectPtr> objects;
    if (snapshot.config) {
        for (const auto& [ref, resource] : *snapshot.config) {
            add(*resource, objects);
        }
    }
    if (snapshot.inventory) {
        for (const auto& [key, ns] : snapshot.inventory->namespaces) {
            addJson({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", metadata("", ns.name, ns.labels)}}, "", objects);
        }
        for (const auto& [key, service] : snapshot.inventory->services) {
            addJson(serviceJson(service), "", objects);
        }
        for (const auto& [key, workload] : snapshot.inventory->workloads) {
            addJson(workloadJson(workload), "apps", objects);
        }
        for (const auto& [key, pod] : snapshot.inventory->pods) {
            addJson(podJson(pod), "", objects);
        }
    }
    return objects;
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
