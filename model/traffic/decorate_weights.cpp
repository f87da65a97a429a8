// How a service's traffic is split between its versions, as seen.
#include "traffic/decorate.h"

namespace meshdeck::traffic {

void setObservedWeights(mesh::Graph& graph) {
    std::vector<std::array<double, 3>> sent(graph.nodes.size());
    const auto isSplit = [&](const mesh::Edge& edge) {
        return graph.nodes[edge.source].kind == mesh::NodeKind::Service &&
               graph.nodes[edge.target].kind != mesh::NodeKind::Service;
    };
    for (const mesh::Edge& edge : graph.edges) {
        if (isSplit(edge)) {
            sent[edge.source][static_cast<std::size_t>(edge.protocol)] += edge.rates.total;
        }
    }
    for (mesh::Edge& edge : graph.edges) {
        const double total = sent[edge.source][static_cast<std::size_t>(edge.protocol)];
        if (isSplit(edge) && total > 0) {
            edge.weight.observed = Percent(100 * edge.rates.total / total);
        }
    }
}

} // namespace meshdeck::traffic
