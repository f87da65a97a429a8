#include "map/edge_style.h"

namespace meshdeck::views {

using mesh::NodeFlag;
using mesh::NodeKind;

bool isCarrying(EdgeStyle style) {
    return style == EdgeStyle::Normal || style == EdgeStyle::Plaintext || style == EdgeStyle::Partial;
}

EdgeStyle edgeStyleOf(const mesh::Graph& graph, const mesh::Edge& edge, bool ratesKnown) {
    const mesh::Node& source = graph.nodes[edge.source];
    const mesh::Node& target = graph.nodes[edge.target];
    if (edge.denied()) {
        return EdgeStyle::Denied;
    }
    // From outside a gateway is called as the outside calls; inside, a caller that is not known counts as well.
    const bool fromOutside = source.kind == NodeKind::Unknown && target.has(NodeFlag::Gateway);
    const bool inMesh = !fromOutside && target.kind != NodeKind::ServiceEntry && !target.has(NodeFlag::Egress) &&
                        source.kind != NodeKind::Service;
    constexpr double kNone = 0.5, kAll = 99.5; // sums of rates are not exact, and a rollout's last pod is no split
    if (inMesh && edge.mtls && edge.mtls->value < kAll) {
        return edge.mtls->value < kNone ? EdgeStyle::Plaintext : EdgeStyle::Partial;
    }
    if (!ratesKnown) {
        return EdgeStyle::Unknown;
    }
    return edge.rates.total > 0 ? EdgeStyle::Normal : EdgeStyle::Idle;
}

} // namespace meshdeck::views
