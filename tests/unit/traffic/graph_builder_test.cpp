#include "traffic/graph_builder.h"

#include <gtest/gtest.h>

#include "unit/traffic/mesh_samples.h"

namespace meshdeck::traffic {
namespace {

using mesh::NodeFlag;
using mesh::Protocol;
using test::edgeBetween;
using test::Mesh;
using test::nodeNamed;
using test::rate;
using test::workloads;

TEST(BuildGraph, bothReportersOfARequest_countOnce) {
    Mesh mesh;
    mesh.add(Reporter::Source, "shop/web-v1", "shop/cart-v1", 10);
    mesh.add(Reporter::Destination, "shop/web-v1", "shop/cart-v1", 10);
    EXPECT_DOUBLE_EQ(rate(buildGraph(mesh.samples, {}, workloads()), "web-v1", "cart-v1"), 10);
}

TEST(BuildGraph, severalSeriesOfOneReporter_addUp) {
    Mesh mesh;
    mesh.set(mesh.add(Reporter::Destination, "shop/web-v1", "shop/cart-v1", 6), Label::ConnectionSecurityPolicy,
             "mutual_tls");
    mesh.set(mesh.add(Reporter::Destination, "shop/web-v1", "shop/cart-v1", 2), Label::ConnectionSecurityPolicy,
             "none");
    mesh.add(Reporter::Source, "shop/web-v1", "shop/cart-v1", 8);
    const mesh::Graph graph = buildGraph(mesh.samples, {}, workloads());
    const mesh::Edge* edge = edgeBetween(graph, "web-v1", "cart-v1");
    ASSERT_NE(edge, nullptr);
    EXPECT_DOUBLE_EQ(edge->rates.total, 8);
    ASSERT_TRUE(edge->mtls);
    EXPECT_DOUBLE_EQ(edge->mtls->value, 75); // weighted by rate, not the last series' word
}

TEST(BuildGraph, noServerReport_leavesMtlsUnknown) {
    Mesh mesh;
    mesh.set(mesh.add(Reporter::Source, "shop/web-v1", "shop/cart-v1", 8), Label::ConnectionSecurityPolicy, "unknown");
    const mesh::Graph graph = buildGraph(mesh.samples, {}, workloads());
    EXPECT_FALSE(graph.edges.at(0).mtls);
}

TEST(BuildGraph, edgeBetweenNamespaces_isToldByItsSourcesNamespace) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "a/web-v1", "b/cart-v1", 9);
    mesh.add(Reporter::Source, "a/web-v1", "b/cart-v1", 10);
    GraphOptions options = workloads();
    EXPECT_DOUBLE_EQ(rate(buildGraph(mesh.samples, {}, options), "web-v1", "cart-v1"), 10);
    options.namespaces = {"b"};
    EXPECT_DOUBLE_EQ(rate(buildGraph(mesh.samples, {}, options), "web-v1", "cart-v1"), 9);
}

TEST(BuildGraph, onlyNamespacesAskedFor_andTheirNeighboursAreShown) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "a/web-v1", "b/cart-v1", 9);
    mesh.add(Reporter::Destination, "c/x-v1", "d/y-v1", 9);
    GraphOptions options = workloads();
    options.namespaces = {"b"};
    const mesh::Graph graph = buildGraph(mesh.samples, {}, options);
    ASSERT_EQ(graph.nodes.size(), 2U);
    EXPECT_TRUE(nodeNamed(graph, "web-v1")->has(NodeFlag::Outside));
    EXPECT_FALSE(nodeNamed(graph, "cart-v1")->has(NodeFlag::Outside));
    EXPECT_TRUE(nodeNamed(graph, "web-v1")->has(NodeFlag::Root));
}

