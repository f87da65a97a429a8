#include "traffic/overview.h"

#include <algorithm>
#include <map>
#include <set>

#include "traffic/neighbourhood.h"
#include "traffic/sums.h"

namespace meshdeck::traffic {
namespace {

using mesh::Graph;
using mesh::Node;
using mesh::NodeFlag;
using mesh::NodeKind;

constexpr std::size_t kLeastFolded = 4; // fewer are drawn: a box would need as much room
constexpr std::size_t kMostOutside = 12;

bool runs(const Node& node) {
    return node.kind == NodeKind::App || node.kind == NodeKind::Workload;
}

bool hasNamespace(const Node& node) {
    return !node.ns.empty() && node.ns != "unknown" && node.kind != NodeKind::ServiceEntry &&
           node.kind != NodeKind::Unknown && node.kind != NodeKind::Box && !node.has(NodeFlag::Egress);
}

double carried(const Node& node) {
    double sum = 0;
    for (std::size_t p = 0; p < node.in.size(); ++p) {
        const double scale = p == static_cast<std::size_t>(mesh::Protocol::Tcp) ? 1.0 / 1024 : 1;
        sum += (node.in[p].total + node.out[p].total) * scale;
    }
    return sum;
}

// Decides for every node which group tells it.
class Folder {
public:
    Folder(const Graph& graph, const FoldOptions& options)
        : m_graph(graph)
        , m_options(options) {}

    void assign() {
        std::map<std::string, std::vector<std::uint32_t>> homes;
        std::vector<std::uint32_t> outside;
        for (std::uint32_t i = 0; i < m_graph.nodes.size(); ++i) {
            const Node& node = m_graph.nodes[i];
            if (hasNamespace(node)) {
                homes[groupId(node.cluster, node.ns)].push_back(i);
            } else if (node.kind != NodeKind::Box) {
                outside.push_back(i);
            }
        }
        for (auto& [id, nodes] : homes) {
            assignNamespace(id, std::move(nodes));
        }
        if (outside.size() > kMostOutside && !isOpen("outside")) {
            add({.id = "outside", .kind = GroupKind::Outside, .nodes = std::move(outside)});
        }
        joinSmall();
    }

    std::vector<Group> groups() { return std::move(m_groups); }
    std::vector<OpenGroup> opened() { return std::move(m_opened); }

private:
    [[nodiscard]] bool isOpen(const std::string& id) const { return m_options.open.contains(id); }

    void add(Group group) { m_groups.push_back(std::move(group)); }

    void assignNamespace(const std::string& id, std::vector<std::uint32_t> nodes) {
        const Node& first = m_graph.nodes[nodes.front()];
        const std::string cluster = "cluster|" + first.cluster;
        if (m_options.level == FoldLevel::Clusters && !isOpen(cluster)) {
            const auto known = std::find_if(m_groups.begin(), m_groups.end(), [&](const Group& g) { return g.id == cluster; });
            if (known == m_groups.end()) {
                add({.id = cluster, .kind = GroupKind::Cluster, .cluster = first.cluster, .nodes = std::move(nodes), .namespaces = 1});
            } else {
                known->nodes.insert(known->nodes.end(), nodes.begin(), nodes.end());
                ++known->namespaces;
            }
            return;
        }
        if (!isOpen(id)) {
            add({.id = id, .kind = GroupKind::Namespace, .cluster = first.cluster, .ns = first.ns, .nodes = std::move(nodes), .namespaces = 1});
            return;
        }
        openNamespace(id, nodes);
    }

    // What carries least of an open namespace is told by one box; ill nodes never are while there is room.
    void openNamespace(const std::string& id, const std::vector<std::uint32_t>& nodes) {
        std::vector<std::uint32_t> workloads;
        std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(workloads), [this](std::uint32_t i) { return runs(m_graph.nodes[i]); });
        if (workloads.empty()) {
            workloads = nodes;
        }
        OpenGroup open{id, workloads.size(), 0};
        const Node& first = m_graph.nodes[nodes.front()];
        Group quiet{.id = "quiet|" + first.cluster + '|' + first.ns, .kind = GroupKind::Quiet, .cluster = first.cluster, .ns = first.ns};
        if (!isOpen(quiet.id)) {
            quiet.nodes = quietOf(workloads, nodes);
        }
        if (!quiet.nodes.empty()) {
            open.folded = static_cast<std::size_t>(std::count_if(workloads.begin(), workloads.end(), [&](std::uint32_t i) {
                return std::binary_search(quiet.nodes.begin(), quiet.nodes.end(), i);
            }));
            add(std::move(quiet));
        }
        m_opened.push_back(open);
    }

    [[nodiscard]] double weight(std::uint32_t i) const {
        const Node& node = m_graph.nodes[i];
        if (isOpen(node.id)) {
            return 1e18; // asked for by name
        }
        const double ill = node.health == mesh::Health::Failing ? 1e15 : node.health == mesh::Health::Degraded ? 1e12 : 0;
        return ill + carried(node) * (m_options.shown.contains(node.id) ? 2 : 1);
    }

