#include "traffic/service_entries.h"

#include <algorithm>
#include <map>

#include "config/mesh_objects.h"

namespace meshdeck::traffic {
namespace {

struct Entry {
    mesh::ResourceRef ref;
    config::ServiceEntryView view;
};

// Entries by the name that telemetry has for them: the host; within the mesh also its first label.
class Entries {
public:
    explicit Entries(const mesh::ResourceTable& table) {
        for (const auto& [ref, resource] : table) {
            if (ref.kind != "ServiceEntry" || resource == nullptr) {
                continue;
            }
            if (auto view = config::serviceEntry(*resource)) {
                m_entries.push_back({ref, std::move(*view)});
            }
        }
        for (std::size_t i = 0; i < m_entries.size(); ++i) {
            for (const std::string& host : m_entries[i].view.hosts) {
                m_byName[host].push_back(i);
                if (!m_entries[i].view.external) {
                    m_byName[host.substr(0, host.find('.'))].push_back(i);
                }
            }
        }
    }

    [[nodiscard]] bool empty() const { return m_entries.empty(); }

    // Of several the one in the service's own namespace, then the first by namespace and name.
    [[nodiscard]] const Entry* find(const mesh::Node& service, const std::string& caller) const {
        const auto found = m_byName.find(service.service);
        const Entry* best = nullptr;
        if (found == m_byName.end()) {
            return nullptr;
        }
        for (const std::size_t index : found->second) {
            const Entry& entry = m_entries[index];
            const bool home = entry.ref.ns == service.ns;
            if (entry.view.visibleIn(caller, entry.ref.ns) && (best == nullptr || (home && best->ref.ns != service.ns))) {
                best = &entry;
            }
        }
        return best;
    }

private:
    std::vector<Entry> m_entries;
    std::map<std::string, std::vector<std::size_t>> m_byName;
};

NodeIndex nodeOf(const Entry& entry, const mesh::Node& service, NodeTable& table, NameId ns) {
    mesh::Node node;
    node.kind = mesh::NodeKind::ServiceEntry;
    node.cluster = service.cluster;
    node.ns = entry.ref.ns;
    node.service = entry.ref.name;
    node.hosts = entry.view.hosts;
    if (entry.view.external) {
        node.set(mesh::NodeFlag::External);
    }
    return table.adopt(std::move(node), ns);
}

void noteService(mesh::Node& into, const mesh::Node& service) {
    mesh::DestService name{service.cluster, service.ns, service.service};
    const auto at = std::lower_bound(into.destServices.begin(), into.destServices.end(), name);
    if (at == into.destServices.end() || *at != name) {
        into.destServices.insert(at, std::move(name));
    }
}

} // namespace

std::vector<DraftEdge> foldServiceEntries(std::vector<DraftEdge> edges, NodeTable& table, const ClusterFacts& facts) {
    if (facts.config == nullptr) {
        return edges;
    }
    const Entries entries(*facts.config);
    if (entries.empty()) {
        return edges;
    }
    std::vector<DraftEdge> result;
    result.reserve(edges.size());
    FlatMap<EdgeKey, std::uint32_t> moved;
    for (DraftEdge& edge : edges) {
        const mesh::Node source = table.nodes()[edge.source].node;
        const mesh::Node target = table.nodes()[edge.target].node;
        const bool plain = target.kind == mesh::NodeKind::Service && !target.has(mesh::NodeFlag::Injected) &&
                           !target.has(mesh::NodeFlag::Egress) && source.cluster == target.cluster;
        const Entry* const entry = plain ? entries.find(target, source.ns) : nullptr;
        if (entry == nullptr) {
            result.push_back(std::move(edge));
            continue;
        }
        const NodeIndex node = nodeOf(*entry, target, table, table.nodes()[edge.target].ns);
        noteService(table.nodes()[node].node, target);
        const auto [index, fresh] = moved.insert({0, edge.source, node, edge.protocol});
        if (fresh) {
            *index = static_cast<std::uint32_t>(result.size());
            edge.target = node;
            result.push_back(std::move(edge));
        } else {
            fold(result[*index], edge, 1);
        }
    }
    return result;
}

} // namespace meshdeck::traffic
