#include "views/sample_mesh.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/text.h"
#include "views/sample_pods.h"

namespace meshdeck::views::sample {
namespace {

using mesh::Graph;
using mesh::Node;
using mesh::NodeFlag;
using mesh::NodeKind;
using mesh::Protocol;

class MeshBuilder {
public:
    std::size_t service(const std::string& ns, const std::string& name, std::initializer_list<NodeFlag> flags = {}) {
        Node node;
        node.kind = NodeKind::Service;
        node.service = node.app = name;
        return add(std::move(node), ns, name, flags);
    }

    std::size_t app(const std::string& ns, const std::string& name, const std::string& version,
                    std::initializer_list<NodeFlag> flags = {}) {
        Node node;
        node.kind = NodeKind::App;
        node.app = name;
        node.version = version;
        node.workload = name + '-' + version;
        node.destServices = {{"Kubernetes", ns, name}};
        return add(std::move(node), ns, name + '|' + version, flags);
    }

    // A service and its only version behind it.
    std::size_t pair(const std::string& ns, const std::string& name, std::initializer_list<NodeFlag> flags = {}) {
        const std::size_t front = service(ns, name, flags);
        m_behind[front] = app(ns, name, "v1");
        return front;
    }

    std::size_t external(const std::string& name) {
        Node node;
        node.kind = NodeKind::ServiceEntry;
        node.service = name;
        return add(std::move(node), "", name, {});
    }

    mesh::Edge& call(std::size_t from, std::size_t to, double rate, Protocol protocol, double failed = 0) {
        const auto sender = m_behind.contains(from) ? m_behind.at(from) : from;
        connect(sender, to, rate, protocol, failed);
        if (m_behind.contains(to)) {
            connect(to, m_behind.at(to), rate, protocol, failed);
        }
        // Addressed again: connect() may have moved the edges.
        return *std::find_if(m_edges.begin(), m_edges.end(), [&](const mesh::Edge& e) {
            return e.source == sender && e.target == to && e.protocol == protocol;
        });
    }

    mesh::Edge& connect(std::size_t from, std::size_t to, double rate, Protocol protocol, double failed) {
        mesh::Edge edge;
        edge.id = std::to_string(from) + ">" + std::to_string(to) + std::string(mesh::name(protocol));
        edge.source = static_cast<std::uint32_t>(from);
        edge.target = static_cast<std::uint32_t>(to);
        edge.protocol = protocol;
        edge.rates.total = rate;
        (protocol == Protocol::Grpc ? edge.rates.grpcError : edge.rates.serverError) = rate * failed;
        edge.mtls = Percent(100);
        edge.sourcePrincipal = principal(m_nodes[from]);
        edge.targetPrincipal = principal(m_nodes[to]);
        const bool grpc = protocol == Protocol::Grpc;
        if (protocol != Protocol::Tcp) {
            edge.responses = {{grpc ? "0" : "200", "-", m_nodes[to].app, rate * (1 - failed)}};
        }
        if (failed > 0) {
            edge.responses.push_back({grpc ? "13" : "503", grpc ? "-" : "UO", m_nodes[to].app, rate * failed});
        }
        edge.latency = {Milliseconds(22), Milliseconds(94), Milliseconds(254)};
        edge.health = health(failed, rate);
        m_edges.push_back(edge);
        return m_edges.back();
    }

