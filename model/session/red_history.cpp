#include "session/red_history.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace meshdeck::session {
namespace {

// 80 bytes a point: 20 MB for the largest meshes, copied once a refresh (design.md 5: 400 MB for 10,000 workloads).
constexpr std::size_t kPointsInAll = 240'000;
constexpr std::size_t kFewestPoints = 20;
constexpr Duration kForgetAfter = std::chrono::hours(1);

struct Mean {
    double sum = 0;
    double weight = 0;

    void add(const std::optional<Milliseconds>& value, double by) {
        if (value) {
            sum += value->value * by;
            weight += by;
        }
    }
    [[nodiscard]] std::optional<Milliseconds> value() const {
        return weight > 0 ? std::optional(Milliseconds(sum / weight)) : std::nullopt;
    }
};

struct LatencyMean {
    Mean p50;
    Mean p95;
    Mean p99;
    void add(const mesh::Edge& edge) {
        p50.add(edge.latency.p50, edge.rates.total);
        p95.add(edge.latency.p95, edge.rates.total);
        p99.add(edge.latency.p99, edge.rates.total);
    }
    [[nodiscard]] mesh::Latency value() const { return {p50.value(), p95.value(), p99.value()}; }
};

struct NodeLatency {
    LatencyMean in;
    LatencyMean out;
};

bool isRequestProtocol(mesh::Protocol protocol) {
    return protocol != mesh::Protocol::Tcp;
}

double requests(const std::array<mesh::ClassRates, 3>& rates) {
    return rates[0].total + rates[1].total;
}

mesh::RedPoint pointOf(const mesh::Node& node, ServerTime time, const NodeLatency& latency) {
    const bool called = requests(node.in) > 0 || node.in[2].total > 0;
    const std::array<mesh::ClassRates, 3>& rates = called ? node.in : node.out;
    mesh::RedPoint point;
    point.time = time;
    point.rate = requests(rates) > 0 ? requests(rates) : rates[2].total;
    if (requests(rates) > 0) {
        double failed = 0;
        for (const std::size_t protocol : {0U, 1U}) {
            failed += rates[protocol].noResponse + rates[protocol].serverError + rates[protocol].grpcError;
        }
        point.errorPercent = 100 * failed / requests(rates);
        point.latency = (called ? latency.in : latency.out).value();
    }
    return point;
}

std::vector<NodeLatency> latencies(const mesh::Graph& graph) {
    std::vector<NodeLatency> all(graph.nodes.size());
    for (const mesh::Edge& edge : graph.edges) {
        if (isRequestProtocol(edge.protocol) && edge.source < all.size() && edge.target < all.size()) {
            all[edge.source].out.add(edge);
            all[edge.target].in.add(edge);
        }
    }
    return all;
}

} // namespace

HistoryFold::HistoryFold(std::size_t pointsPerNode) : m_pointsPerNode(std::max<std::size_t>(pointsPerNode, 1)) {}

void HistoryFold::append(const mesh::Graph& graph) {
    const bool news = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const mesh::Node& node) {
        const auto known = m_history->find(node.id);
        return node.kind != mesh::NodeKind::Box &&
               (known == m_history->end() || known->second.back().time < graph.time);
    });
    if (!news) {
        return; // keeps the shared value: a copy is expensive
    }
    auto next = std::make_shared<mesh::RedHistory>(*m_history);
    const std::vector<NodeLatency> latency = latencies(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const mesh::Node& node = graph.nodes[i];
        if (node.kind == mesh::NodeKind::Box) {
            continue;
        }
        std::vector<mesh::RedPoint>& points = (*next)[node.id];
        if (points.empty() || points.back().time < graph.time) {
            points.push_back(pointOf(node, graph.time, latency[i]));
        }
    }
    std::erase_if(*next, [&](const auto& entry) {
        return entry.second.empty() || graph.time - entry.second.back().time > kForgetAfter;
    });
    const std::size_t affordable = std::max(kFewestPoints, kPointsInAll / std::max<std::size_t>(next->size(), 1));
    const std::size_t most = std::min(m_pointsPerNode, affordable);
    for (auto& [id, points] : *next) {
        if (points.size() > most) {
            points.erase(points.begin(), points.end() - static_cast<std::ptrdiff_t>(most));
        }
    }
    m_history = std::move(next);
}

mesh::RedPoint redPoint(const mesh::Graph& graph, std::size_t nodeIndex) {
    return pointOf(graph.nodes[nodeIndex], graph.time, latencies(graph)[nodeIndex]);
}

} // namespace meshdeck::session
