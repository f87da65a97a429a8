#include "unit/traffic/graph_samples.h"

#include <algorithm>
#include <random>

namespace meshdeck::traffic::test {
namespace {

mesh::Node nodeOf(const std::string& name, const std::string& cluster, mesh::NodeKind kind) {
    mesh::Node node;
    const std::size_t slash = name.find('/');
    node.id = kind == mesh::NodeKind::Service ? "id|svc:" + name : GraphSample::idOf(name);
    node.kind = kind;
    node.cluster = cluster;
    node.ns = name.substr(0, slash);
    node.health = mesh::Health::Healthy;
    if (kind == mesh::NodeKind::Service) {
        node.service = name.substr(slash + 1);
    } else {
        node.app = node.workload = name.substr(slash + 1);
    }
    return node;
}

} // namespace

GraphSample& GraphSample::node(const std::string& name, const std::string& cluster) {
    const mesh::Node node = nodeOf(name, cluster, mesh::NodeKind::Workload);
    m_nodes[node.id] = node;
    return *this;
}

GraphSample& GraphSample::service(const std::string& name) {
    const mesh::Node node = nodeOf(name, "c", mesh::NodeKind::Service);
    m_nodes[node.id] = node;
    return *this;
}

GraphSample& GraphSample::health(const std::string& name, mesh::Health health) {
    m_nodes.at(idOf(name)).health = health;
    return *this;
}

GraphSample& GraphSample::call(const std::string& from, const std::string& to, double rate, double failed, mesh::Protocol protocol) {
    mesh::Edge edge;
    edge.protocol = protocol;
    edge.rates.total = rate;
    edge.rates.serverError = failed;
    edge.health = failed > 0 ? mesh::Health::Degraded : mesh::Health::Healthy;
    m_calls.push_back({idOf(from), idOf(to), edge});
    return *this;
}

GraphSample& GraphSample::refused(const std::string& from, const std::string& to, double rate) {
    call(from, to, rate);
    m_calls.back().edge.rates.clientError = rate;
    m_calls.back().edge.responses = {{"403", "-", "host", rate}};
    return *this;
}

mesh::Graph GraphSample::build() const {
    mesh::Graph graph;
    std::map<std::string, std::uint32_t> index;
    for (const auto& [id, node] : m_nodes) {
        index[id] = static_cast<std::uint32_t>(graph.nodes.size());
        graph.nodes.push_back(node);
    }
    for (const Call& call : m_calls) {
        mesh::Edge edge = call.edge;
        edge.source = index.at(call.from);
        edge.target = index.at(call.to);
        edge.id = "edge|" + call.from + '|' + call.to + '|' + std::string(name(edge.protocol)) + (edge.responses.empty() ? "" : "|refused");
        const auto p = static_cast<std::size_t>(edge.protocol);
        graph.nodes[edge.source].out[p] += edge.rates;
        graph.nodes[edge.target].in[p] += edge.rates;
        graph.edges.push_back(edge);
    }
    std::sort(graph.edges.begin(), graph.edges.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return graph;
}

mesh::Graph randomGraph(std::uint32_t seed, int nodes, int namespaces) {
    std::mt19937 random(seed);
    const auto below = [&](int most) { return static_cast<int>(random() % static_cast<std::uint32_t>(most)); };
    GraphSample sample;
    std::vector<std::string> names;
    for (int i = 0; i < nodes; ++i) {
        names.push_back("n" + std::to_string(below(namespaces)) + "/w" + std::to_string(i));
        sample.node(names.back());
    }
    std::map<std::pair<int, int>, bool> known;
    for (int i = 0; i < nodes * 3; ++i) {
        const int from = below(nodes), to = below(nodes);
        if (from == to || !known.emplace(std::pair(from, to), true).second) {
            continue;
        }
        const double rate = 1 + below(500);
        if (below(20) == 0) {
            sample.refused(names[static_cast<std::size_t>(from)], names[static_cast<std::size_t>(to)], rate);
        } else {
            sample.call(names[static_cast<std::size_t>(from)], names[static_cast<std::size_t>(to)], rate, below(10) == 0 ? rate / 20 : 0);
        }
    }
    return sample.build();
}

} // namespace meshdeck::traffic::test
