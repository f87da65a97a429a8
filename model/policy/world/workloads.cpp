#include <algorithm>
#include <set>
#include <tuple>

#include "config/json_read.h"
#include "policy/world/injection.h"
#include "policy/world/population.h"

namespace meshdeck::policy {

namespace {

using config::as;

constexpr std::string_view kNetworking = "networking.istio.io";

std::string labelOf(const mesh::Labels& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

// "region.zone.subzone" on a pod, because a label cannot hold a slash.
std::string localityOf(const mesh::Labels& labels) {
    std::string locality = labelOf(labels, "istio-locality");
    std::replace(locality.begin(), locality.end(), '.', '/');
    return locality;
}

// The Deployment behind a ReplicaSet's name: without the hash of its pods.
std::string ownerOf(const config::KubePod& pod) {
    if (pod.ownerKind != "ReplicaSet") {
        return pod.ownerName;
    }
    const std::size_t dash = pod.ownerName.rfind('-');
    return dash == std::string::npos ? pod.ownerName : pod.ownerName.substr(0, dash);
}

bool isOwned(const ConfigObject& object) {
    const config::Json* metadata = config::objectMember(*object.json, "metadata");
    const config::Json* owners = metadata != nullptr ? config::listMember(*metadata, "ownerReferences") : nullptr;
    return owners != nullptr && !owners->empty();
}

// A workload and, of an endpoint inside a ServiceEntry, which one it is.
struct Draft {
    Workload workload;
    const ConfigObject* entry = nullptr;
    std::size_t index = 0;
};

class Collector {
public:
    explicit Collector(const World& world) : m_world(world) {}

    std::vector<Draft> collect() {
        for (const ConfigObjectPtr& object : m_world.ofKind("", "Pod")) {
            addPod(object);
        }
        for (const char* kind : {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}) {
            for (const ConfigObjectPtr& object : m_world.ofKind("apps", kind)) {
                addTemplate(object);
            }
        }
        for (const ConfigObjectPtr& object : m_world.ofKind(kNetworking, "WorkloadEntry")) {
            if (const auto* entry = as<config::WorkloadEntry>(object->typed)) {
                addEntry(object, object->ref.name, *entry, nullptr, 0);
            }
        }
        for (const ConfigObjectPtr& object : m_world.ofKind(kNetworking, "ServiceEntry")) {
            addServiceEntry(object);
        }
        for (const ConfigObjectPtr& object : m_world.ofKind("discovery.k8s.io", "EndpointSlice")) {
            addSlice(object);
        }
        return std::move(m_drafts);
    }

private:
    Workload fromPod(const ConfigObjectPtr& object, const config::PodTemplate& pod, bool sidecar) const {
        Workload workload;
        workload.ns = object->ref.ns;
        workload.labels = pod.labels;
        workload.annotations = pod.annotations;
        workload.serviceAccount = pod.serviceAccount;
        workload.network = labelOf(pod.labels, "topology.istio.io/network");
        workload.locality = localityOf(pod.labels);
        workload.sidecar = sidecar;
        workload.ambient = isAmbient(pod, sidecar, m_world.namespaceLabels(object->ref.ns));
        workload.gatewayName = labelOf(pod.labels, "gateway.networking.k8s.io/gateway-name");
        workload.origin = object;
        for (const config::KubeContainer& container : pod.containers) {
            for (const auto& port : container.ports) {
                workload.ports.push_back(port);
            }
        }
        return workload;
    }

    bool predicted(const ConfigObjectPtr& object, const config::PodTemplate& pod) const {
        return hasProxy(pod) ||
               willBeInjected(pod, object->ref.ns, m_world.namespaceLabels(object->ref.ns), m_world.mesh());
    }

    void addPod(const ConfigObjectPtr& object) {
        const auto* pod = as<config::KubePod>(object->typed);
        if (pod == nullptr || pod->phase == "Succeeded" || pod->phase == "Failed") {
            return;
        }
        // A pod that runs has its proxy or has none; one from a file will be created.
        const bool runs = object->created || !pod->phase.empty();
        Workload workload = fromPod(object, pod->spec, runs ? hasProxy(pod->spec) : predicted(object, pod->spec));
        workload.pod = object->ref.name;
        workload.name = pod->ownerName.empty() ? object->ref.name : ownerOf(*pod);
        workload.address = pod->ip;
        workload.ready = pod->ready;
        m_withPods.emplace(workload.ns, workload.name);
        m_drafts.push_back({std::move(workload), nullptr, 0});
    }

    void addTemplate(const ConfigObjectPtr& object) {
        const auto* owner = as<config::KubeWorkload>(object->typed);
        if (owner == nullptr || m_withPods.contains({object->ref.ns, object->ref.name}) ||
            (owner->kind == "ReplicaSet" && isOwned(*object))) {
            return;
        }
        Workload workload = fromPod(object, owner->pods, predicted(object, owner->pods));
        workload.name = object->ref.name;
        workload.ready = owner->replicas.value_or(1) > 0;
        m_drafts.push_back({std::move(workload), nullptr, 0});
    }

    void addEntry(const ConfigObjectPtr& object, const std::string& name, const config::WorkloadEntry& entry,
                  const ConfigObject* serviceEntry, std::size_t index) {
        Workload workload;
        workload.ns = object->ref.ns;
        workload.name = name;
        workload.labels = entry.labels;
        if (serviceEntry == nullptr) { // metadata.labels of a WorkloadEntry count too, spec.labels before them
            workload.labels.insert(object->labels.begin(), object->labels.end());
        }
        workload.annotations = object->annotations;
        workload.address = entry.address;
        workload.serviceAccount = entry.serviceAccount.empty() ? "default" : entry.serviceAccount;
        workload.network = entry.network;
        workload.locality = entry.locality;
        // Outside Kubernetes a service account stands for a proxy, unless the label says otherwise.
        const std::string mode = labelOf(workload.labels, "security.istio.io/tlsMode");
        workload.sidecar = mode.empty() ? !entry.serviceAccount.empty() : mode == "istio";
        workload.origin = object;
        workload.ports = entry.ports;
        m_drafts.push_back({std::move(workload), serviceEntry, index});
    }

    void addServiceEntry(const ConfigObjectPtr& object) {
        const auto* spec = as<config::ServiceEntry>(object->typed);
        if (spec == nullptr) {
            return;
        }
        for (std::size_t i = 0; i < spec->endpoints.size(); ++i) {
            const std::string& address = spec->endpoints[i].address;
            addEntry(object, address.empty() ? object->ref.name : address, spec->endpoints[i], object.get(), i);
        }
        // With DNS and no endpoints each host is its own endpoint.
        if (spec->endpoints.empty() && !spec->workloadSelector && spec->resolution.starts_with("DNS")) {
            for (std::size_t i = 0; i < spec->hosts.size(); ++i) {
                config::WorkloadEntry entry;
                entry.address = spec->hosts[i];
                addEntry(object, entry.address, entry, object.get(), i);
            }
        }
    }

    // Addresses that no pod stands behind: somebody wrote the slice for a Service without a selector.
    void addSlice(const ConfigObjectPtr& object) {
        const config::Json* endpoints = config::listMember(*object->json, "endpoints");
        for (std::size_t i = 0; endpoints != nullptr && i < endpoints->size(); ++i) {
            const config::Json& endpoint = (*endpoints)[i];
            const config::Json* addresses = endpoint.is_object() ? config::listMember(endpoint, "addresses") : nullptr;
            const config::Json* target = endpoint.is_object() ? config::objectMember(endpoint, "targetRef") : nullptr;
            if (addresses == nullptr || addresses->empty() || !addresses->front().is_string() ||
                (target != nullptr && config::textMember(*target, "kind") == "Pod")) {
                continue;
            }
            Workload workload;
            workload.ns = object->ref.ns;
            workload.address = addresses->front().get<std::string>();
            workload.name = workload.address;
            const config::Json* conditions = config::objectMember(endpoint, "conditions");
            const config::Json* ready = conditions == nullptr ? nullptr : config::member(*conditions, "ready");
            workload.ready = ready == nullptr || !ready->is_boolean() || ready->get<bool>();
            workload.origin = object;
            m_drafts.push_back({std::move(workload), object.get(), i});
        }
    }

    const World& m_world;
    std::vector<Draft> m_drafts;
    std::set<std::pair<std::string, std::string>> m_withPods;
};

} // namespace

bool listsAddresses(const ConfigObject& object) {
    return object.ref.kind == "EndpointSlice" || as<config::ServiceEntry>(object.typed) != nullptr;
}

WorkloadList workloadsOf(const World& world) {
    std::vector<Draft> drafts = Collector(world).collect();
    std::stable_sort(drafts.begin(), drafts.end(), [](const Draft& a, const Draft& b) {
        return std::tie(a.workload.ns, a.workload.name, a.workload.pod) <
               std::tie(b.workload.ns, b.workload.name, b.workload.pod);
    });
    WorkloadList list;
    list.workloads.reserve(drafts.size());
    for (Draft& draft : drafts) {
        if (draft.entry != nullptr) {
            auto& places = list.ofServiceEntry[draft.entry];
            places.resize(std::max(places.size(), draft.index + 1));
            places[draft.index] = list.workloads.size();
        }
        list.workloads.push_back(std::move(draft.workload));
    }
    return list;
}

} // namespace meshdeck::policy
