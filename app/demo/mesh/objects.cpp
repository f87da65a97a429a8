#include "app/demo/mesh/objects.h"

#include <array>
#include <cstdio>
#include <set>

#include "app/demo/mesh/random.h"

namespace meshdeck::demo {

namespace {

// Kubernetes draws generated names from these letters, so that no word comes out.
constexpr std::string_view kSafeLetters = "bcdfghjklmnpqrstvwxz2456789";
constexpr const char* kCreated = "2026-01-12T09:30:00Z";

std::string letters(std::uint64_t hash, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += kSafeLetters[hash % kSafeLetters.size()];
        hash /= kSafeLetters.size();
    }
    return text;
}

Json namespaceObject(const NamespacePlan& plan, const ObjectNames& names) {
    Json object;
    object["apiVersion"] = "v1";
    object["kind"] = "Namespace";
    object["metadata"] = names.metadata("Namespace", "", plan.name);
    object["metadata"]["labels"] = {{"kubernetes.io/metadata.name", plan.name}};
    if (plan.injected) {
        object["metadata"]["labels"]["istio-injection"] = "enabled";
    }
    object["spec"] = {{"finalizers", Json::array({"kubernetes"})}};
    object["status"] = {{"phase", "Active"}};
    return object;
}

Json serviceAccount(const std::string& ns, const std::string& name, const ObjectNames& names) {
    Json object;
    object["apiVersion"] = "v1";
    object["kind"] = "ServiceAccount";
    object["metadata"] = names.metadata("ServiceAccount", ns, name);
    return object;
}

void appendAccounts(const MeshPlan& plan, const ObjectNames& names, std::vector<Json>& objects) {
    std::set<std::pair<std::string, std::string>> accounts;
    for (const NamespacePlan& ns : plan.namespaces) {
        accounts.emplace(ns.name, "default");
    }
    for (const WorkloadPlan& workload : plan.workloads) {
        accounts.emplace(workload.ns, workload.serviceAccount);
    }
    for (const auto& [ns, name] : accounts) {
        objects.push_back(serviceAccount(ns, name, names));
    }
}

} // namespace

std::string ObjectNames::uid(const std::string& kind, const std::string& ns, const std::string& name) const {
    const std::string key = kind + "/" + ns + "/" + name;
    const std::uint64_t a = textHash(key, m_seed + 1);
    const std::uint64_t b = textHash(key, m_seed + 0x5EED);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(a >> 32),
                  static_cast<unsigned>(a >> 16) & 0xFFFFU, static_cast<unsigned>(a) & 0xFFFU,
                  (static_cast<unsigned>(b >> 48) & 0x3FFFU) | 0x8000U,
                  static_cast<unsigned long long>(b & 0xFFFFFFFFFFFFULL));
    return text.data();
}

std::string ObjectNames::templateHash(const std::string& ns, const std::string& deployment) const {
    return letters(textHash(ns + "/" + deployment, m_seed + 11), 10);
}

std::string ObjectNames::podSuffix(const std::string& replicaSet, int index) const {
    return letters(textHash(replicaSet, m_seed + 1000 + static_cast<unsigned>(index)), 5);
}

Json ObjectNames::metadata(const std::string& kind, const std::string& ns, const std::string& name) const {
    Json metadata;
    metadata["name"] = name;
    if (!ns.empty()) {
        metadata["namespace"] = ns;
    }
    metadata["uid"] = uid(kind, ns, name);
    metadata["creationTimestamp"] = kCreated;
    return metadata;
}

std::string podAddress(int index) {
    return "10." + std::to_string(240 + index / 62500) + "." + std::to_string(index / 250 % 250) + "." +
           std::to_string(index % 250 + 2);
}

Json serviceObject(const ServicePlan& service, const ObjectNames& names, int index) {
    Json ports = Json::array();
    for (const PortPlan& port : service.ports) {
        ports.push_back(
            {{"name", port.name}, {"protocol", "TCP"}, {"port", port.port}, {"targetPort", port.targetPort}});
    }
    const std::string address = "10." + std::to_string(96 + index / 62500) + "." + std::to_string(index / 250 % 250) +
                                "." + std::to_string(index % 250 + 2);
    Json object;
    object["apiVersion"] = "v1";
    object["kind"] = "Service";
    object["metadata"] = names.metadata("Service", service.ns, service.name);
    object["metadata"]["labels"] = {{"app", service.name}, {"service", service.name}};
    object["spec"] = {{"clusterIP", address},
                      {"clusterIPs", Json::array({address})},
                      {"internalTrafficPolicy", "Cluster"},
                      {"ipFamilies", Json::array({"IPv4"})},
                      {"ipFamilyPolicy", "SingleStack"},
                      {"ports", std::move(ports)},
                      {"selector", service.selector},
                      {"sessionAffinity", "None"},
                      {"type", "ClusterIP"}};
    object["status"] = {{"loadBalancer", Json::object()}};
    return object;
}

std::vector<Json> meshObjects(const MeshPlan& plan, std::uint32_t seed) {
    const ObjectNames names(seed);
    std::vector<Json> objects;
    objects.reserve(plan.workloads.size() * 5 + plan.config.size() + 32);
    for (const NamespacePlan& ns : plan.namespaces) {
        objects.push_back(namespaceObject(ns, names));
    }
    appendAccounts(plan, names, objects);
    appendControlPlane(plan, names, objects);
    int index = 10; // the addresses before belong to the control plane
    for (const ServicePlan& service : plan.services) {
        objects.push_back(serviceObject(service, names, index++));
    }
    int pods = 10;
    for (const WorkloadPlan& workload : plan.workloads) {
        appendWorkload(plan, workload, names, pods, objects);
        pods += workload.replicas;
    }
    for (const Json& config : plan.config) {
        Json object = config;
        const Json& metadata = config["metadata"];
        Json full = names.metadata(config["kind"].get<std::string>(), metadata["namespace"].get<std::string>(),
                                   metadata["name"].get<std::string>());
        full["generation"] = 1;
        for (const auto& [key, value] : metadata.items()) {
            full[key] = value;
        }
        object["metadata"] = std::move(full);
        objects.push_back(std::move(object));
    }
    return objects;
}

std::optional<std::vector<Json>> initialObjects(const std::string& meshName, std::uint32_t seed) {
    const std::optional<MeshPlan> plan = planMesh(meshName, seed);
    if (!plan) {
        return std::nullopt;
    }
    return meshObjects(*plan, seed);
}

} // namespace meshdeck::demo
