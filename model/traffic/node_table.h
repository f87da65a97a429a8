// Which node an end of a flow is (facts/traffic-graph.md 2.2 rules 8 and 9).
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mesh/graph.h"
#include "mesh/inventory.h"
#include "traffic/digest.h"
#include "traffic/draft.h"
#include "traffic/sample_rules.h"

namespace meshdeck::traffic {

// "wl_CLUSTER_NAMESPACE_WORKLOAD" and its kin, from the fields that the node's kind uses: what its id is the hash of.
[[nodiscard]] std::string identityOf(const mesh::Node& node);

class NodeTable {
public:
    // `inventory` may be null; it names the waypoints and the apps of series that do not carry them.
    NodeTable(const Names& names, mesh::GraphType type, const mesh::Inventory* inventory);

    // kNoNode when nothing is known of that end.
    [[nodiscard]] NodeIndex source(const Endpoint& end);
    [[nodiscard]] NodeIndex destination(const Endpoint& end);
    // The node of an operation at that destination.
    [[nodiscard]] NodeIndex operation(const Endpoint& destination, NameId operation);
    // The service node of a destination that is addressed through a service; kNoNode without a name.
    [[nodiscard]] NodeIndex service(const Endpoint& destination);

    // Puts in a node made elsewhere, or finds the one of the same identity; `ns` is the namespace whose queries show it.
    [[nodiscard]] NodeIndex adopt(mesh::Node node, NameId ns) { return put(std::move(node), ns); }

    [[nodiscard]] std::vector<DraftNode>& nodes() { return m_nodes; }
    [[nodiscard]] Sha256& digest() { return m_digest; }

private:
    // The end that was asked for last: series of one call mostly follow each other.
    struct Last {
        Endpoint end;
        NodeIndex index = kNoNode;
    };
    NodeIndex resolve(const Endpoint& end, Last& last);
    NodeIndex create(const Endpoint& end);
    NodeIndex put(mesh::Node node, NameId ns);
    [[nodiscard]] mesh::Node describeService(const Endpoint& end, NameId ns) const;
    [[nodiscard]] mesh::Node describeWorkload(const Endpoint& end, NameId ns) const;
    void completeApp(mesh::Node& node) const;

    const Names& m_names;
    mesh::GraphType m_type;
    const mesh::Inventory* m_inventory;
    std::unordered_set<std::string> m_waypoints; // "namespace/workload"
    std::unordered_map<std::string, const mesh::Pod*> m_bare; // one pod of each workload that the inventory lacks
    Last m_lastSource;
    Last m_lastDestination;
    Last m_lastService;
    FlatMap<Endpoint, NodeIndex> m_known{4096};
    FlatMap<Endpoint, NodeIndex> m_services{1024};
    std::unordered_map<std::string, NodeIndex> m_byIdentity;
    std::vector<DraftNode> m_nodes;
    Sha256 m_digest;
};

} // namespace meshdeck::traffic
