#include "app/demo/sim/inventory.h"

#include "app/demo/mesh/objects.h"
#include "app/demo/sim/json_access.h"

namespace meshdeck::demo {

namespace {

// The Deployment that a pod belongs to: its ReplicaSet's name without the template hash.
std::string deploymentOf(const Json& pod) {
    const Json& owners = member(pod, "metadata", "ownerReferences");
    if (!owners.is_array() || owners.empty()) {
        return {};
    }
    const std::string owner = textOf(member(owners[0], "name"));
    const std::string hash = textOf(member(pod, "metadata", "labels", "pod-template-hash"));
    if (!hash.empty() && owner.ends_with("-" + hash)) {
        return owner.substr(0, owner.size() - hash.size() - 1);
    }
    return owner;
}

bool hasContainer(const Json& list, const char* name) {
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        if (textOf(member(list[i], "name")) == name) {
            return true;
        }
    }
    return false;
}

bool isReady(const Json& pod) {
    const Json& conditions = member(pod, "status", "conditions");
    for (std::size_t i = 0; conditions.is_array() && i < conditions.size(); ++i) {
        if (textOf(member(conditions[i], "type")) == "Ready") {
            return textOf(member(conditions[i], "status")) == "True";
        }
    }
    return false;
}

Workload plannedWorkload(const WorkloadPlan& plan) {
    Workload workload;
    workload.ns = plan.ns;
    workload.name = plan.name;
    workload.app = plan.app;
    workload.version = plan.version;
    workload.sidecar = plan.sidecar && !plan.gateway;
    workload.gateway = plan.gateway;
    workload.containerPort = plan.containerPort;
    workload.latency = plan.latency;
    workload.errorRate = plan.errorRate;
    if (workload.proxied()) {
        workload.principal = std::string("spiffe://") + kTrustDomain + "/ns/" + plan.ns + "/sa/" + plan.serviceAccount;
    }
    return workload;
}

std::vector<PortPlan> portsOf(const Json& list) {
    std::vector<PortPlan> ports;
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        PortPlan port;
        port.port = integerOf(member(list[i], list[i].contains("port") ? "port" : "number")).value_or(0);
        port.targetPort = integerOf(member(list[i], "targetPort")).value_or(port.port);
        port.name = textOf(member(list[i], "name"));
        ports.push_back(std::move(port));
    }
    return ports;
}

} // namespace

Inventory Inventory::read(const StoreView& store, const MeshPlan& plan) {
    Inventory inventory;
    inventory.workloads.reserve(plan.workloads.size());
    for (const WorkloadPlan& workload : plan.workloads) {
        inventory.workloads.push_back(plannedWorkload(workload));
    }
    inventory.addPods(store, plan);
    inventory.addServices(store);
    inventory.select();
    return inventory;
}

void Inventory::addPods(const StoreView& store, const MeshPlan& plan) {
    std::unordered_map<std::string, std::uint32_t> byName;
    for (std::uint32_t i = 0; i < plan.workloads.size(); ++i) {
        byName.emplace(plan.workloads[i].ns + "/" + plan.workloads[i].name, i);
    }
    for (const ObjectPtr& object : store.list("Pod")) {
        const std::string ns = textOf(member(*object, "metadata", "namespace"));
        const auto owner = byName.find(ns + "/" + deploymentOf(*object));
        if (owner == byName.end() || textOf(member(*object, "status", "phase")) != "Running") {
            continue;
        }
        Workload& workload = workloads[owner->second];
        Pod pod;
        pod.ns = ns;
        pod.name = textOf(member(*object, "metadata", "name"));
        pod.address = textOf(member(*object, "status", "podIP"));
        pod.workload = owner->second;
        pod.ready = isReady(*object);
        workload.labels = textMapOf(member(*object, "metadata", "labels"));
        if (!workload.gateway) {
            const Json& spec = member(*object, "spec");
            workload.sidecar = hasContainer(member(spec, "containers"), "istio-proxy") ||
                               hasContainer(member(spec, "initContainers"), "istio-proxy");
        }
        workload.pods.push_back(static_cast<std::uint32_t>(pods.size()));
        m_podByName.emplace(ns + "/" + pod.name, static_cast<std::uint32_t>(pods.size()));
        pods.push_back(std::move(pod));
    }
}

void Inventory::addServices(const StoreView& store) {
    for (const ObjectPtr& object : store.list("Service")) {
        Service service;
        service.ns = textOf(member(*object, "metadata", "namespace"));
        service.name = textOf(member(*object, "metadata", "name"));
        service.host = service.name + "." + service.ns + ".svc.cluster.local";
        service.selector = textMapOf(member(*object, "spec", "selector"));
        service.ports = portsOf(member(*object, "spec", "ports"));
        m_serviceByHost.emplace(service.host, static_cast<std::uint32_t>(services.size()));
        services.push_back(std::move(service));
    }
    for (const ObjectPtr& object : store.list("ServiceEntry")) {
        for (const std::string& host : textListOf(member(*object, "spec", "hosts"))) {
            Service service;
            service.ns = textOf(member(*object, "metadata", "namespace"));
            service.name = service.host = host;
            service.ports = portsOf(member(*object, "spec", "ports"));
            service.external = true;
            m_serviceByHost.emplace(host, static_cast<std::uint32_t>(services.size()));
            services.push_back(std::move(service));
        }
    }
}

void Inventory::select() {
    std::unordered_map<std::string, std::vector<std::uint32_t>> byApp;
    for (std::uint32_t i = 0; i < workloads.size(); ++i) {
        byApp[workloads[i].ns + "/" + workloads[i].app].push_back(i);
    }
    for (Service& service : services) {
        const auto app = service.selector.find("app");
        if (service.external || service.selector.empty()) {
            continue;
        }
        if (app != service.selector.end()) {
            for (const std::uint32_t i : byApp[service.ns + "/" + app->second]) {
                if (selects(service.selector, workloads[i].labels)) {
                    service.workloads.push_back(i);
                }
            }
            continue;
        }
        for (std::uint32_t i = 0; i < workloads.size(); ++i) {
            if (workloads[i].ns == service.ns && selects(service.selector, workloads[i].labels)) {
                service.workloads.push_back(i);
            }
        }
    }
}

std::uint32_t Inventory::serviceOf(const std::string& host) const {
    const auto found = m_serviceByHost.find(host);
    return found == m_serviceByHost.end() ? kNone : found->second;
}

std::uint32_t Inventory::podNamed(const std::string& ns, const std::string& name) const {
    const auto found = m_podByName.find(ns + "/" + name);
    return found == m_podByName.end() ? kNone : found->second;
}

} // namespace meshdeck::demo