    Graph finish(ServerTime time) {
        for (const mesh::Edge& edge : m_edges) {
            addRates(m_nodes[edge.source].out[static_cast<std::size_t>(edge.protocol)], edge.rates);
            if (!edge.denied()) {
                addRates(m_nodes[edge.target].in[static_cast<std::size_t>(edge.protocol)], edge.rates);
            }
        }
        for (Node& node : m_nodes) {
            settle(node);
        }
        std::vector<std::uint32_t> order(m_nodes.size()), at(m_nodes.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::sort(order.begin(), order.end(), [this](auto a, auto b) { return m_nodes[a].id < m_nodes[b].id; });
        Graph graph;
        graph.time = time;
        graph.window = std::chrono::minutes(1);
        graph.reporter = "source, else destination";
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            at[order[i]] = i;
            graph.nodes.push_back(m_nodes[order[i]]);
        }
        for (mesh::Edge& edge : m_edges) {
            edge.source = at[edge.source];
            edge.target = at[edge.target];
        }
        std::sort(m_edges.begin(), m_edges.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
        graph.edges = std::move(m_edges);
        return graph;
    }

private:
    std::size_t add(Node node, const std::string& ns, const std::string& name, std::initializer_list<NodeFlag> flags) {
        node.cluster = "Kubernetes";
        node.ns = ns;
        node.id = std::string(mesh::name(node.kind)) + '|' + ns + '|' + name;
        for (const NodeFlag flag : flags) {
            node.set(flag);
        }
        m_nodes.push_back(std::move(node));
        return m_nodes.size() - 1;
    }

    static std::string principal(const Node& node) {
        return node.ns.empty() || node.has(NodeFlag::MissingSidecar)
                   ? "unknown"
                   : "spiffe://cluster.local/ns/" + node.ns + "/sa/" + node.app;
    }

    static void addRates(mesh::ClassRates& sum, const mesh::ClassRates& rates) {
        sum.total += rates.total;
        sum.noResponse += rates.noResponse;
        sum.serverError += rates.serverError;
        sum.grpcError += rates.grpcError;
    }

    static mesh::Health health(double failed, double rate) {
        return rate <= 0 ? mesh::Health::Idle
               : failed >= 0.05 ? mesh::Health::Failing // the sample's canary lost against its baseline
               : failed >= 0.005 ? mesh::Health::Degraded
                                 : mesh::Health::Healthy;
    }

    static void settle(Node& node) {
        double total = 0, failed = 0, any = 0;
        for (const Protocol p : {Protocol::Http, Protocol::Grpc, Protocol::Tcp}) {
            const auto& in = node.in[static_cast<std::size_t>(p)];
            total += p == Protocol::Tcp ? 0 : in.total;
            failed += in.serverError + in.grpcError;
            any += in.total + node.out[static_cast<std::size_t>(p)].total;
        }
        const double share = total > 0 ? failed / total : 0;
        node.health = node.has(NodeFlag::MissingSidecar) ? mesh::Health::Unknown : health(share, any);
        if (share >= 0.005) {
            node.reason = text::percent(Percent(share * 100)) + " of " + text::rate(RequestsPerSecond(total)) + " fail";
        }
    }

    std::vector<Node> m_nodes;
    std::vector<mesh::Edge> m_edges;
    std::map<std::size_t, std::size_t> m_behind;
};

mesh::ResourcePtr resource(const std::string& kind, const std::string& ns, const std::string& name, const std::string& spec) {
    auto resource = std::make_shared<mesh::Resource>();
    resource->ref = {"networking.istio.io", kind, ns, name};
    resource->apiVersion = "networking.istio.io/v1";
    resource->uid = "4f8a-" + name;
    resource->resourceVersion = "48213";
    resource->json = std::make_shared<const std::string>(
        R"({"apiVersion":"networking.istio.io/v1","kind":")" + kind + R"(","metadata":{"name":")" + name +
        R"(","namespace":")" + ns + R"(","uid":"4f8a-)" + name + R"(","resourceVersion":"48213"},"spec":)" + spec + "}");
    return resource;
}

std::string splitSpec(const std::string& host, const std::vector<std::pair<std::string, int>>& weights) {
    std::string routes;
    for (const auto& [subset, weight] : weights) {
        routes += std::string(routes.empty() ? "" : ",") + R"({"destination":{"host":")" + host + R"(","subset":")" + subset +
                  R"("},"weight":)" + std::to_string(weight) + "}";
    }
    return R"({"hosts":[")" + host + R"("],"http":[{"name":"primary","route":[)" + routes + R"(],"timeout":"3s","retries":{"attempts":2}}]})";
}

