// What Gateways, AuthorizationPolicies and WorkloadEntries say of the nodes whose pods they select.
#include "traffic/decorate.h"

#include <algorithm>
#include <map>

#include "config/mesh_objects.h"

namespace meshdeck::traffic {
namespace {

using mesh::NodeFlag;
using mesh::NodeKind;

constexpr const char* kRootNamespace = "istio-system"; // its policies hold in every namespace

using PodsByWorkload = std::map<std::string, std::vector<const mesh::Labels*>>; // "namespace/workload"

PodsByWorkload podsByWorkload(const mesh::Inventory* inventory) {
    PodsByWorkload pods;
    if (inventory != nullptr) {
        for (const auto& [key, pod] : inventory->pods) {
            auto& labels = pods[pod.ns + "/" + pod.workload];
            // Replicas differ in nothing that is selected by: one of each template is enough.
            if (labels.empty() || *labels.back() != pod.labels) {
                labels.push_back(&pod.labels);
            }
        }
    }
    return pods;
}

// Whose pods a node stands for: its own workload's, or those of every workload of its app.
class NodePods {
public:
    explicit NodePods(const ClusterFacts& facts)
        : m_inventory(facts.inventory)
        , m_pods(podsByWorkload(facts.inventory)) {}

    [[nodiscard]] bool any(const mesh::Node& node, const mesh::Labels& selector) const {
        if (node.kind == NodeKind::App && node.workload.empty()) {
            return anyOfApp(node, selector);
        }
        if (node.workload.empty() || (node.kind != NodeKind::App && node.kind != NodeKind::Workload)) {
            return false;
        }
        const std::string key = node.ns + "/" + node.workload;
        if (const auto found = m_pods.find(key); found != m_pods.end()) {
            return std::any_of(found->second.begin(), found->second.end(),
                               [&](const mesh::Labels* labels) { return config::hasLabels(*labels, selector); });
        }
        const auto workload = m_inventory != nullptr ? m_inventory->workloads.find(key) : Workloads::const_iterator();
        if (m_inventory != nullptr && workload != m_inventory->workloads.end()) {
            return config::hasLabels(workload->second.templateLabels, selector);
        }
        return config::hasLabels({{"app", node.app}, {"version", node.version}}, selector);
    }

private:
    using Workloads = std::map<std::string, mesh::Workload>;

    [[nodiscard]] bool anyOfApp(const mesh::Node& node, const mesh::Labels& selector) const {
        const std::string prefix = node.ns + "/";
        for (auto pods = m_pods.lower_bound(prefix); pods != m_pods.end() && pods->first.starts_with(prefix); ++pods) {
            for (const mesh::Labels* labels : pods->second) {
                if (mesh::canonicalName(*labels, pods->first.substr(prefix.size())) == node.app &&
                    config::hasLabels(*labels, selector)) {
                    return true;
                }
            }
        }
        return false;
    }

    const mesh::Inventory* m_inventory;
    PodsByWorkload m_pods;
};

using NodesByNamespace = std::map<std::string, std::vector<mesh::Node*>>;

template <typename Visit>
void visitNodes(const NodesByNamespace& nodes, const std::string& ns, bool everywhere, Visit&& visit) {
    for (const auto& [name, members] : nodes) {
        if (everywhere || name == ns) {
            std::for_each(members.begin(), members.end(), visit);
        }
    }
}

void markGateway(const mesh::Resource& resource, const NodesByNamespace& nodes, const NodePods& pods) {
    const auto selector = config::gatewaySelector(resource);
    if (!selector || selector->empty()) {
        return; // one without a selector is for every gateway there is, and makes nothing one
    }
    // The selector is not bound to the Gateway's own namespace.
    visitNodes(nodes, resource.ref.ns, true, [&](mesh::Node* node) {
        if (pods.any(*node, *selector)) {
            node->set(NodeFlag::Gateway);
        }
    });
}

void markPolicy(const mesh::Resource& resource, const NodesByNamespace& nodes, const NodePods& pods) {
    const auto targets = config::policyTargets(resource);
    if (!targets) {
        return;
    }
    const bool everywhere = resource.ref.ns == kRootNamespace && targets->refs.empty();
    visitNodes(nodes, resource.ref.ns, everywhere, [&](mesh::Node* node) {
        const bool named = std::any_of(targets->refs.begin(), targets->refs.end(), [&](const mesh::ResourceRef& ref) {
            return ref.kind == "Service" && node->kind == NodeKind::Service && ref.name == node->service;
        });
        if (named || (targets->refs.empty() && pods.any(*node, targets->selector))) {
            node->set(NodeFlag::Policy);
        }
    });
}

void attachWorkloadEntry(const mesh::Resource& resource, const NodesByNamespace& nodes) {
    const auto labels = config::workloadEntryLabels(resource);
    if (!labels) {
        return;
    }
    const std::string app = mesh::canonicalName(*labels, "");
    const std::string version = mesh::canonicalRevision(*labels);
    visitNodes(nodes, resource.ref.ns, false, [&](mesh::Node* node) {
        if (!app.empty() && node->app == app && node->version == version) {
            node->workloadEntries.push_back(resource.ref.name);
        }
    });
}

} // namespace

void markObjects(mesh::Graph& graph, const ClusterFacts& facts) {
    if (facts.config == nullptr) {
        return;
    }
    NodesByNamespace nodes;
    for (mesh::Node& node : graph.nodes) {
        nodes[node.ns].push_back(&node);
    }
    const NodePods pods(facts);
    // The table is sorted: entries come by name.
    for (const auto& [ref, resource] : *facts.config) {
        if (resource == nullptr) {
            continue;
        }
        if (ref.kind == "Gateway") {
            markGateway(*resource, nodes, pods);
        } else if (ref.kind == "AuthorizationPolicy") {
            markPolicy(*resource, nodes, pods);
        } else if (ref.kind == "WorkloadEntry") {
            attachWorkloadEntry(*resource, nodes);
        }
    }
}

} // namespace meshdeck::traffic
