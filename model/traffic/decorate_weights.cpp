// How a service's traffic is split between its versions, as seen.
#include "traffic/decorate.h"

#include <map>
#include <set>
#include <tuple>

namespace meshdeck::traffic {
namespace {

// Calls that share a split: from one caller (for a service node: from all callers that the graph shows), to one
// service, over one protocol.
using SplitKey = std::tuple<std::uint32_t, mesh::DestService, mesh::Protocol>;

struct Split {
    double sent = 0;
    std::set<std::uint32_t> versions; // the nodes that got it
    bool configured = false;
};

} // namespace

std::optional<mesh::DestService> splitService(const mesh::Graph& graph, const mesh::Edge& edge) {
    const mesh::Node& source = graph.nodes[edge.source];
    const mesh::Node& target = graph.nodes[edge.target];
    if (target.kind == mesh::NodeKind::Service || target.kind == mesh::NodeKind::ServiceEntry) {
        return std::nullopt;
    }
    if (source.kind == mesh::NodeKind::Service) {
        return mesh::DestService{source.cluster, source.ns, source.service};
    }
    const bool tellsVersions = graph.type == mesh::GraphType::VersionedApp || graph.type == mesh::GraphType::Workload;
    // Behind two services an edge does not say which of them a call was for.
    return tellsVersions && target.destServices.size() == 1 ? std::optional(target.destServices.front()) : std::nullopt;
}

void setObservedWeights(mesh::Graph& graph) {
    std::map<SplitKey, Split> splits;
    const auto splitOf = [&](const mesh::Edge& edge) -> std::optional<SplitKey> {
        const auto service = splitService(graph, edge);
        return service ? std::optional(SplitKey(edge.source, *service, edge.protocol)) : std::nullopt;
    };
    for (const mesh::Edge& edge : graph.edges) {
        if (const auto key = splitOf(edge)) {
            Split& split = splits[*key];
            split.sent += edge.rates.total;
            split.versions.insert(edge.target);
            split.configured = split.configured || edge.weight.configured.has_value();
        }
    }
    for (mesh::Edge& edge : graph.edges) {
        const auto key = splitOf(edge);
        const auto found = key ? splits.find(*key) : splits.end();
        if (found == splits.end() || found->second.sent <= 0) {
            continue;
        }
        // A service node shows its split even when there is only one version; between workloads that says nothing.
        const bool fromService = graph.nodes[edge.source].kind == mesh::NodeKind::Service;
        if (fromService || found->second.configured || found->second.versions.size() > 1) {
            edge.weight.observed = Percent(100 * edge.rates.total / found->second.sent);
        }
    }
}

} // namespace meshdeck::traffic
