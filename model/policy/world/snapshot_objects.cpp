#include "policy/world/snapshot_objects.h"

#include "config/json.h"

namespace meshdeck::policy {
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

ConfigObjectPtr objectOfJson(const Json& json, const std::string& group) {
    mesh::Resource resource;
    resource.apiVersion = json.at("apiVersion");
    resource.ref = {group, json.at("kind"), json.at("metadata").value("namespace", ""), json.at("metadata").at("name")};
    resource.json = std::make_shared<const std::string>(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    return objectOf(resource);
}

template <typename Map>
void addAll(const Map& map, std::vector<ConfigObjectPtr>& into) {
    for (const auto& [key, value] : map) {
        if (auto object = objectOf(value)) {
            into.push_back(std::move(object));
        }
    }
}

} // namespace

ConfigObjectPtr objectOf(const mesh::Resource& resource) {
    auto object = config::readConfig(resource);
    return object ? std::move(*object) : nullptr;
}

ConfigObjectPtr objectOf(const mesh::Namespace& ns) {
    return objectOfJson({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", metadata("", ns.name, ns.labels)}}, "");
}

ConfigObjectPtr objectOf(const mesh::Service& service) {
    return objectOfJson(serviceJson(service), "");
}

ConfigObjectPtr objectOf(const mesh::Workload& workload) {
    return objectOfJson(workloadJson(workload), "apps");
}

ConfigObjectPtr objectOf(const mesh::Pod& pod) {
    return objectOfJson(podJson(pod), "");
}

std::vector<ConfigObjectPtr> snapshotObjects(const mesh::MeshSnapshot& snapshot) {
    std::vector<ConfigObjectPtr> objects;
    if (snapshot.config) {
        for (const auto& [ref, resource] : *snapshot.config) {
            if (auto object = objectOf(*resource)) {
                objects.push_back(std::move(object));
            }
        }
    }
    if (snapshot.inventory) {
        addAll(snapshot.inventory->namespaces, objects);
        addAll(snapshot.inventory->services, objects);
        addAll(snapshot.inventory->workloads, objects);
        addAll(snapshot.inventory->pods, objects);
    }
    return objects;
}

} // namespace meshdeck::policy
