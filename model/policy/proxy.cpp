#include "policy/proxy.h"

#include <algorithm>

namespace meshdeck::policy {

namespace {

constexpr std::string_view kMeshController = "istio.io/mesh-controller";
constexpr std::string_view kMeshControllerLabel = "istio.io-mesh-controller"; // of the pods it makes
constexpr std::string_view kGatewayApi = "gateway.networking.k8s.io";

// A waypoint is a Gateway API gateway of class istio-waypoint, or says so itself by its label.
bool isWaypoint(const World& world, const Workload& workload) {
    if (const auto label = workload.labels.find("gateway.istio.io/managed"); label != workload.labels.end()) {
        return label->second == kMeshControllerLabel;
    }
    const ConfigObjectPtr gateway =
        world.find({std::string(kGatewayApi), "Gateway", workload.ns, workload.gatewayName});
    const auto* spec = gateway ? config::as<config::KubeGateway>(gateway->typed) : nullptr;
    if (spec == nullptr) {
        return false;
    }
    if (const ConfigObjectPtr object = world.find({std::string(kGatewayApi), "GatewayClass", {}, spec->gatewayClass})) {
        const auto* gatewayClass = config::as<config::GatewayClass>(object->typed);
        return gatewayClass != nullptr && gatewayClass->controller == kMeshController;
    }
    return spec->gatewayClass == "istio-waypoint";
}

bool selects(const mesh::Labels& selector, const mesh::Labels& labels) {
    return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
        const auto label = labels.find(wanted.first);
        return label != labels.end() && label->second == wanted.second;
    });
}

// Envoy and nothing else in the pod.
bool isProxyAlone(const Workload& workload) {
    const config::PodTemplate* pod = nullptr;
    if (workload.origin) {
        if (const auto* own = config::as<config::KubePod>(workload.origin->typed)) {
            pod = &own->spec;
        } else if (const auto* owner = config::as<config::KubeWorkload>(workload.origin->typed)) {
            pod = &owner->pods;
        }
    }
    if (pod == nullptr) {
        return false;
    }
    std::size_t others = 0;
    bool proxy = false;
    for (const config::KubeContainer& container : pod->containers) {
        proxy = proxy || container.name == "istio-proxy";
        others += container.name != "istio-proxy" && !container.init ? 1 : 0;
    }
    return proxy && others == 0;
}

// Gateway pods: made for a Gateway API Gateway, injected by the gateway template, or with a proxy alone. A program with
// a sidecar stays one although a Gateway selects its labels.
bool isRouter(const World& world, const Workload& workload) {
    const auto templates = workload.annotations.find("inject.istio.io/templates");
    const bool byTemplate = templates != workload.annotations.end() && templates->second == "gateway";
    if (!workload.gatewayName.empty() || byTemplate || isProxyAlone(workload)) {
        return true;
    }
    return !workload.sidecar && std::any_of(world.gateways().begin(), world.gateways().end(), [&](const auto& gateway) {
        return !gateway.gatewayApi && !gateway.spec->selector.empty() && selects(gateway.spec->selector, workload.labels);
    });
}

} // namespace

Proxy proxyOf(const World& world, const Workload& workload) {
    Proxy proxy;
    proxy.ns = workload.ns;
    proxy.name = workload.name;
    proxy.labels = workload.labels;
    if (!workload.address.empty()) {
        proxy.addresses.push_back(workload.address);
    }
    proxy.serviceAccount = workload.serviceAccount;
    proxy.locality = workload.locality;
    proxy.gatewayName = workload.gatewayName;
    if (!workload.gatewayName.empty() && isWaypoint(world, workload)) {
        proxy.type = Proxy::Type::Waypoint;
    } else if (isRouter(world, workload)) {
        proxy.type = Proxy::Type::Router;
    } else if (workload.sidecar) {
        proxy.type = Proxy::Type::Sidecar;
    } else if (workload.ambient) {
        proxy.type = Proxy::Type::Ztunnel;
    }
    return proxy;
}

} // namespace meshdeck::policy
