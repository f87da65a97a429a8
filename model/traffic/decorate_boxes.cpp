// Boxes around apps, namespaces and clusters: nodes of their own, named as their members' parents.
#include "traffic/decorate.h"

#include <map>
#include <tuple>

#include "traffic/digest.h"
#include "traffic/node_table.h"

namespace meshdeck::traffic {
namespace {

using mesh::NodeKind;

using Key = std::tuple<std::string, std::string, std::string>; // cluster, namespace, app
using Groups = std::map<Key, std::vector<std::size_t>>;

void addBoxes(mesh::Graph& graph, const Groups& groups, Sha256& digest) {
    for (const auto& [key, members] : groups) {
        mesh::Node box;
        box.kind = NodeKind::Box;
        std::tie(box.cluster, box.ns, box.app) = key;
        box.id = digest.hex(identityOf(box));
        for (const std::size_t member : members) {
            graph.nodes[member].parent = box.id;
        }
        graph.nodes.push_back(std::move(box));
    }
}

void boxApps(mesh::Graph& graph, Sha256& digest) {
    Groups apps;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const mesh::Node& node = graph.nodes[i];
        if (node.kind == NodeKind::App) {
            apps[{node.cluster, node.ns, node.app}].push_back(i);
        }
    }
    std::erase_if(apps, [](const auto& group) { return group.second.size() < 2; });
    addBoxes(graph, apps, digest);
}

// Of nodes that stand in no box yet. What belongs to no namespace (unknown callers, hosts outside of the mesh) stays
// outside of all of them.
void boxNamespaces(mesh::Graph& graph, Sha256& digest) {
    Groups namespaces;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const mesh::Node& node = graph.nodes[i];
        const bool homeless = node.kind == NodeKind::Unknown || node.ns.empty() || node.ns == "unknown" ||
                              node.has(mesh::NodeFlag::External) || node.has(mesh::NodeFlag::Egress);
        if (node.parent.empty() && !homeless) {
            namespaces[{node.cluster, node.ns, ""}].push_back(i);
        }
    }
    if (namespaces.size() > 1) {
        addBoxes(graph, namespaces, digest);
    }
}

void boxClusters(mesh::Graph& graph, Sha256& digest) {
    Groups clusters;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const mesh::Node& node = graph.nodes[i];
        if (node.parent.empty() && !node.cluster.empty() && node.cluster != "unknown") {
            clusters[{node.cluster, "", ""}].push_back(i);
        }
    }
    if (clusters.size() > 1) {
        addBoxes(graph, clusters, digest);
    }
}

} // namespace

void addBoxes(mesh::Graph& graph, const GraphOptions& options, Sha256& digest) {
    if (options.boxApps) {
        boxApps(graph, digest);
    }
    if (options.boxNamespaces) {
        boxNamespaces(graph, digest);
    }
    if (options.boxClusters) {
        boxClusters(graph, digest);
    }
}

} // namespace meshdeck::traffic