// Sixty points over half an hour; what an edit at three fifths changed is told by `after`.
std::vector<mesh::RedPoint> history(double rate, double after, double errors, double p99, double p99After, bool born) {
    std::mt19937 random(static_cast<unsigned>(rate * 10));
    std::uniform_real_distribution<double> noise(-0.02, 0.02);
    std::vector<mesh::RedPoint> points;
    for (int i = 0; i < 60; ++i) {
        const bool late = i > 34;
        if (born && !late) {
            continue;
        }
        mesh::RedPoint point;
        point.time = moment() - std::chrono::seconds(30 * (59 - i));
        point.rate = (late ? after : rate) * (1 + noise(random));
        point.errorPercent = late ? errors * (1 + 6 * noise(random)) : 0;
        const double tail = (late ? p99After : p99) * (1 + noise(random));
        point.latency = {Milliseconds(22 + 30 * noise(random)), Milliseconds(tail * 0.4), Milliseconds(tail)};
        points.push_back(point);
    }
    return points;
}

std::shared_ptr<mesh::MeshSnapshot> snapshotOf(Graph graph, const std::string& context) {
    auto snapshot = std::make_shared<mesh::MeshSnapshot>();
    snapshot->generation = 1;
    snapshot->time = moment();
    snapshot->context = context;
    snapshot->istioVersion = "1.24.0";
    auto inventory = std::make_shared<mesh::Inventory>();
    auto proxies = std::make_shared<mesh::ProxyReport>();
    proxies->time = moment();
    for (const Node& node : graph.nodes) {
        if (node.ns.empty()) {
            continue;
        }
        inventory->namespaces[node.ns].name = node.ns;
        if (node.kind == NodeKind::Service) {
            auto& service = inventory->services[node.ns + '/' + node.service];
            service.ns = node.ns;
            service.name = node.service;
            service.type = "ClusterIP";
            service.ports = {{"grpc", 7070, "8080", "grpc"}};
            service.selector = {{"app", node.service}};
        }
        if (node.kind == NodeKind::App) {
            addPods(*inventory, node);
        }
        if (node.kind == NodeKind::App && !node.has(NodeFlag::MissingSidecar)) {
            mesh::ProxyStatus proxy;
            proxy.id = node.workload + "-5b9f4-x2k7q." + node.ns;
            proxy.ns = node.ns;
            proxy.types = {{"type.googleapis.com/envoy.config.route.v3.RouteConfiguration", mesh::SyncState::Synced, moment(), {}}};
            proxies->proxies.push_back(std::move(proxy));
        }
    }
    std::sort(proxies->proxies.begin(), proxies->proxies.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    snapshot->inventory = inventory;
    snapshot->proxies = proxies;
    snapshot->graph = std::make_shared<const Graph>(std::move(graph));
    using mesh::SourceState;
    snapshot->sources = {{"kubernetes", SourceState::Live, moment(), "", ""},
                         {"istiod", SourceState::Live, moment() - std::chrono::seconds(2), "", ""},
                         {"prometheus", SourceState::Live, moment() - std::chrono::seconds(4), "", ""}};
    return snapshot;
}

mesh::SplitWeight split(double configured, double observed) {
    return {Percent(configured), Percent(observed)};
}

std::shared_ptr<mesh::MeshSnapshot> makeBoutique() {
    MeshBuilder b;
    const auto gateway = b.app("shop", "shop-gateway", "v1", {NodeFlag::Gateway, NodeFlag::Root});
    const auto frontend = b.pair("shop", "frontend", {NodeFlag::RequestTimeout});
    const auto import = b.app("shop", "stock-import", "v1", {NodeFlag::MissingSidecar, NodeFlag::Root});
    const auto recommendation = b.pair("shop", "recommendation");
    const auto ads = b.pair("shop", "ads", {NodeFlag::CircuitBreaker});
    const auto catalog = b.pair("shop", "catalog");
    const auto cart = b.pair("shop", "cart");
    const auto checkout = b.service("orders", "checkout", {NodeFlag::VirtualService, NodeFlag::TrafficShifting});
    const auto v1 = b.app("orders", "checkout", "v1");
    const auto v2 = b.app("orders", "checkout", "v2");
    const auto shipping = b.pair("orders", "shipping");
    const auto email = b.pair("orders", "email");
    const auto redis = b.pair("platform", "redis-cart");
    const auto currency = b.pair("platform", "currency");
    const auto payment = b.pair("platform", "payment", {NodeFlag::Policy});
    const auto smtp = b.external("smtp.example.com");
    b.call(gateway, frontend, 620, Protocol::Http, 0.0012);
    b.call(frontend, catalog, 744, Protocol::Grpc);
    b.call(frontend, recommendation, 310, Protocol::Grpc);
    b.call(frontend, ads, 248, Protocol::Grpc);
    b.call(frontend, cart, 372, Protocol::Grpc);
    b.call(frontend, currency, 930, Protocol::Grpc);
    b.call(frontend, checkout, 124, Protocol::Grpc, 0.0059);
    b.call(recommendation, catalog, 310, Protocol::Grpc);
    b.call(import, catalog, 3.2, Protocol::Http).mtls = Percent(0);
    b.call(cart, redis, 1.21 * 1024 * 1024, Protocol::Tcp);
    b.connect(checkout, v1, 111.8, Protocol::Grpc, 0).weight = split(90, 90.2);
    b.connect(checkout, v2, 12.2, Protocol::Grpc, 0.06).weight = split(10, 9.8);
    for (const auto& [version, share] : {std::pair(v1, 0.902), std::pair(v2, 0.098)}) {
        b.call(version, cart, 124 * share, Protocol::Grpc);
        b.call(version, currency, 248 * share, Protocol::Grpc);
        b.call(version, shipping, 123.3 * share, Protocol::Grpc);
        b.call(version, payment, 123.3 * share, Protocol::Grpc);
        b.call(version, email, 123.3 * share, Protocol::Grpc);
    }
    mesh::Edge& denied = b.call(email, payment, 0.8, Protocol::Http);
    denied.responses = {{"403", "-", "payment.platform", 0.8}};
    b.call(email, smtp, 61.2 * 1024, Protocol::Tcp).mtls = Percent(0);
    return snapshotOf(b.finish(moment()), "shop-eu");
}

} // namespace