TEST(BuildGraph, requestThatReachedNoPod_goesToTheServiceWithoutAnswer) {
    Mesh mesh;
    Sample& sample = mesh.add(Reporter::Source, "a/web-v1", "b/cart-v1", 3);
    for (const Label label :
         {Label::DestinationWorkload, Label::DestinationWorkloadNamespace, Label::DestinationCanonicalService}) {
        mesh.set(sample, label, "unknown");
    }
    mesh.set(sample, Label::ResponseCode, "0");
    GraphOptions options = workloads();
    options.namespaces = {"b"};
    const mesh::Graph graph = buildGraph(mesh.samples, {}, options);
    ASSERT_EQ(graph.edges.size(), 1U);
    EXPECT_DOUBLE_EQ(graph.edges[0].rates.noResponse, 3);
    EXPECT_EQ(graph.nodes[graph.edges[0].target].kind, mesh::NodeKind::Service);
    EXPECT_EQ(graph.nodes[graph.edges[0].target].health, mesh::Health::Failing);
}

TEST(BuildGraph, serviceGraph_splitsAWorkloadBehindTwoServicesByWhatTheySend) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 30);
    mesh.set(mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 10), Label::DestinationServiceName, "basket");
    mesh.set(mesh.samples.samples.back(), Label::DestinationService, "basket.s.svc.cluster.local");
    mesh.add(Reporter::Destination, "s/cart-v1", "s/db-v1", 8);
    GraphOptions options;
    options.type = mesh::GraphType::Service;
    const mesh::Graph exact = buildGraph(mesh.samples, {}, options);
    EXPECT_DOUBLE_EQ(rate(exact, "cart", "db"), 6);
    EXPECT_DOUBLE_EQ(rate(exact, "basket", "db"), 2);
    options.kialiArithmetic = true;
    const mesh::Graph kiali = buildGraph(mesh.samples, {}, options);
    EXPECT_DOUBLE_EQ(rate(kiali, "cart", "db"), 8);
    EXPECT_DOUBLE_EQ(rate(kiali, "basket", "db"), 8);
}

TEST(BuildGraph, injectedService_showsTheSplitAsSeen) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 80);
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v2", 20);
    GraphOptions options;
    options.injectServices = true;
    const mesh::Graph graph = buildGraph(mesh.samples, {}, options);
    EXPECT_DOUBLE_EQ(rate(graph, "web-v1", "cart"), 100);
    EXPECT_DOUBLE_EQ(edgeBetween(graph, "cart", "cart-v2")->weight.observed->value, 20);
    EXPECT_FALSE(edgeBetween(graph, "web-v1", "cart")->weight.observed);
    EXPECT_TRUE(nodeNamed(graph, "cart")->has(NodeFlag::Injected));
}

TEST(BuildGraph, virtualService_givesBadgesAndConfiguredWeights) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 80);
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v2", 20);
    mesh::ResourceTable table;
    const auto put = [&](const std::string& kind, const std::string& text) {
        auto resource = std::make_shared<mesh::Resource>();
        resource->ref = {"networking.istio.io", kind, "s", "cart"};
        resource->apiVersion = "networking.istio.io/v1";
        resource->json = std::make_shared<const std::string>(text);
        table[resource->ref] = resource;
    };
    put("VirtualService",
        R"({"spec":{"hosts":["cart"],"http":[{"route":[{"destination":{"host":"cart","subset":"one"},"weight":90},
                            {"destination":{"host":"cart","subset":"two"},"weight":10}]}]}})");
    put("DestinationRule", R"({"spec":{"host":"cart","trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":3}},
                             "subsets":[{"name":"one","labels":{"version":"v1"}},{"name":"two","labels":{"version":"v2"}}]}})");
    GraphOptions options;
    options.injectServices = true;
    ClusterFacts facts;
    facts.config = &table;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, options);
    const mesh::Node* service = nodeNamed(graph, "cart");
    EXPECT_TRUE(service->has(NodeFlag::VirtualService) && service->has(NodeFlag::TrafficShifting) &&
                service->has(NodeFlag::CircuitBreaker));
    EXPECT_FALSE(service->has(NodeFlag::Fault));
    ASSERT_TRUE(edgeBetween(graph, "cart", "cart-v2")->weight.configured);
    EXPECT_DOUBLE_EQ(edgeBetween(graph, "cart", "cart-v2")->weight.configured->value, 10);
    EXPECT_DOUBLE_EQ(edgeBetween(graph, "cart", "cart-v1")->weight.configured->value, 90);

    options.injectServices = false; // the same on the callers' own edges
    const mesh::Graph plain = buildGraph(mesh.samples, facts, options);
    ASSERT_TRUE(edgeBetween(plain, "web-v1", "cart-v2")->weight.configured);
    EXPECT_DOUBLE_EQ(edgeBetween(plain, "web-v1", "cart-v2")->weight.configured->value, 10);
    EXPECT_DOUBLE_EQ(edgeBetween(plain, "web-v1", "cart-v2")->weight.observed->value, 20);
}

