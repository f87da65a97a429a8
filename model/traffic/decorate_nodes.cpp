// Idle and dead nodes, borders: which nodes there are and where they stand.
#include "traffic/decorate.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "traffic/digest.h"
#include "traffic/node_table.h"
#include "traffic/scope.h"

namespace meshdeck::traffic {
namespace {

using mesh::GraphType;
using mesh::NodeFlag;
using mesh::NodeKind;

bool hasTraffic(const mesh::Node& node) {
    const auto any = [](const mesh::ClassRates& rates) { return rates.total > 0; };
    return std::any_of(node.in.begin(), node.in.end(), any) || std::any_of(node.out.begin(), node.out.end(), any);
}

// The cluster that idle nodes belong to: the one most nodes name, for the API server does not say its own name.
std::string homeCluster(const mesh::Graph& graph) {
    std::map<std::string, std::size_t> counts;
    for (const mesh::Node& node : graph.nodes) {
        if (node.cluster != "unknown") {
            ++counts[node.cluster];
        }
    }
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most != counts.end() ? most->first : "Kubernetes";
}

mesh::Node idleWorkload(const mesh::Workload& workload, GraphType type) {
    mesh::Node node;
    node.ns = workload.ns;
    node.workload = workload.name;
    node.app = mesh::canonicalName(workload.templateLabels, workload.name);
    node.version = mesh::canonicalRevision(workload.templateLabels);
    node.kind = type == GraphType::Workload ? NodeKind::Workload : NodeKind::App;
    if (type == GraphType::App) {
        node.workload.clear();
        node.version.clear();
    }
    return node;
}

const mesh::Workload* workloadOf(const mesh::Inventory& inventory, const mesh::Node& node) {
    const auto found = inventory.workloads.find(node.ns + "/" + node.workload);
    return node.workload.empty() || found == inventory.workloads.end() ? nullptr : &found->second;
}

// Rule of deadNode; `hasCallees` says whether an edge leaves the node.
bool isDead(const mesh::Node& node, const mesh::Inventory& inventory, bool hasCallees) {
    if (hasTraffic(node) || node.has(NodeFlag::Idle)) {
        return false;
    }
    switch (node.kind) {
    case NodeKind::Service:
        return !hasCallees && !node.has(NodeFlag::Egress) && !inventory.services.contains(node.ns + "/" + node.service);
    case NodeKind::Workload:
    case NodeKind::Unknown:
        return workloadOf(inventory, node) == nullptr;
    case NodeKind::App:
        return !node.workload.empty() && workloadOf(inventory, node) == nullptr;
    default:
        return false;
    }
}

void keepOnly(mesh::Graph& graph, const std::vector<bool>& keep) {
    std::vector<std::uint32_t> place(graph.nodes.size());
    std::vector<mesh::Node> nodes;
    for (std::size_t i = 0; i < keep.size(); ++i) {
        place[i] = static_cast<std::uint32_t>(nodes.size());
        if (keep[i]) {
            nodes.push_back(std::move(graph.nodes[i]));
        }
    }
    graph.nodes = std::move(nodes);
    std::erase_if(graph.edges, [&](const mesh::Edge& edge) { return !keep[edge.source] || !keep[edge.target]; });
    for (mesh::Edge& edge : graph.edges) {
        edge.source = place[edge.source];
        edge.target = place[edge.target];
    }
}

} // namespace

void addIdleNodes(mesh::Graph& graph, const ClusterFacts& facts, const GraphOptions& options, Sha256& digest) {
    if (facts.inventory == nullptr) {
        return;
    }
    std::unordered_set<std::string> present;
    for (const mesh::Node& node : graph.nodes) {
        present.insert(node.id);
    }
    const std::string cluster = homeCluster(graph);
    const auto add = [&](mesh::Node node) {
        node.cluster = cluster;
        node.id = digest.hex(identityOf(node));
        node.set(NodeFlag::Idle);
        const bool asked = options.namespaces.empty() || options.namespaces.contains(node.ns);
        if (asked && present.insert(node.id).second) {
            graph.nodes.push_back(std::move(node));
        }
    };
    if (options.type != GraphType::Service) {
        for (const auto& [key, workload] : facts.inventory->workloads) {
            add(idleWorkload(workload, options.type));
        }
    }
    if (options.type == GraphType::Service || options.injectServices) {
        for (const auto& [key, service] : facts.inventory->services) {
            mesh::Node node;
            node.kind = NodeKind::Service;
            node.ns = service.ns;
            node.service = service.name;
            add(std::move(node));
        }
    }
}

void removeDeadNodes(mesh::Graph& graph, const ClusterFacts& facts) {
    if (facts.inventory == nullptr) {
        return;
    }
    for (bool changed = true; changed;) {
        std::vector<bool> hasCallees(graph.nodes.size());
        for (const mesh::Edge& edge : graph.edges) {
            hasCallees[edge.source] = true;
        }
        std::vector<bool> keep(graph.nodes.size());
        for (std::size_t i = 0; i < keep.size(); ++i) {
            keep[i] = !isDead(graph.nodes[i], *facts.inventory, hasCallees[i]);
        }
        changed = std::find(keep.begin(), keep.end(), false) != keep.end();
        if (changed) {
            keepOnly(graph, keep);
        }
    }
    for (mesh::Node& node : graph.nodes) {
        const mesh::Workload* workload = workloadOf(*facts.inventory, node);
        if (workload != nullptr && workload->current == 0) {
            node.set(NodeFlag::Dead);
        }
    }
}

void markBorders(mesh::Graph& graph, const ClusterFacts& facts, const GraphOptions& options) {
    std::set<std::string> asked = options.namespaces;
    if (const NodeFilter filter = parseNodeFilter(options.node); filter.active) {
        asked = {filter.ns};
    }
    for (mesh::Node& node : graph.nodes) {
        if (node.kind == NodeKind::Unknown) {
            continue; // who it is is not known: nothing that a permission would change (Kiali's word: kiali_json.cpp)
        }
        if ((node.kind == NodeKind::Service && node.ns == "unknown") || node.has(NodeFlag::Egress)) {
            node.set(NodeFlag::Inaccessible);
            continue;
        }
        if (!asked.empty() && !asked.contains(node.ns)) {
            node.set(NodeFlag::Outside);
        }
        if (facts.accessible != nullptr && !facts.accessible->contains({node.cluster, node.ns})) {
            node.set(NodeFlag::Inaccessible);
        }
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> toWaypoint;
    std::vector<bool> calls(graph.nodes.size());
    std::vector<bool> called(graph.nodes.size());
    for (const mesh::Edge& edge : graph.edges) {
        calls[edge.source] = true;
        if (graph.nodes[edge.target].has(NodeFlag::Waypoint)) {
            toWaypoint.emplace(edge.source, edge.target);
        }
    }
    for (const mesh::Edge& edge : graph.edges) {
        // What comes back from a waypoint is the answer's bytes, not a call.
        const bool back =
            graph.nodes[edge.source].has(NodeFlag::Waypoint) && toWaypoint.contains({edge.target, edge.source});
        called[edge.target] = called[edge.target] || !back;
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (calls[i] && !called[i]) {
            graph.nodes[i].set(NodeFlag::Root);
        }
    }
}

} // namespace meshdeck::traffic