ServerTime moment() {
    return *text::parseRfc3339("2026-11-23T14:32:08Z");
}

std::string idOf(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& name,
                 const std::string& version) {
    for (const Node& node : snapshot.graph->nodes) {
        const bool matches = version.empty() ? node.service == name && node.kind == NodeKind::Service
                                             : node.app == name && node.version == version;
        if (node.ns == ns && matches) {
            return node.id;
        }
    }
    return {};
}

mesh::SnapshotPtr bookinfo() {
    MeshBuilder b;
    const auto gateway = b.app("istio-system", "istio-ingressgateway", "latest", {NodeFlag::Gateway, NodeFlag::Root});
    const auto product = b.pair("bookinfo", "productpage", {NodeFlag::VirtualService});
    const auto details = b.pair("bookinfo", "details");
    const auto reviews = b.service("bookinfo", "reviews", {NodeFlag::VirtualService, NodeFlag::TrafficShifting});
    const auto v1 = b.app("bookinfo", "reviews", "v1");
    const auto v2 = b.app("bookinfo", "reviews", "v2");
    const auto v3 = b.app("bookinfo", "reviews", "v3");
    const auto ratings = b.pair("bookinfo", "ratings");
    const auto mongodb = b.pair("bookinfo", "mongodb");
    b.call(gateway, product, 124, Protocol::Http);
    b.call(product, details, 124, Protocol::Http);
    b.call(product, reviews, 124, Protocol::Http);
    b.connect(reviews, v1, 99.4, Protocol::Http, 0).weight = split(80, 80.2);
    b.connect(reviews, v2, 12.2, Protocol::Http, 0).weight = split(10, 9.84);
    b.connect(reviews, v3, 12.4, Protocol::Http, 0).weight = split(10, 10);
    b.call(v2, ratings, 12.2, Protocol::Http);
    b.call(v3, ratings, 12.4, Protocol::Http);
    b.call(ratings, mongodb, 22.4 * 1024, Protocol::Tcp);
    auto snapshot = snapshotOf(b.finish(moment()), "meshdeck-demo");
    auto config = std::make_shared<mesh::ResourceTable>();
    for (const auto& r : {resource("VirtualService", "bookinfo", "reviews", splitSpec("reviews", {{"v1", 80}, {"v2", 10}, {"v3", 10}})),
                          resource("DestinationRule", "bookinfo", "reviews",
                                   R"({"host":"reviews","subsets":[{"name":"v1","labels":{"version":"v1"}},{"name":"v2","labels":{"version":"v2"}},{"name":"v3","labels":{"version":"v3"}}]})")}) {
        config->emplace(r->ref, r);
    }
    snapshot->config = config;
    auto past = std::make_shared<mesh::RedHistory>();
    (*past)[idOf(*snapshot, "bookinfo", "reviews")] = history(124, 124, 0, 190, 204, false);
    (*past)[idOf(*snapshot, "bookinfo", "reviews", "v1")] = history(112, 99.4, 0, 180, 190, false);
    (*past)[idOf(*snapshot, "bookinfo", "reviews", "v2")] = history(0, 12.2, 0, 180, 200, true);
    (*past)[idOf(*snapshot, "bookinfo", "reviews", "v3")] = history(12.3, 12.4, 0, 180, 210, false);
    snapshot->history = past;
    return snapshot;
}