TEST(BuildGraph, splitWithoutServiceNodes_isSeenPerCaller) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 80);
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v2", 20);
    mesh.add(Reporter::Destination, "s/job-v1", "s/cart-v1", 7);
    const mesh::Graph graph = buildGraph(mesh.samples, {}, {});
    ASSERT_TRUE(edgeBetween(graph, "web-v1", "cart-v2")->weight.observed);
    EXPECT_DOUBLE_EQ(edgeBetween(graph, "web-v1", "cart-v2")->weight.observed->value, 20);
    EXPECT_DOUBLE_EQ(edgeBetween(graph, "web-v1", "cart-v1")->weight.observed->value, 80);
    EXPECT_FALSE(edgeBetween(graph, "job-v1", "cart-v1")->weight.observed); // nothing is split there
}

TEST(BuildGraph, securedTraffic_isExactlyHundredPercent) {
    // 100 * x / x is not always 100.
    for (const double value : {0.07, 1.1, 12.37, 29.3 / 3, 1234.56 / 7}) {
        Mesh mesh;
        mesh.set(mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", value), Label::ConnectionSecurityPolicy,
                 "mutual_tls");
        mesh.set(mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", value / 3), Label::ConnectionSecurityPolicy,
                 "mutual_tls");
        const mesh::Graph graph = buildGraph(mesh.samples, {}, {});
        EXPECT_EQ(graph.edges.at(0).mtls->value, 100.0) << value;
    }
}

TEST(BuildGraph, unidentifiedCaller_isNotCalledInaccessible) {
    Mesh mesh;
    Sample& sample = mesh.add(Reporter::Destination, "unknown/unknown", "s/cart-v1", 3);
    for (const Label label : {Label::SourceCanonicalService, Label::SourceCanonicalRevision, Label::SourceCluster}) {
        mesh.set(sample, label, "unknown");
    }
    mesh.set(sample, Label::ConnectionSecurityPolicy, "none");
    const mesh::Graph graph = buildGraph(mesh.samples, {}, {});
    const mesh::Node* caller = nodeNamed(graph, "unknown");
    ASSERT_NE(caller, nullptr);
    EXPECT_EQ(caller->kind, mesh::NodeKind::Unknown);
    EXPECT_FALSE(caller->has(NodeFlag::Inaccessible));
    EXPECT_TRUE(caller->has(NodeFlag::Root));
    EXPECT_EQ(graph.edges.at(0).mtls->value, 0.0);
}

TEST(BuildGraph, errors_decideHealthAndAreNamed) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 94);
    mesh.set(mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 6), Label::ResponseCode, "500");
    const mesh::Graph degraded = buildGraph(mesh.samples, {}, workloads());
    EXPECT_EQ(nodeNamed(degraded, "cart-v1")->health, mesh::Health::Degraded);
    EXPECT_NE(nodeNamed(degraded, "cart-v1")->reason.find("fail with 500"), std::string::npos);
    const mesh::Graph failing = buildGraph(mesh.samples, {}, workloads(), {0.5, 5});
    EXPECT_EQ(failing.edges.at(0).health, mesh::Health::Failing);
    const mesh::Graph tolerant = buildGraph(mesh.samples, {}, workloads(), {7, 50});
    EXPECT_EQ(tolerant.edges.at(0).health, mesh::Health::Healthy);
}

