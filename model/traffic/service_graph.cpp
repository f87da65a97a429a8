#include "traffic/service_graph.h"

namespace meshdeck::traffic {
namespace {

bool isService(const DraftNode& node) {
    return node.node.kind == mesh::NodeKind::Service;
}

// Which services stand before a workload, and how much each sends to it.
struct Front {
    NodeIndex service = 0;
    double requests = 0;
    double bytes = 0;
};

using Fronts = std::vector<std::vector<Front>>; // by workload

Fronts frontsOf(const std::vector<DraftNode>& nodes, const std::vector<DraftEdge>& edges) {
    Fronts fronts(nodes.size());
    for (const DraftEdge& edge : edges) {
        if (!isService(nodes[edge.source]) || isService(nodes[edge.target])) {
            continue;
        }
        auto& known = fronts[edge.target];
        Front* front = nullptr;
        for (Front& candidate : known) {
            front = candidate.service == edge.source ? &candidate : front;
        }
        front = front != nullptr ? front : &known.emplace_back(Front{edge.source, 0, 0});
        (edge.protocol == mesh::Protocol::Tcp ? front->bytes : front->requests) += edge.rates.total;
    }
    return fronts;
}

// Requests and bytes do not compare: requests decide where there are any.
double shareOf(const Front& front, const std::vector<Front>& all) {
    double requests = 0;
    double bytes = 0;
    for (const Front& each : all) {
        requests += each.requests;
        bytes += each.bytes;
    }
    if (requests > 0) {
        return front.requests / requests;
    }
    return bytes > 0 ? front.bytes / bytes : 1.0 / static_cast<double>(all.size());
}

} // namespace

std::vector<DraftEdge> serviceEdges(const std::vector<DraftNode>& nodes, std::vector<DraftEdge> edges,
                                    bool kialiArithmetic) {
    const Fronts fronts = frontsOf(nodes, edges);
    std::vector<bool> called(nodes.size());
    for (const DraftEdge& edge : edges) {
        called[edge.target] = true;
    }
    std::vector<DraftEdge> result;
    FlatMap<EdgeKey, std::uint32_t> index(edges.size());
    const auto put = [&](NodeIndex source, const DraftEdge& from, double share) {
        const auto [at, fresh] = index.insert({0, source, from.target, from.protocol});
        if (fresh) {
            *at = static_cast<std::uint32_t>(result.size());
            DraftEdge& made = result.emplace_back();
            made.source = source;
            made.target = from.target;
            made.protocol = from.protocol;
            made.scope = from.scope;
        }
        fold(result[*at], from, share);
    };
    for (const DraftEdge& edge : edges) {
        if (!isService(nodes[edge.target])) {
            continue;
        }
        if (isService(nodes[edge.source]) || !called[edge.source]) {
            put(edge.source, edge, 1);
            continue;
        }
        for (const Front& front : fronts[edge.source]) {
            put(front.service, edge, kialiArithmetic ? 1 : shareOf(front, fronts[edge.source]));
        }
    }
    return result;
}

} // namespace meshdeck::traffic