mesh::SnapshotPtr boutique() {
    auto snapshot = makeBoutique();
    auto config = std::make_shared<mesh::ResourceTable>();
    for (const auto& r : {resource("VirtualService", "orders", "checkout", splitSpec("checkout", {{"v1", 90}, {"v2", 10}})),
                          resource("DestinationRule", "orders", "checkout",
                                   R"({"host":"checkout","subsets":[{"name":"v1","labels":{"version":"v1"}},{"name":"v2","labels":{"version":"v2"}}],"trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":5,"baseEjectionTime":"30s"}}})")}) {
        config->emplace(r->ref, r);
    }
    snapshot->config = config;
    auto past = std::make_shared<mesh::RedHistory>();
    (*past)[idOf(*snapshot, "orders", "checkout")] = history(124, 124, 0.59, 196, 254, false);
    (*past)[idOf(*snapshot, "orders", "checkout", "v1")] = history(124, 111.8, 0, 196, 200, false);
    (*past)[idOf(*snapshot, "orders", "checkout", "v2")] = history(0, 12.2, 6.0, 196, 254, true);
    snapshot->history = past;
    return snapshot;
}

mesh::SnapshotPtr boutiqueWithoutPrometheus() {
    auto snapshot = std::make_shared<mesh::MeshSnapshot>(*boutique());
    auto graph = std::make_shared<Graph>(*snapshot->graph);
    graph->time = moment() - std::chrono::minutes(6);
    snapshot->graph = graph;
    snapshot->sources[2] = {"prometheus", mesh::SourceState::Stale, graph->time,
                            "Prometheus does not answer: connection refused at prometheus.monitoring:9090",
                            "Check that the service runs, or read the proxies instead"};
    return snapshot;
}

} // namespace meshdeck::views::sample
