#include "traffic/assemble.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <tuple>

#include "traffic/digest.h"

namespace meshdeck::traffic {
namespace {

std::optional<Milliseconds> milliseconds(const std::optional<double>& value) {
    return value ? std::optional(Milliseconds(*value)) : std::nullopt;
}

std::vector<mesh::Response> responsesOf(const DraftEdge& draft, const Names& names) {
    std::vector<mesh::Response> responses;
    responses.reserve(draft.outcomes.size());
    for (const Outcome& outcome : draft.outcomes) {
        responses.push_back({std::string(names.text(outcome.code)), std::string(names.text(outcome.flags)),
                             std::string(names.text(outcome.host)), outcome.rate});
    }
    std::sort(responses.begin(), responses.end(), [](const mesh::Response& a, const mesh::Response& b) {
        return std::tie(a.code, a.flags, a.host) < std::tie(b.code, b.flags, b.host);
    });
    return responses;
}

// The client's count where it has a proxy: only it sees connections that never reached the server.
std::vector<mesh::Connections> connectionsOf(const DraftEdge& draft, const Names& names) {
    std::vector<mesh::Connections> result;
    const auto& counts = draft.observed.connections;
    const bool bySource = std::any_of(counts.begin(), counts.end(), [](const ConnectionCount& count) {
        return count.opened[0] > 0 || count.closed[0] > 0;
    });
    const std::size_t side = bySource ? 0 : 1;
    for (const ConnectionCount& count : counts) {
        if (count.opened.at(side) > 0 || count.closed.at(side) > 0) {
            result.push_back({std::string(names.text(count.flags)), count.opened.at(side), count.closed.at(side)});
        }
    }
    std::sort(result.begin(), result.end(),
              [](const mesh::Connections& a, const mesh::Connections& b) { return a.flags < b.flags; });
    return result;
}

// Counters are read at different moments: what shifts over the window's edge is no disagreement. Over a tenth, and for
// requests more than three standard deviations of a count over the window, is.
std::optional<mesh::Reports> disagreementOf(const DraftEdge& draft, Duration window) {
    static constexpr double kTolerance = 0.1;
    const auto [source, destination] = draft.observed.reported;
    if (source <= 0 || destination <= 0) {
        return std::nullopt; // one end alone has a proxy
    }
    const double more = std::max(source, destination);
    const double seconds = std::max(1.0, std::chrono::duration<double>(window).count());
    const double noise = draft.protocol == mesh::Protocol::Tcp ? 0 : 3 * std::sqrt(more / seconds);
    const double apart = std::abs(source - destination);
    return apart > kTolerance * more && apart > noise ? std::optional(mesh::Reports{source, destination})
                                                      : std::nullopt;
}

mesh::Edge edgeOf(const DraftEdge& draft, const Names& names, Duration window) {
    mesh::Edge edge;
    edge.protocol = draft.protocol;
    edge.rates = draft.rates;
    edge.responses = responsesOf(draft, names);
    edge.connections = connectionsOf(draft, names);
    edge.disagreement = disagreementOf(draft, window);
    const Observed& seen = draft.observed;
    if (seen.securityKnown > 0) {
        // Divided first: the same sum twice is exactly 1, so that no rounding makes plaintext of what is all secured.
        edge.mtls = Percent(100 * (seen.secured / seen.securityKnown));
    }
    edge.latency = {milliseconds(seen.p50), milliseconds(seen.p95), milliseconds(seen.p99)};
    edge.throughput = seen.bodyBytes;
    edge.sourcePrincipal = std::string(names.text(seen.sourcePrincipal));
    edge.targetPrincipal = std::string(names.text(seen.targetPrincipal));
    return edge;
}

template <typename T>
std::vector<std::uint32_t> orderById(const std::vector<T>& items) {
    std::vector<std::uint32_t> order(items.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return items[a].id < items[b].id; });
    return order;
}

template <typename T>
void arrange(std::vector<T>& items, const std::vector<std::uint32_t>& order) {
    std::vector<T> sorted;
    sorted.reserve(items.size());
    for (const std::uint32_t index : order) {
        sorted.push_back(std::move(items[index]));
    }
    items = std::move(sorted);
}

} // namespace

mesh::Graph assemble(std::vector<DraftNode> nodes, std::vector<DraftEdge> edges, const Names& names,
                     Duration window) {
    mesh::Graph graph;
    std::vector<std::uint32_t> place(nodes.size(), kNoNode);
    const auto use = [&](NodeIndex index) {
        if (place[index] == kNoNode) {
            place[index] = static_cast<std::uint32_t>(graph.nodes.size());
            graph.nodes.push_back(std::move(nodes[index].node));
        }
        return place[index];
    };
    graph.edges.reserve(edges.size());
    for (const DraftEdge& draft : edges) {
        mesh::Edge& edge = graph.edges.emplace_back(edgeOf(draft, names, window));
        edge.source = use(draft.source);
        edge.target = use(draft.target);
        const auto protocol = static_cast<std::size_t>(draft.protocol);
        graph.nodes[edge.source].out.at(protocol) += edge.rates;
        graph.nodes[edge.target].in.at(protocol) += edge.rates;
    }
    return graph;
}

void sortById(mesh::Graph& graph, Sha256& digest) {
    const std::vector<std::uint32_t> nodeOrder = orderById(graph.nodes);
    std::vector<std::uint32_t> place(nodeOrder.size());
    for (std::uint32_t i = 0; i < nodeOrder.size(); ++i) {
        place[nodeOrder[i]] = i;
    }
    arrange(graph.nodes, nodeOrder);
    std::string text;
    for (mesh::Edge& edge : graph.edges) {
        edge.source = place[edge.source];
        edge.target = place[edge.target];
        text.assign(graph.nodes[edge.source].id).append(".").append(graph.nodes[edge.target].id).append(".");
        text.append(mesh::name(edge.protocol));
        edge.id = digest.hex(text);
    }
    arrange(graph.edges, orderById(graph.edges));
}

} // namespace meshdeck::traffic
