#include "sources/kubernetes/decode_pod.h"

#include <charconv>

namespace meshdeck::sources::kubernetes {
namespace {

constexpr std::uint16_t kMergedMetricsPort = 15020; // pilot-agent, Envoy's and the application's metrics together

std::string valueOf(const mesh::Labels& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

// What the istio-proxy container was started as: "sidecar", "router" for a gateway of whatever name, "waypoint"; empty
// without that container. Its arguments begin "proxy", then the role; left out, it is a sidecar.
std::string proxyRole(Element spec) {
    std::string role;
    for (const char* list : {"containers", "initContainers"}) { // native sidecars are init containers
        eachAt(spec, list, [&](Element container) {
            if (stringAt(container, "name") != "istio-proxy") {
                return;
            }
            role = "sidecar";
            eachAt(container, "args", [&](Element argument) {
                std::string_view word;
                if (argument.get(word) == simdjson::SUCCESS && (word == "router" || word == "waypoint")) {
                    role = std::string(word);
                }
            });
        });
    }
    return role;
}

mesh::DataPlane dataPlane(Element spec, const mesh::Labels& labels, const mesh::Labels& annotations) {
    const std::string role = proxyRole(spec);
    if (role == "waypoint" || valueOf(labels, "gateway.istio.io/managed") == "istio.io-mesh-controller") {
        return mesh::DataPlane::Waypoint;
    }
    const std::string istio = valueOf(labels, "istio");
    if (role == "router" || istio == "ingressgateway" || istio == "egressgateway" ||
        labels.contains("gateway.networking.k8s.io/gateway-name")) {
        return mesh::DataPlane::Gateway;
    }
    if (!role.empty()) {
        return mesh::DataPlane::Sidecar;
    }
    const bool ambient = valueOf(annotations, "ambient.istio.io/redirection") == "enabled" ||
                         valueOf(labels, "istio.io/dataplane-mode") == "ambient";
    return ambient ? mesh::DataPlane::Ambient : mesh::DataPlane::None;
}

// A Deployment's ReplicaSet is "<deployment>-<pod-template-hash>"; Argo's Rollout has a label of its own.
void setOwner(Element metadata, mesh::Pod& pod) {
    pod.workload = pod.name;
    pod.workloadKind = "Pod";
    eachAt(metadata, "ownerReferences", [&](Element owner) {
        bool controller = false;
        if (owner["controller"].get(controller) == simdjson::SUCCESS && controller) {
            pod.workload = stringAt(owner, "name");
            pod.workloadKind = stringAt(owner, "kind");
        }
    });
    if (pod.workloadKind != "ReplicaSet") {
        return;
    }
    for (const auto& [label, kind] : {std::pair{"pod-template-hash", "Deployment"},
                                      std::pair{"rollouts-pod-template-hash", "Rollout"}}) {
        const std::string suffix = "-" + valueOf(pod.labels, label);
        if (suffix.size() > 1 && pod.workload.size() > suffix.size() && pod.workload.ends_with(suffix)) {
            pod.workload.resize(pod.workload.size() - suffix.size());
            pod.workloadKind = kind;
            return;
        }
    }
}

// Envoy's own metrics port, by the name that Istio's injection template gives it (facts/wire.md 2.1). Its page can be
// asked for a part, and it is there when the annotations name a page of the application alone.
std::uint16_t envoyPort(Element spec) {
    std::uint16_t port = 0;
    for (const char* list : {"containers", "initContainers"}) {
        eachAt(spec, list, [&](Element container) {
            eachAt(container, "ports", [&](Element each) {
                if (stringAt(container, "name") == "istio-proxy" && stringAt(each, "name") == "http-envoy-prom") {
                    port = static_cast<std::uint16_t>(integerAt(each, "containerPort"));
                }
            });
        });
    }
    return port;
}

void setMetrics(const mesh::Labels& annotations, mesh::Pod& pod) {
    const std::string port = valueOf(annotations, "prometheus.io/port");
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    const bool proxy = pod.dataPlane == mesh::DataPlane::Sidecar || pod.dataPlane == mesh::DataPlane::Gateway ||
                       pod.dataPlane == mesh::DataPlane::Waypoint;
    pod.metricsPort = number != 0 ? number : proxy ? kMergedMetricsPort : std::uint16_t(0);
    if (valueOf(annotations, "prometheus.io/scrape") == "false" && !proxy) {
        pod.metricsPort = 0;
    }
    pod.metricsPath = valueOf(annotations, "prometheus.io/path");
    if (pod.metricsPath.empty()) {
        pod.metricsPath = "/stats/prometheus";
    }
}

} // namespace

mesh::Pod decodePod(Element object, Element metadata) {
    mesh::Pod pod;
    pod.ns = stringAt(metadata, "namespace");
    pod.name = stringAt(metadata, "name");
    pod.uid = stringAt(metadata, "uid");
    pod.labels = labelsAt(metadata, "labels");
    const mesh::Labels annotations = labelsAt(metadata, "annotations");
    setOwner(metadata, pod);
    Element spec;
    if (childAt(object, "spec", spec)) {
        pod.node = stringAt(spec, "nodeName");
        pod.serviceAccount = stringAt(spec, "serviceAccountName");
        pod.dataPlane = dataPlane(spec, pod.labels, annotations);
    }
    if (pod.serviceAccount.empty()) {
        pod.serviceAccount = "default";
    }
    setMetrics(annotations, pod);
    if (const std::uint16_t port = childAt(object, "spec", spec) ? envoyPort(spec) : 0; port != 0) {
        pod.metricsPort = port;
        pod.metricsPath = "/stats/prometheus";
    }
    Element status;
    if (childAt(object, "status", status)) {
        pod.ip = stringAt(status, "podIP");
        eachAt(status, "conditions", [&](Element condition) {
            if (stringAt(condition, "type") == "Ready") {
                pod.ready = stringAt(condition, "status") == "True";
            }
        });
    }
    return pod;
}

std::string istiodVersion(Element pod, const mesh::Labels& labels) {
    if (valueOf(labels, "app") != "istiod" && valueOf(labels, "istio") != "pilot") {
        return {};
    }
    std::string version;
    Element spec;
    if (childAt(pod, "spec", spec)) {
        eachAt(spec, "containers", [&](Element container) {
            std::string image = stringAt(container, "image");
            image.resize(std::min(image.find('@'), image.size()));
            const auto colon = image.rfind(':');
            if (colon != std::string::npos && image.find('/', colon) == std::string::npos && version.empty()) {
                version = image.substr(colon + 1);
            }
        });
    }
    for (const char* flavour : {"-distroless", "-debug"}) {
        if (const auto at = version.find(flavour); at != std::string::npos) {
            version.resize(at);
        }
    }
    return version.empty() ? valueOf(labels, "app.kubernetes.io/version") : version;
}

} // namespace meshdeck::sources::kubernetes
