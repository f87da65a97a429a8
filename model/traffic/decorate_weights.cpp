// How a service's traffic is split between its versions, as seen.
#include "traffic/decorate.h"

#include <map>

#include "traffic/flat_map.h"

namespace meshdeck::traffic {
namespace {

// Calls that share a split: from one caller (for a service node: from all callers that the graph shows), to one
// service, over one protocol.
struct Split {
    double sent = 0;
    std::uint32_t version = 0; // the first node that got some of it
    bool several = false;
    bool configured = false;
};

// By what the splits of a graph are kept: caller, service and protocol.
class SplitKeys {
public:
    explicit SplitKeys(const mesh::Graph& graph)
        : m_graph(graph)
        , m_behind(graph.nodes.size(), kUnasked) {}

    // Nothing for edges that take no part in a split.
    [[nodiscard]] std::optional<std::uint64_t> keyOf(const mesh::Edge& edge) {
        const auto service = splitService(m_graph, edge);
        if (!service) {
            return std::nullopt;
        }
        // Of a service node it is the node itself, else the only service of the target: looked up once a node.
        std::uint32_t number = kUnasked;
        if (m_graph.nodes[edge.source].kind != mesh::NodeKind::Service) {
            std::uint32_t& known = m_behind[edge.target];
            if (known == kUnasked) {
                known = m_numbers.try_emplace(*service, static_cast<std::uint32_t>(m_numbers.size())).first->second;
            }
            number = known;
        }
        return 3 * mix(std::uint64_t(edge.source) << 32U | number) + static_cast<std::uint64_t>(edge.protocol);
    }

private:
    static constexpr std::uint32_t kUnasked = ~std::uint32_t(0);

    const mesh::Graph& m_graph;
    std::vector<std::uint32_t> m_behind; // by node
    std::map<ServiceName, std::uint32_t> m_numbers;
};

} // namespace

std::optional<ServiceName> splitService(const mesh::Graph& graph, const mesh::Edge& edge) {
    const mesh::Node& source = graph.nodes[edge.source];
    const mesh::Node& target = graph.nodes[edge.target];
    if (target.kind == mesh::NodeKind::Service || target.kind == mesh::NodeKind::ServiceEntry) {
        return std::nullopt;
    }
    if (source.kind == mesh::NodeKind::Service) {
        return ServiceName{source.cluster, source.ns, source.service};
    }
    const bool tellsVersions = graph.type == mesh::GraphType::VersionedApp || graph.type == mesh::GraphType::Workload;
    // Behind two services an edge does not say which of them a call was for.
    if (!tellsVersions || target.destServices.size() != 1) {
        return std::nullopt;
    }
    const mesh::DestService& only = target.destServices.front();
    return ServiceName{only.cluster, only.ns, only.name};
}

void setObservedWeights(mesh::Graph& graph) {
    SplitKeys keys(graph);
    FlatMap<std::uint64_t, Split> splits(graph.edges.size());
    for (const mesh::Edge& edge : graph.edges) {
        if (const auto key = keys.keyOf(edge)) {
            const auto [split, fresh] = splits.insert(*key);
            split->version = fresh ? edge.target : split->version;
            split->several = split->several || split->version != edge.target;
            split->sent += edge.rates.total;
            split->configured = split->configured || edge.weight.configured.has_value();
        }
    }
    for (mesh::Edge& edge : graph.edges) {
        const auto key = keys.keyOf(edge);
        const Split* const split = key ? splits.get(*key) : nullptr;
        if (split == nullptr || split->sent <= 0) {
            continue;
        }
        // A service node shows its split even when there is only one version; between workloads that says nothing.
        const bool fromService = graph.nodes[edge.source].kind == mesh::NodeKind::Service;
        if (fromService || split->configured || split->several) {
            edge.weight.observed = Percent(100 * edge.rates.total / split->sent);
        }
    }
}

} // namespace meshdeck::traffic
