#include "traffic/find/find_mesh.h"

#include <algorithm>

namespace meshdeck::traffic::test {
namespace {

std::size_t pick(std::mt19937& random, std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

mesh::Node node(const std::string& id, const std::string& ns, const std::string& name, const std::string& version) {
    mesh::Node node;
    node.id = id;
    node.kind = mesh::NodeKind::App;
    node.cluster = "east";
    node.ns = ns;
    node.workload = name + "-" + version;
    node.app = name;
    node.version = version;
    node.health = mesh::Health::Healthy;
    return node;
}

mesh::Edge edge(const std::string& id, std::uint32_t source, std::uint32_t target, mesh::Protocol protocol, double rate) {
    mesh::Edge edge;
    edge.id = id;
    edge.source = source;
    edge.target = target;
    edge.protocol = protocol;
    edge.rates.total = rate;
    return edge;
}

void count(mesh::Graph& graph) {
    for (const mesh::Edge& edge : graph.edges) {
        graph.nodes[edge.source].out[static_cast<std::size_t>(edge.protocol)] += edge.rates;
        graph.nodes[edge.target].in[static_cast<std::size_t>(edge.protocol)] += edge.rates;
    }
}

} // namespace

mesh::Graph findMesh() {
    mesh::Graph graph;
    graph.nodes = {node("n0", "shop", "web", "v1"), node("n1", "shop", "cart", "v2"), node("n2", "payments", "card", "v4"),
                   node("n3", "", "acquirer", ""), node("n4", "payments", "db", "v10"), node("n5", "sandbox", "lab", "v1")};
    graph.nodes[0].set(mesh::NodeFlag::Root);
    graph.nodes[1].set(mesh::NodeFlag::CircuitBreaker);
    graph.nodes[2].health = mesh::Health::Degraded;
    graph.nodes[2].reason = "10 % of 8 req/s fail with 503";
    graph.nodes[3].kind = mesh::NodeKind::ServiceEntry;
    graph.nodes[3].workload = graph.nodes[3].app = "";
    graph.nodes[3].service = "acquirer";
    graph.nodes[3].hosts = {"pay.example.com"};
    graph.nodes[3].health = mesh::Health::Failing;
    graph.nodes[4].set(mesh::NodeFlag::MissingSidecar);
    graph.nodes[5].set(mesh::NodeFlag::Idle);
    graph.nodes[5].health = mesh::Health::Idle;
    graph.edges = {edge("e0", 0, 1, mesh::Protocol::Http, 12), edge("e1", 0, 2, mesh::Protocol::Grpc, 8),
                   edge("e2", 2, 3, mesh::Protocol::Http, 4), edge("e3", 2, 4, mesh::Protocol::Tcp, 4096)};
    graph.edges[0].mtls = Percent(80);
    graph.edges[0].latency.p95 = Milliseconds(120);
    graph.edges[1].mtls = Percent(0);
    graph.edges[1].rates.grpcError = 0.8;
    graph.edges[2].rates.serverError = 1;
    graph.edges[2].responses = {{"200", "-", "pay.example.com", 3}, {"503", "UF", "pay.example.com", 1}};
    graph.edges[0].sourcePrincipal = "spiffe://cluster.local/ns/shop/sa/web";
    count(graph);
    return graph;
}

mesh::Inventory findInventory() {
    mesh::Inventory inventory;
    mesh::Workload cart;
    cart.ns = "shop";
    cart.name = "cart-v2";
    cart.templateLabels = {{"app", "cart"}, {"team", "checkout"}};
    inventory.workloads["shop/cart-v2"] = cart;
    return inventory;
}

mesh::Graph randomGraph(std::mt19937& random) {
    static const char* const kNames[] = {"web", "cart", "card", "db", "lab"};
    static const char* const kSpaces[] = {"shop", "payments", "sandbox"};
    static const char* const kVersions[] = {"", "v1", "v2", "v10"};
    mesh::Graph graph;
    const std::size_t nodes = 1 + pick(random, 9);
    for (std::size_t i = 0; i < nodes; ++i) {
        mesh::Node one = node("n" + std::to_string(i), kSpaces[pick(random, 3)], kNames[pick(random, 5)], kVersions[pick(random, 4)]);
        one.kind = static_cast<mesh::NodeKind>(pick(random, 7));
        one.health = static_cast<mesh::Health>(pick(random, 5));
        one.flags = static_cast<std::uint32_t>(random()) & 0x7F1FFFU;
        graph.nodes.push_back(one);
    }
    for (std::size_t i = 0; i < pick(random, 14); ++i) {
        mesh::Edge one = edge("e" + std::to_string(i), static_cast<std::uint32_t>(pick(random, nodes)),
                              static_cast<std::uint32_t>(pick(random, nodes)), static_cast<mesh::Protocol>(pick(random, 3)),
                              static_cast<double>(pick(random, 6)));
        one.rates.serverError = one.rates.total * static_cast<double>(pick(random, 3)) / 4;
        if (pick(random, 3) > 0) {
            one.mtls = Percent(static_cast<double>(pick(random, 3)) * 50);
        }
        if (pick(random, 2) > 0) {
            one.latency.p95 = Milliseconds(static_cast<double>(pick(random, 4)) * 100);
        }
        graph.edges.push_back(one);
    }
    count(graph);
    return graph;
}

FindTree randomTree(std::mt19937& random, int depth) {
    FindTree tree;
    if (depth > 0 && pick(random, 3) > 0) {
        tree.kind = static_cast<FindTree::Kind>(1 + pick(random, 3));
        const std::size_t parts = tree.kind == FindTree::Kind::Not ? 1 : 2 + pick(random, 2);
        for (std::size_t i = 0; i < parts; ++i) {
            tree.parts.push_back(randomTree(random, depth - 1));
        }
        return tree;
    }
    static const char* const kTexts[] = {"web", "shop", "v2", "and", "a b", "\"", "cb", "is", "x:y", "", "(", "Größe", "ns:x", "\\'"};
    const OperandSpec& spec = findOperands()[pick(random, findOperands().size())];
    FindTerm& term = tree.term;
    term.operand = spec.id;
    if (spec.id == FindOperand::Label) {
        term.key = "team";
    }
    if (spec.type == FindType::Flag || spec.id == FindOperand::FreeText || (spec.alone && pick(random, 2) == 0)) {
        term.text = spec.id == FindOperand::FreeText ? kTexts[pick(random, std::size(kTexts))] : "";
        return tree;
    }
    if (spec.type == FindType::Number) {
        static constexpr FindCompare kCompares[] = {FindCompare::Equal, FindCompare::Less, FindCompare::LessEqual, FindCompare::Greater, FindCompare::GreaterEqual, FindCompare::NotANumber};
        term.compare = kCompares[pick(random, std::size(kCompares))];
        term.number = term.compare == FindCompare::NotANumber ? 0 : spec.id == FindOperand::Rank ? 1 + static_cast<double>(pick(random, 3)) : static_cast<double>(pick(random, 9)) * 0.5;
    } else if (spec.type == FindType::Words) {
        const auto words = wordsOf(spec.id);
        term.compare = FindCompare::Equal;
        term.text = words[pick(random, words.size())].front();
    } else {
        static constexpr FindCompare kCompares[] = {FindCompare::Equal, FindCompare::Less, FindCompare::Greater, FindCompare::Contains, FindCompare::StartsWith, FindCompare::EndsWith};
        term.compare = kCompares[pick(random, std::size(kCompares))];
        term.text = kTexts[pick(random, std::size(kTexts))];
    }
    return tree;
}

} // namespace meshdeck::traffic::test
