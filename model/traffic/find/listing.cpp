#include "traffic/find/listing.h"

#include <algorithm>
#include <tuple>

#include "traffic/find/facts.h"

namespace meshdeck::traffic {
namespace {

bool runs(const mesh::Node& node) {
    return node.kind == mesh::NodeKind::App || node.kind == mesh::NodeKind::Workload;
}

// Of all nodes, or of those found: without boxes and without services that one of them stands behind.
std::vector<bool> things(const mesh::Graph& graph, std::vector<bool> found) {
    std::vector<bool> told(graph.nodes.size(), false);
    for (const mesh::Edge& edge : graph.edges) {
        if (graph.nodes[edge.source].kind == mesh::NodeKind::Service && runs(graph.nodes[edge.target]) && found[edge.target]) {
            told[edge.source] = true;
        }
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        found[i] = found[i] && !told[i] && graph.nodes[i].kind != mesh::NodeKind::Box;
    }
    return found;
}

std::optional<double> share(std::optional<double> percent) {
    return percent ? std::optional(*percent / 100) : std::nullopt;
}

// As on the map: 4xx are an application's own business.
std::optional<double> errorShareOf(const mesh::Edge& edge) {
    const mesh::ClassRates& r = edge.rates;
    return edge.protocol == mesh::Protocol::Tcp || r.total <= 0 ? std::nullopt : std::optional((r.noResponse + r.serverError + r.grpcError) / r.total);
}

} // namespace

std::vector<FoundNode> foundNodes(const mesh::Graph& graph, const FindMatches& matches) {
    std::vector<FoundNode> list;
    const std::vector<bool> shown = things(graph, matches.nodes);
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        if (shown[i]) {
            const mesh::Node& node = graph.nodes[i];
            list.push_back({i, share(find::numberOf(FindOperand::Errors, node)), find::numberOf(FindOperand::Rate, node).value_or(0)});
        }
    }
    std::sort(list.begin(), list.end(), [&](const FoundNode& a, const FoundNode& b) {
        const auto key = [&](const FoundNode& f) {
            const mesh::Node& node = graph.nodes[f.node];
            return std::tuple(-f.errorShare.value_or(-1), -f.requestsPerSecond, displayName(node), f.node);
        };
        return key(a) < key(b);
    });
    return list;
}

std::vector<FoundEdge> foundEdges(const mesh::Graph& graph, const FindMatches& matches) {
    std::vector<FoundEdge> list;
    for (std::uint32_t i = 0; i < graph.edges.size(); ++i) {
        if (matches.edges[i]) {
            list.push_back({i, errorShareOf(graph.edges[i]), graph.edges[i].rates.total});
        }
    }
    std::sort(list.begin(), list.end(), [](const FoundEdge& a, const FoundEdge& b) {
        const auto key = [](const FoundEdge& f) { return std::tuple(-f.errorShare.value_or(-1), -f.rate, f.edge); };
        return key(a) < key(b);
    });
    return list;
}

std::size_t findableNodes(const mesh::Graph& graph) {
    const std::vector<bool> all = things(graph, std::vector<bool>(graph.nodes.size(), true));
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), true));
}

std::string grouped(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3;) {
        i -= 3;
        digits.insert(i, ",");
    }
    return digits;
}

std::string foundWords(const mesh::Graph& graph, const FindMatches& matches) {
    const std::vector<bool> shown = things(graph, matches.nodes);
    const auto nodes = static_cast<std::size_t>(std::count(shown.begin(), shown.end(), true));
    const std::size_t edges = matches.edgeCount();
    if (nodes + edges == 0) {
        return "nothing found";
    }
    if (!matches.aboutNodes || (nodes == 0 && edges > 0)) {
        return grouped(edges) + " of " + grouped(graph.edges.size()) + " calls";
    }
    const std::string words = grouped(nodes) + " of " + grouped(findableNodes(graph));
    return edges == 0 ? words : words + " and " + grouped(edges) + (edges == 1 ? " call" : " calls");
}

} // namespace meshdeck::traffic