    [[nodiscard]] std::vector<std::uint32_t> quietOf(std::vector<std::uint32_t> workloads, const std::vector<std::uint32_t>& nodes) const {
        std::stable_sort(workloads.begin(), workloads.end(), [this](std::uint32_t a, std::uint32_t b) { return weight(a) > weight(b); });
        std::size_t drawn = std::min(workloads.size(), m_options.mostInGroup);
        const auto idle = std::find_if(workloads.begin(), workloads.end(), [this](std::uint32_t i) { return weight(i) <= 0; });
        if (idle != workloads.begin()) {
            drawn = std::min(drawn, static_cast<std::size_t>(idle - workloads.begin()));
        }
        if (workloads.size() - drawn < kLeastFolded) {
            return {};
        }
        std::vector<bool> stays(m_graph.nodes.size(), false);
        for (std::size_t k = 0; k < drawn; ++k) {
            stays[workloads[k]] = true;
        }
        keepNames(stays);
        std::vector<std::uint32_t> quiet;
        std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(quiet), [&](std::uint32_t i) { return !stays[i]; });
        return quiet;
    }

    // A service goes where what answers for it goes.
    void keepNames(std::vector<bool>& stays) const {
        std::vector<std::uint32_t> names;
        for (const mesh::Edge& edge : m_graph.edges) {
            if (stays[edge.target] && runs(m_graph.nodes[edge.target]) && m_graph.nodes[edge.source].kind == NodeKind::Service &&
                m_graph.nodes[edge.source].ns == m_graph.nodes[edge.target].ns) {
                names.push_back(edge.source);
            }
        }
        for (const std::uint32_t name : names) {
            stays[name] = true;
        }
    }

    // Of too many namespaces the smallest share a box; what fails keeps its own as long as it can.
    void joinSmall() {
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            if (m_groups[i].kind == GroupKind::Namespace) {
                order.push_back(i);
            }
        }
        if (order.size() <= m_options.mostGroups || isOpen("small")) {
            return;
        }
        const auto rank = [this](std::size_t i) {
            const Group& group = m_groups[i];
            const bool fails = std::any_of(group.nodes.begin(), group.nodes.end(), [this](std::uint32_t n) {
                return m_graph.nodes[n].health == mesh::Health::Failing;
            });
            const double size = static_cast<double>(group.nodes.size()) * (m_options.shown.contains(group.id) ? 1.5 : 1);
            return size + (fails ? 1e9 : 0);
        };
        std::map<std::size_t, double> ranks;
        for (const std::size_t i : order) {
            ranks[i] = rank(i);
        }
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ranks[a] > ranks[b]; });
        Group small{.id = "small", .kind = GroupKind::Small};
        std::set<std::size_t> gone(order.begin() + static_cast<std::ptrdiff_t>(m_options.mostGroups) - 1, order.end());
        for (const std::size_t i : gone) {
            small.nodes.insert(small.nodes.end(), m_groups[i].nodes.begin(), m_groups[i].nodes.end());
            ++small.namespaces;
        }
        std::vector<Group> kept;
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            if (!gone.contains(i)) {
                kept.push_back(std::move(m_groups[i]));
            }
        }
        kept.push_back(std::move(small));
        m_groups = std::move(kept);
    }

    const Graph& m_graph;
    const FoldOptions& m_options;
    std::vector<Group> m_groups;
    std::vector<OpenGroup> m_opened;
};

} // namespace

const Group* Folded::group(std::string_view id) const {
    const auto found = std::lower_bound(groups.begin(), groups.end(), id, [](const Group& g, std::string_view wanted) { return g.id < wanted; });
    return found != groups.end() && found->id == id ? &*found : nullptr;
}

Folded fold(const Graph& graph, const FoldOptions& options) {
    Folder folder(graph, options);
    folder.assign();
    Folded folded;
    folded.groups = folder.groups();
    folded.opened = folder.opened();
    std::sort(folded.groups.begin(), folded.groups.end(), [](const Group& a, const Group& b) { return a.id < b.id; });
    for (Group& group : folded.groups) {
        sumNodes(graph, group);
    }
    sumGraph(graph, folded);
    return folded;
}

std::size_t sizeOf(const Graph& graph) {
    const auto workloads = std::count_if(graph.nodes.begin(), graph.nodes.end(), runs);
    const auto others = std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.kind != NodeKind::Box; });
    return static_cast<std::size_t>(workloads > 0 ? workloads : others);
}

std::size_t namespacesOf(const Graph& graph) {
    std::set<std::pair<std::string_view, std::string_view>> names;
    for (const Node& node : graph.nodes) {
        if (hasNamespace(node)) {
            names.emplace(node.cluster, node.ns);
        }
    }
    return names.size();
}

} // namespace meshdeck::traffic
