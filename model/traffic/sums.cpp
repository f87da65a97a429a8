#include "traffic/sums.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

namespace meshdeck::traffic {
namespace {

using mesh::Graph;
using mesh::Health;
using mesh::Node;
using mesh::NodeKind;

int rank(Health health) {
    switch (health) {
    case Health::Failing: return 4;
    case Health::Degraded: return 3;
    case Health::Healthy: return 2;
    case Health::Idle: return 1;
    case Health::Unknown: return 0;
    }
    return 0;
}

std::string reasonOf(const Group& group) {
    const auto count = [&](Health health) { return group.health[static_cast<std::size_t>(health)]; };
    std::string reason;
    if (count(Health::Failing) > 0) {
        reason = std::to_string(count(Health::Failing)) + " failing";
    }
    if (count(Health::Degraded) > 0) {
        reason += (reason.empty() ? "" : ", ") + std::to_string(count(Health::Degraded)) + " degraded";
    }
    return reason.empty() ? reason : reason + " of " + std::to_string(group.workloads);
}

Node nodeOf(const Graph& graph, const Group& group) {
    Node node;
    node.id = group.id;
    node.kind = NodeKind::Box;
    node.cluster = group.cluster;
    node.ns = group.ns;
    node.health = group.worst;
    node.reason = reasonOf(group);
    for (const std::uint32_t i : group.nodes) {
        for (std::size_t p = 0; p < node.in.size(); ++p) {
            const bool counts = graph.nodes[i].kind != NodeKind::Service;
            node.in[p] += counts ? graph.nodes[i].in[p] : mesh::ClassRates();
            node.out[p] += counts ? graph.nodes[i].out[p] : mesh::ClassRates();
        }
    }
    return node;
}

// Responses of refused calls, so that the sum says what was refused and by what.
void addResponses(const mesh::Edge& edge, mesh::Edge& sum) {
    for (const mesh::Response& response : edge.responses) {
        const auto same = std::find_if(sum.responses.begin(), sum.responses.end(), [&](const mesh::Response& known) {
            return known.code == response.code && known.flags == response.flags;
        });
        if (same == sum.responses.end()) {
            sum.responses.push_back(response);
        } else {
            same->rate += response.rate;
            same->host = same->host == response.host ? same->host : std::string();
        }
    }
}

// Weighted means of what the parts know.
struct Shares {
    double mtls = 0, mtlsRate = 0;
};

class EdgeSums {
public:
    EdgeSums(const Graph& graph, Folded& folded, Graph& into)
        : m_graph(graph)
        , m_folded(folded)
        , m_into(into) {}

    void add(std::uint32_t index) {
        const mesh::Edge& edge = m_graph.edges[index];
        const std::uint32_t source = m_folded.nodeOf[edge.source], target = m_folded.nodeOf[edge.target];
        if (source == Folded::kNowhere || target == Folded::kNowhere) {
            return;
        }
        const bool summed = isGroup(source) || isGroup(target);
        if (source == target && summed) {
            return; // within one group
        }
        if (!summed) {
            m_into.edges.push_back(edge);
            m_into.edges.back().source = source;
            m_into.edges.back().target = target;
            m_members.push_back({index});
            return;
        }
        addTo(sumOf(source, target, edge.protocol, edge.denied()), index);
    }

    void finish() {
        for (const auto& [at, shares] : m_shares) {
            if (shares.mtlsRate > 0) {
                m_into.edges[at].mtls = Percent(shares.mtls / shares.mtlsRate);
            }
        }
        std::vector<std::size_t> order(m_into.edges.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return m_into.edges[a].id < m_into.edges[b].id; });
        std::vector<mesh::Edge> edges;
        edges.reserve(order.size());
        for (const std::size_t i : order) {
            edges.push_back(std::move(m_into.edges[i]));
            m_folded.membersOf.push_back(std::move(m_members[i]));
        }
        m_into.edges = std::move(edges);
    }

private:
    [[nodiscard]] bool isGroup(std::uint32_t node) const { return m_into.nodes[node].kind == NodeKind::Box; }

    std::size_t sumOf(std::uint32_t source, std::uint32_t target, mesh::Protocol protocol, bool denied) {
        const auto [at, isNew] = m_known.emplace(std::tuple(source, target, protocol, denied), m_into.edges.size());
        if (isNew) {
            mesh::Edge& sum = m_into.edges.emplace_back();
            sum.id = "sum|" + m_into.nodes[source].id + '|' + m_into.nodes[target].id + '|' + std::string(name(protocol)) +
                     (denied ? "|denied" : "");
            sum.source = source;
            sum.target = target;
            sum.protocol = protocol;
            m_members.emplace_back();
        }
        return at->second;
    }