TEST(BuildGraph, inventory_addsIdleAndMarksPlanesAndPods) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 5);
    mesh::Inventory inventory;
    for (const std::string name : {"web-v1", "cart-v1", "idle-v1"}) {
        mesh::Workload& workload = inventory.workloads["s/" + name];
        workload.ns = "s";
        workload.name = name;
        workload.desired = workload.current = 2;
        workload.available = name == "cart-v1" ? 0 : 2;
        mesh::Pod& pod = inventory.pods["s/" + name + "-1"];
        pod.ns = "s";
        pod.workload = name;
        pod.dataPlane = name == "web-v1" ? mesh::DataPlane::None : mesh::DataPlane::Sidecar;
    }
    ClusterFacts facts;
    facts.inventory = &inventory;
    GraphOptions options = workloads();
    options.idleNodes = true;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, options);
    ASSERT_EQ(graph.nodes.size(), 3U);
    EXPECT_TRUE(nodeNamed(graph, "idle-v1")->has(NodeFlag::Idle));
    EXPECT_EQ(nodeNamed(graph, "idle-v1")->health, mesh::Health::Idle);
    EXPECT_EQ(nodeNamed(graph, "idle-v1")->cluster, "c");
    EXPECT_EQ(nodeNamed(graph, "cart-v1")->health, mesh::Health::Failing);
    EXPECT_EQ(nodeNamed(graph, "cart-v1")->reason, "no ready pod of 2");
    EXPECT_TRUE(nodeNamed(graph, "web-v1")->has(NodeFlag::MissingSidecar));
    EXPECT_FALSE(nodeNamed(graph, "cart-v1")->has(NodeFlag::MissingSidecar));
}

TEST(BuildGraph, latency_prefersTheDestinationAndIsNeverAddedUp) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 5);
    mesh.add(Reporter::Source, "s/web-v1", "s/cart-v1", 40).measure = Measure::DurationP95;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 20).measure = Measure::DurationP95;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 30).measure = Measure::DurationP95;
    const mesh::Graph graph = buildGraph(mesh.samples, {}, workloads());
    ASSERT_EQ(graph.edges.size(), 1U);
    EXPECT_DOUBLE_EQ(graph.edges[0].rates.total, 5);
    ASSERT_TRUE(graph.edges[0].latency.p95);
    EXPECT_DOUBLE_EQ(graph.edges[0].latency.p95->value, 30);
}

TEST(BuildGraph, sameSamplesInAnotherOrder_giveTheSameGraph) {
    Mesh one;
    Mesh two;
    for (int i = 0; i < 40; ++i) {
        one.add(Reporter::Destination, "n" + std::to_string(i % 3) + "/w-v" + std::to_string(i),
                "n1/x-v" + std::to_string(i % 7), 1 + i);
    }
    for (int i = 39; i >= 0; --i) {
        two.add(Reporter::Destination, "n" + std::to_string(i % 3) + "/w-v" + std::to_string(i),
                "n1/x-v" + std::to_string(i % 7), 1 + i);
    }
    GraphOptions options = workloads();
    options.injectServices = true;
    EXPECT_EQ(buildGraph(one.samples, {}, options).edges.size(), buildGraph(two.samples, {}, options).edges.size());
    const mesh::Graph a = buildGraph(one.samples, {}, workloads());
    const mesh::Graph b = buildGraph(two.samples, {}, workloads());
    ASSERT_EQ(a.edges.size(), b.edges.size());
    for (std::size_t i = 0; i < a.edges.size(); ++i) {
        EXPECT_EQ(a.edges[i], b.edges[i]);
    }
}

TEST(BuildGraph, nothing_isAnEmptyGraph) {
    const SampleSet samples;
    const mesh::Graph graph = buildGraph(samples, {}, {});
    EXPECT_TRUE(graph.nodes.empty());
    EXPECT_TRUE(graph.edges.empty());
}

} // namespace
} // namespace meshdeck::traffic
