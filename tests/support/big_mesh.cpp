#include "support/big_mesh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>

namespace meshdeck::test {
namespace {

// Of the same looks in the same order as a hash: nothing may depend on neighbours being alike.
std::string idOf(std::uint32_t kind, std::uint32_t index) {
    std::string id;
    std::uint64_t state = (static_cast<std::uint64_t>(kind) << 32U | index) + 0x9e3779b97f4a7c15ULL;
    for (int word = 0; word < 4; ++word) {
        state = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        state = (state ^ (state >> 27U)) * 0x94d049bb133111ebULL;
        state ^= state >> 31U;
        std::array<char, 17> hex{};
        std::snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(state));
        id += hex.data();
    }
    return id;
}

class Maker {
public:
    explicit Maker(const BigMesh& wanted)
        : m_wanted(wanted)
        , m_random(wanted.seed) {
        m_count = static_cast<std::size_t>(wanted.workloads);
        const int namespaces = wanted.namespaces > 0 ? wanted.namespaces : std::max(1, static_cast<int>(0.7 * std::sqrt(wanted.workloads)));
        std::vector<double> sizes;
        for (int i = 0; i < namespaces; ++i) {
            sizes.push_back(1 / std::pow(i + 1, 0.8));
        }
        std::discrete_distribution<int> home(sizes.begin(), sizes.end());
        m_members.resize(static_cast<std::size_t>(namespaces));
        for (std::size_t i = 0; i < m_count; ++i) {
            m_home.push_back(home(m_random));
            m_tier.push_back(tierOf(i));
            m_members[static_cast<std::size_t>(m_home.back())].push_back(i);
        }
    }

    mesh::Graph make() {
        mesh::Graph graph;
        graph.type = mesh::GraphType::VersionedApp;
        graph.window = std::chrono::minutes(1);
        graph.reporter = "source";
        for (std::size_t i = 0; i < m_count; ++i) {
            graph.nodes.push_back(workload(i));
        }
        for (std::size_t i = 0; i < m_count * static_cast<std::size_t>(m_wanted.callsEach); ++i) {
            addCall(graph, i % m_count);
        }
        sort(graph);
        return graph;
    }

private:
    [[nodiscard]] int tierOf(std::size_t i) const {
        const double share = static_cast<double>(i) / static_cast<double>(m_count);
        return share < 0.05 ? 0 : 1 + static_cast<int>((share - 0.05) / 0.95 * 6.99);
    }

    mesh::Node workload(std::size_t i) {
        mesh::Node node;
        node.id = idOf(1, static_cast<std::uint32_t>(i));
        node.kind = mesh::NodeKind::App;
        node.cluster = "east";
        node.ns = "team-" + std::to_string(m_home[i]);
        node.app = "svc-" + std::to_string(i);
        node.workload = node.app + "-v1";
        node.version = "v1";
        const std::uint32_t luck = m_random() % 1000;
        node.health = luck < 3 ? mesh::Health::Failing : luck < 15 ? mesh::Health::Degraded : mesh::Health::Healthy;
        return node;
    }

    std::size_t anyOf(const std::vector<std::size_t>& members) { return members[m_random() % members.size()]; }

    // Two of three calls stay in the namespace, most go to a later tier, and hubs are called by many.
    std::size_t callee(std::size_t from) {
        for (int attempt = 0; attempt < 12; ++attempt) {
            const bool inside = m_random() % 100 < 65;
            const double u = static_cast<double>(m_random() % 100000 + 1) / 100000;
            const auto popular = static_cast<std::size_t>(std::pow(u, 1.6) * static_cast<double>(m_count - 1));
            const std::size_t to = inside ? anyOf(m_members[static_cast<std::size_t>(m_home[from])]) : m_count - 1 - popular;
            if (to != from && (m_tier[to] > m_tier[from] || m_random() % 100 == 0)) {
                return to;
            }
        }
        return m_count;
    }

    void addCall(mesh::Graph& graph, std::size_t from) {
        const std::size_t to = callee(from);
        if (to >= m_count || !m_known.emplace(from, to).second) {
            return;
        }
        mesh::Edge edge;
        edge.source = static_cast<std::uint32_t>(from);
        edge.target = static_cast<std::uint32_t>(to);
        edge.id = idOf(2, static_cast<std::uint32_t>(graph.edges.size()));
        const std::uint32_t kind = m_random() % 10;
        edge.protocol = kind < 5 ? mesh::Protocol::Http : kind < 9 ? mesh::Protocol::Grpc : mesh::Protocol::Tcp;
        const double swing = 1 + 0.2 * std::sin(static_cast<double>(m_wanted.tick) + static_cast<double>(from));
        edge.rates.total = std::pow(10, static_cast<double>(m_random() % 3000) / 1000) * swing * (edge.protocol == mesh::Protocol::Tcp ? 1024 : 1);
        if (m_random() % 50 == 0 && edge.protocol != mesh::Protocol::Tcp) {
            edge.rates.serverError = edge.rates.total * 0.04;
        }
        edge.mtls = Percent(100);
        edge.latency.p50 = Milliseconds(2 + m_random() % 80);
        edge.health = edge.rates.serverError > 0 ? mesh::Health::Degraded : mesh::Health::Healthy;
        const auto p = static_cast<std::size_t>(edge.protocol);
        graph.nodes[from].out[p] += edge.rates;
        graph.nodes[to].in[p] += edge.rates;
        graph.edges.push_back(std::move(edge));
    }

    static void sort(mesh::Graph& graph) {
        std::vector<std::uint32_t> order(graph.nodes.size()), place(graph.nodes.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return graph.nodes[a].id < graph.nodes[b].id; });
        std::vector<mesh::Node> nodes;
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            place[order[i]] = i;
            nodes.push_back(std::move(graph.nodes[order[i]]));
        }
        graph.nodes = std::move(nodes);
        for (mesh::Edge& edge : graph.edges) {
            edge.source = place[edge.source];
            edge.target = place[edge.target];
        }
        std::sort(graph.edges.begin(), graph.edges.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    }

    const BigMesh& m_wanted;
    std::mt19937 m_random;
    std::size_t m_count = 0;
    std::vector<int> m_home;
    std::vector<int> m_tier;
    std::vector<std::vector<std::size_t>> m_members;
    std::set<std::pair<std::size_t, std::size_t>> m_known;
};

} // namespace

mesh::SnapshotPtr bigMesh(const BigMesh& wanted) {
    auto graph = std::make_shared<mesh::Graph>(Maker(wanted).make());
    graph->time = ServerTime(std::chrono::seconds(1795876328 + 15 * static_cast<int>(wanted.tick)));
    auto snapshot = std::make_shared<mesh::MeshSnapshot>();
    snapshot->context = "big";
    snapshot->time = graph->time;
    snapshot->generation = wanted.tick + 1;
    snapshot->graph = std::move(graph);
    snapshot->config = std::make_shared<const mesh::ResourceTable>();
    snapshot->inventory = std::make_shared<const mesh::Inventory>();
    snapshot->history = std::make_shared<const mesh::RedHistory>();
    mesh::SourceHealth prometheus;
    prometheus.name = "prometheus";
    prometheus.state = mesh::SourceState::Live;
    snapshot->sources = {prometheus};
    return snapshot;
}

} // namespace meshdeck::test