    void addTo(std::size_t at, std::uint32_t index) {
        const mesh::Edge& edge = m_graph.edges[index];
        mesh::Edge& sum = m_into.edges[at];
        m_members[at].push_back(index);
        sum.rates += edge.rates;
        if (rank(edge.health) > rank(sum.health)) {
            sum.health = edge.health;
        }
        if (edge.mtls) {
            m_shares[at].mtls += edge.mtls->value * edge.rates.total;
            m_shares[at].mtlsRate += edge.rates.total;
        }
        if (edge.throughput) {
            sum.throughput = sum.throughput.value_or(0) + *edge.throughput;
        }
        if (edge.denied()) {
            addResponses(edge, sum);
        }
    }

    const Graph& m_graph;
    Folded& m_folded;
    Graph& m_into;
    std::map<std::tuple<std::uint32_t, std::uint32_t, mesh::Protocol, bool>, std::size_t> m_known;
    std::map<std::size_t, Shares> m_shares;
    std::vector<std::vector<std::uint32_t>> m_members;
};

// Nodes that stay and one node a group, sorted by id.
void takeNodes(const Graph& graph, Folded& folded, Graph& into) {
    std::vector<std::int32_t> groupOf(graph.nodes.size(), -1);
    for (std::size_t g = 0; g < folded.groups.size(); ++g) {
        for (const std::uint32_t i : folded.groups[g].nodes) {
            groupOf[i] = static_cast<std::int32_t>(g);
        }
    }
    std::unordered_map<std::string_view, std::uint32_t> index;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (groupOf[i] < 0 && graph.nodes[i].kind != NodeKind::Box) {
            into.nodes.push_back(graph.nodes[i]);
        }
    }
    for (const Group& group : folded.groups) {
        into.nodes.push_back(nodeOf(graph, group));
    }
    std::sort(into.nodes.begin(), into.nodes.end(), [](const Node& a, const Node& b) { return a.id < b.id; });
    for (std::uint32_t i = 0; i < into.nodes.size(); ++i) {
        index.emplace(into.nodes[i].id, i);
    }
    folded.nodeOf.assign(graph.nodes.size(), Folded::kNowhere);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const std::string& id = groupOf[i] >= 0 ? folded.groups[static_cast<std::size_t>(groupOf[i])].id : graph.nodes[i].id;
        if (const auto found = index.find(id); found != index.end() && (groupOf[i] >= 0 || graph.nodes[i].kind != NodeKind::Box)) {
            folded.nodeOf[i] = found->second;
        }
    }
}

} // namespace

void sumNodes(const Graph& graph, Group& group) {
    const bool anyRuns = std::any_of(group.nodes.begin(), group.nodes.end(), [&](std::uint32_t i) {
        return graph.nodes[i].kind == NodeKind::App || graph.nodes[i].kind == NodeKind::Workload;
    });
    for (const std::uint32_t i : group.nodes) {
        const Node& node = graph.nodes[i];
        if (anyRuns && node.kind == NodeKind::Service) {
            continue; // another name for its workloads
        }
        ++group.workloads;
        ++group.health[static_cast<std::size_t>(node.health)];
        if (rank(node.health) > rank(group.worst)) {
            group.worst = node.health;
        }
        group.requests += node.in[static_cast<std::size_t>(mesh::Protocol::Http)];
        group.requests += node.in[static_cast<std::size_t>(mesh::Protocol::Grpc)];
        group.bytesPerSecond += node.in[static_cast<std::size_t>(mesh::Protocol::Tcp)].total;
    }
}

void sumGraph(const Graph& graph, Folded& folded) {
    auto into = std::make_shared<Graph>();
    into->type = graph.type;
    into->time = graph.time;
    into->window = graph.window;
    into->reporter = graph.reporter;
    takeNodes(graph, folded, *into);
    EdgeSums sums(graph, folded, *into);
    for (std::uint32_t i = 0; i < graph.edges.size(); ++i) {
        sums.add(i);
    }
    sums.finish();
    folded.graph = std::move(into);
}

} // namespace meshdeck::traffic
