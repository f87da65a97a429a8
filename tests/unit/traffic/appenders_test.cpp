// What the cluster's objects and other telemetry add to the graph: ServiceEntries, WorkloadEntries, operations,
// extensions, boxes, policies, both ends' reports, TCP connections.
#include <algorithm>

#include <gtest/gtest.h>

#include "traffic/kiali_json.h"
#include "unit/traffic/mesh_samples.h"

namespace meshdeck::traffic {
namespace {

using mesh::NodeFlag;
using mesh::NodeKind;
using test::edgeBetween;
using test::Mesh;
using test::nodeNamed;
using test::Objects;
using test::rate;
using test::workloads;

constexpr const char* kNetworking = "networking.istio.io";
constexpr const char* kSecurity = "security.istio.io";

// A call to a host outside of the cluster: no workload, the host as the service's name.
Sample& callHost(Mesh& mesh, const std::string& from, const std::string& host, const std::string& ns, double value) {
    Sample& sample = mesh.add(Reporter::Source, from, ns + "/" + host, value);
    for (const Label label : {Label::DestinationWorkload, Label::DestinationWorkloadNamespace,
                              Label::DestinationCanonicalService, Label::DestinationCanonicalRevision}) {
        mesh.set(sample, label, "unknown");
    }
    mesh.set(sample, Label::DestinationServiceName, host);
    mesh.set(sample, Label::DestinationService, host);
    return sample;
}

Sample& tcp(Mesh& mesh, Sample& sample, Measure measure, const std::string& flags) {
    sample.measure = measure;
    mesh.set(sample, Label::ResponseFlags, flags);
    mesh.set(sample, Label::RequestProtocol, "tcp");
    mesh.set(sample, Label::ResponseCode, "");
    return sample;
}

const mesh::Node* ofKind(const mesh::Graph& graph, NodeKind kind) {
    const auto found =
        std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const mesh::Node& node) { return node.kind == kind; });
    return found != graph.nodes.end() ? &*found : nullptr;
}

TEST(ServiceEntry, hostsOfOneEntry_becomeOneNodeOutsideOfTheMesh) {
    Mesh mesh;
    callHost(mesh, "shop/web-v1", "a.example.com", "shop", 3);
    callHost(mesh, "shop/web-v1", "b.example.com", "shop", 4);
    Objects objects;
    objects.put(kNetworking, "ServiceEntry", "shop", "outside",
                R"({"hosts":["a.example.com","b.example.com"],"location":"MESH_EXTERNAL"})");
    ClusterFacts facts;
    facts.config = &objects.table;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, workloads());
    ASSERT_EQ(graph.nodes.size(), 2U);
    ASSERT_EQ(graph.edges.size(), 1U);
    const mesh::Node* entry = ofKind(graph, NodeKind::ServiceEntry);
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->service, "outside");
    EXPECT_TRUE(entry->has(NodeFlag::External));
    EXPECT_EQ(entry->hosts.size(), 2U);
    EXPECT_EQ(entry->destServices.size(), 2U);
    EXPECT_DOUBLE_EQ(graph.edges[0].rates.total, 7);
    EXPECT_DOUBLE_EQ(entry->in[0].total, 7);
    EXPECT_EQ(kialiGraph(graph)["elements"]["nodes"].size(), 2U);
}

TEST(ServiceEntry, oneHost_isCalledByItsHost) {
    Mesh mesh;
    callHost(mesh, "shop/web-v1", "smtp.example.com", "shop", 3);
    Objects objects;
    objects.put(kNetworking, "ServiceEntry", "shop", "smtp", R"({"hosts":["smtp.example.com"]})");
    ClusterFacts facts;
    facts.config = &objects.table;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, workloads());
    EXPECT_EQ(displayName(*ofKind(graph, NodeKind::ServiceEntry)), "smtp.example.com");
}

TEST(ServiceEntry, notExportedToTheCaller_leavesThePlainService) {
    Mesh mesh;
    callHost(mesh, "shop/web-v1", "a.example.com", "other", 3);
    callHost(mesh, "other/job-v1", "a.example.com", "other", 4);
    Objects objects;
    objects.put(kNetworking, "ServiceEntry", "other", "outside", R"({"hosts":["a.example.com"],"exportTo":["."]})");
    ClusterFacts facts;
    facts.config = &objects.table;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, workloads());
    const mesh::Node* entry = ofKind(graph, NodeKind::ServiceEntry);
    const mesh::Node* plain = ofKind(graph, NodeKind::Service);
    ASSERT_TRUE(entry != nullptr && plain != nullptr);
    EXPECT_DOUBLE_EQ(entry->in[0].total, 4);
    EXPECT_DOUBLE_EQ(plain->in[0].total, 3);
}

TEST(ServiceEntry, withinTheMesh_isAlsoMeantByItsFirstLabel) {
    Mesh mesh;
    callHost(mesh, "shop/web-v1", "legacy", "shop", 3);
    Objects objects;
    objects.put(kNetworking, "ServiceEntry", "shop", "vm", R"({"hosts":["legacy.shop.vm"],"location":"MESH_INTERNAL"})");
    ClusterFacts facts;
    facts.config = &objects.table;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, workloads());
    ASSERT_NE(ofKind(graph, NodeKind::ServiceEntry), nullptr);
    EXPECT_FALSE(ofKind(graph, NodeKind::ServiceEntry)->has(NodeFlag::External));
}

TEST(WorkloadEntry, ofTheSameAppAndVersion_isNamedAtTheNode) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 5);
    Objects objects;
    objects.put(kNetworking, "WorkloadEntry", "s", "vm-1", R"({"labels":{"app":"cart","version":"v1"}})");
    objects.put(kNetworking, "WorkloadEntry", "s", "vm-2", R"({"labels":{"app":"cart","version":"v2"}})");
    objects.put(kNetworking, "WorkloadEntry", "other", "vm-3", R"({"labels":{"app":"cart","version":"v1"}})");
    ClusterFacts facts;
    facts.config = &objects.table;
    const mesh::Graph graph = buildGraph(mesh.samples, facts, {});
    EXPECT_EQ(nodeNamed(graph, "cart-v1")->workloadEntries, std::vector<std::string>{"vm-1"});
    EXPECT_TRUE(nodeNamed(graph, "web-v1")->workloadEntries.empty());
}

TEST(Operations, askedFor_standBetweenCallerAndWorkload) {
    Mesh mesh;
    mesh.set(mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 5), Label::RequestOperation, "GetCart");
    mesh.set(mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 2), Label::RequestOperation, "PutCart");
    mesh.add(Reporter::Source, "s/web-v1", "s/cart-v1", 7); // clients do not classify
    GraphOptions options = workloads();
    EXPECT_EQ(buildGraph(mesh.samples, {}, options).edges.size(), 1U);
    options.operations = true;
    const mesh::Graph graph = buildGraph(mesh.samples, {}, options);
    ASSERT_EQ(graph.edges.size(), 4U);
    EXPECT_EQ(edgeBetween(graph, "web-v1", "cart-v1"), nullptr);
    EXPECT_DOUBLE_EQ(rate(graph, "web-v1", "GetCart"), 5);
    EXPECT_DOUBLE_EQ(rate(graph, "PutCart", "cart-v1"), 2);
    EXPECT_EQ(nodeNamed(graph, "GetCart")->kind, NodeKind::Aggregate);
    options.injectServices = true;
    const mesh::Graph injected = buildGraph(mesh.samples, {}, options);
    EXPECT_DOUBLE_EQ(rate(injected, "GetCart", "cart"), 5);
    EXPECT_DOUBLE_EQ(rate(injected, "cart", "cart-v1"), 7);
}

Sample& extensionCall(Mesh& mesh, Reporter reporter, const std::string& from, bool root, const std::string& to,
                      double value) {
    Sample& sample = mesh.samples.samples.emplace_back();
    sample.measure = Measure::ExtensionRequests;
    sample.reporter = reporter;
    sample.value = value;
    mesh.set(sample, Label::SourceCluster, root ? "c" : "remote"); // what is no root is the extension's own
    mesh.set(sample, Label::SourceWorkloadNamespace, root ? "s" : "far");
    mesh.set(sample, Label::SourceWorkload, from);
    mesh.set(sample, Label::SourceIsRoot, root ? "true" : "false");
    mesh.set(sample, Label::DestinationCluster, "remote");
    mesh.set(sample, Label::DestinationServiceNamespace, "far");
    mesh.set(sample, Label::DestinationServiceName, to);
    mesh.set(sample, Label::RequestProtocol, "http");
    mesh.set(sample, Label::ResponseCode, "200");
    mesh.set(sample, Label::ConnectionSecurityPolicy, "true");
    return sample;
}

TEST(Extensions, hangAtTheirRootAndCountOnce) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 5);
    extensionCall(mesh, Reporter::Destination, "cart-v1", true, "ledger", 9);
    extensionCall(mesh, Reporter::Source, "cart-v1", true, "ledger", 10);
    extensionCall(mesh, Reporter::Source, "ledger", false, "archive", 4);
    extensionCall(mesh, Reporter::Source, "nobody", true, "archive", 4);
    const mesh::Graph graph = buildGraph(mesh.samples, {}, workloads());
    EXPECT_DOUBLE_EQ(rate(graph, "cart-v1", "ledger"), 10);
    EXPECT_TRUE(nodeNamed(graph, "ledger")->has(NodeFlag::Extension));
    EXPECT_DOUBLE_EQ(nodeNamed(graph, "cart-v1")->out[0].total, 10);
    EXPECT_EQ(edgeBetween(graph, "cart-v1", "ledger")->mtls->value, 100);
    EXPECT_EQ(nodeNamed(graph, "nobody"), nullptr);
    EXPECT_EQ(graph.edges.size(), 3U);
}

TEST(Boxes, ofNamespacesAndClusters_holdOneAnother) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "a/web-v1", "b/cart-v1", 5);
    mesh.add(Reporter::Destination, "a/web-v1", "b/cart-v2", 5);
    mesh.set(mesh.add(Reporter::Destination, "a/job-v1", "b/cart-v2", 5), Label::SourceCluster, "d");
    GraphOptions options;
    options.boxApps = options.boxNamespaces = options.boxClusters = true;
    const mesh::Graph graph = buildGraph(mesh.samples, {}, options);
    const mesh::Node* app = graph.node(nodeNamed(graph, "cart-v1")->parent);
    ASSERT_NE(app, nullptr);
    EXPECT_EQ(displayName(*app), "cart");
    const mesh::Node* ns = graph.node(app->parent);
    ASSERT_NE(ns, nullptr);
    EXPECT_EQ(displayName(*ns), "b");
    const mesh::Node* cluster = graph.node(ns->parent);
    ASSERT_NE(cluster, nullptr);
    EXPECT_EQ(displayName(*cluster), "c");
    EXPECT_TRUE(cluster->parent.empty());
}

TEST(Boxes, ofTheOnlyNamespaceAndCluster_areLeftOut) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "a/web-v1", "a/cart-v1", 5);
    GraphOptions options;
    options.boxNamespaces = options.boxClusters = true;
    EXPECT_EQ(ofKind(buildGraph(mesh.samples, {}, options), NodeKind::Box), nullptr);
}

TEST(Selectors, markGatewaysAndWhatPoliciesDecideAbout) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 5);
    mesh::Inventory inventory;
    for (const std::string name : {"web-v1", "cart-v1"}) {
        mesh::Pod& pod = inventory.pods["s/" + name + "-1"];
        pod.ns = "s";
        pod.workload = name;
        pod.labels = {{"app", name.substr(0, name.find('-'))}};
        pod.dataPlane = mesh::DataPlane::Sidecar;
        mesh::Workload& workload = inventory.workloads["s/" + name];
        workload.ns = "s";
        workload.name = name;
        workload.desired = workload.current = workload.available = 1;
    }
    Objects objects;
    objects.put(kNetworking, "Gateway", "other", "edge", R"({"selector":{"app":"web"}})");
    objects.put(kSecurity, "AuthorizationPolicy", "s", "cart", R"({"selector":{"matchLabels":{"app":"cart"}}})");
    objects.put(kSecurity, "AuthorizationPolicy", "elsewhere", "all", "{}");
    ClusterFacts facts;
    facts.config = &objects.table;
    facts.inventory = &inventory;
    for (const mesh::GraphType type :
         {mesh::GraphType::Workload, mesh::GraphType::VersionedApp, mesh::GraphType::App}) {
        GraphOptions options;
        options.type = type;
        const mesh::Graph graph = buildGraph(mesh.samples, facts, options);
        for (const mesh::Node& node : graph.nodes) {
            EXPECT_EQ(node.has(NodeFlag::Gateway), node.app == "web");
            EXPECT_EQ(node.has(NodeFlag::Policy), node.app == "cart");
        }
    }
    objects.put(kSecurity, "AuthorizationPolicy", "istio-system", "all", "{}");
    const mesh::Graph graph = buildGraph(mesh.samples, facts, {});
    EXPECT_TRUE(nodeNamed(graph, "web-v1")->has(NodeFlag::Policy)); // the root namespace's hold everywhere
}

TEST(Reports, thatDisagree_areBothShown) {
    Mesh mesh;
    mesh.samples.window = std::chrono::minutes(1);
    mesh.add(Reporter::Source, "s/web-v1", "s/cart-v1", 100);
    mesh.add(Reporter::Destination, "s/web-v1", "s/cart-v1", 60);
    mesh.add(Reporter::Source, "s/web-v1", "s/db-v1", 100);
    mesh.add(Reporter::Destination, "s/web-v1", "s/db-v1", 99);
    mesh.add(Reporter::Source, "s/web-v1", "s/x-v1", 0.1); // six requests in the window or seven: chance
    mesh.add(Reporter::Destination, "s/web-v1", "s/x-v1", 0.12);
    mesh.add(Reporter::Destination, "s/legacy-v1", "s/cart-v1", 5); // a caller without a proxy
    const mesh::Graph graph = buildGraph(mesh.samples, {}, workloads());
    const auto& both = edgeBetween(graph, "web-v1", "cart-v1")->disagreement;
    ASSERT_TRUE(both);
    EXPECT_DOUBLE_EQ(both->source, 100);
    EXPECT_DOUBLE_EQ(both->destination, 60);
    EXPECT_FALSE(edgeBetween(graph, "web-v1", "db-v1")->disagreement);
    EXPECT_FALSE(edgeBetween(graph, "web-v1", "x-v1")->disagreement);
    EXPECT_FALSE(edgeBetween(graph, "legacy-v1", "cart-v1")->disagreement);
}

TEST(Reports, ofDifferentOutcomes_countOnceAsTheClientSawThem) {
    Mesh mesh;
    const auto say = [&](Reporter reporter, double value, const std::string& code, const std::string& flags) {
        Sample& sample = mesh.add(reporter, "s/web-v1", "s/cart-v1", value);
        mesh.set(sample, Label::ResponseCode, code);
        mesh.set(sample, Label::ResponseFlags, flags);
    };
    say(Reporter::Source, 8, "200", "-");
    say(Reporter::Source, 2, "504", "UT");
    say(Reporter::Destination, 8, "200", "-");
    say(Reporter::Destination, 2, "0", "DC"); // the same two, as the server saw them leave
    GraphOptions options = workloads();
    const mesh::Graph graph = buildGraph(mesh.samples, {}, options);
    EXPECT_DOUBLE_EQ(graph.edges.at(0).rates.total, 10);
    EXPECT_DOUBLE_EQ(graph.edges.at(0).rates.serverError, 2);
    EXPECT_DOUBLE_EQ(graph.edges.at(0).rates.noResponse, 0);
    options.kialiArithmetic = true;
    EXPECT_DOUBLE_EQ(buildGraph(mesh.samples, {}, options).edges.at(0).rates.total, 12);
}

TEST(Connections, thatBreak_decideTheHealthOfTcp) {
    Mesh mesh;
    for (const Reporter reporter : {Reporter::Source, Reporter::Destination}) {
        tcp(mesh, mesh.add(reporter, "s/web-v1", "s/db-v1", 5000), Measure::TcpSentBytes, "-");
        tcp(mesh, mesh.add(reporter, "s/web-v1", "s/db-v1", 9), Measure::TcpOpened, "-");
        tcp(mesh, mesh.add(reporter, "s/web-v1", "s/db-v1", 9), Measure::TcpClosed, "-");
    }
    const mesh::Graph good = buildGraph(mesh.samples, {}, workloads());
    EXPECT_EQ(good.edges.at(0).health, mesh::Health::Healthy);
    ASSERT_EQ(good.edges.at(0).connections.size(), 1U);
    EXPECT_DOUBLE_EQ(good.edges.at(0).connections[0].closed, 9); // once, though both ends count them
    tcp(mesh, mesh.add(Reporter::Source, "s/web-v1", "s/db-v1", 1), Measure::TcpClosed, "URX,UF");
    const mesh::Graph bad = buildGraph(mesh.samples, {}, workloads());
    EXPECT_EQ(bad.edges.at(0).health, mesh::Health::Failing);
    EXPECT_EQ(nodeNamed(bad, "db-v1")->reason, "10.0 % of 10.0 connections/s end with URX,UF");
}

TEST(Connections, refusedByPolicyOrNamedAlike_areNoFailure) {
    Mesh mesh;
    tcp(mesh, mesh.add(Reporter::Source, "s/web-v1", "s/db-v1", 5000), Measure::TcpSentBytes, "-");
    tcp(mesh, mesh.add(Reporter::Source, "s/web-v1", "s/db-v1", 9), Measure::TcpClosed, "DENY");
    tcp(mesh, mesh.add(Reporter::Source, "s/web-v1", "s/db-v1", 9), Measure::TcpClosed, "UFO"); // no flag of Envoy's
    EXPECT_EQ(buildGraph(mesh.samples, {}, workloads()).edges.at(0).health, mesh::Health::Healthy);
}

TEST(Outline, ofAnOverview_givesNodesTheIdsThatDetailsWillGive) {
    mesh::Inventory inventory;
    mesh::Pod& pod = inventory.pods["s/cart-v1-x"]; // of a workload of a kind that is not watched
    pod.ns = "s";
    pod.workload = "cart-v1";
    pod.labels = {{"app", "cart"}, {"version", "v1"}};
    ClusterFacts facts;
    facts.inventory = &inventory;
    Mesh full;
    full.add(Reporter::Source, "s/web-v1", "s/cart-v1", 5);
    Mesh outline;
    Sample& sample = outline.add(Reporter::Source, "s/web-v1", "s/cart-v1", 5);
    sample.outline = true;
    for (const Label label : {Label::SourceCanonicalService, Label::SourceCanonicalRevision,
                              Label::DestinationCanonicalService, Label::DestinationCanonicalRevision,
                              Label::DestinationService, Label::ResponseCode, Label::ResponseFlags}) {
        outline.set(sample, label, "");
    }
    for (const mesh::GraphType type : {mesh::GraphType::VersionedApp, mesh::GraphType::Workload}) {
        GraphOptions options;
        options.type = type;
        const mesh::Graph first = buildGraph(outline.samples, facts, options);
        const mesh::Graph then = buildGraph(full.samples, facts, options);
        ASSERT_EQ(first.nodes.size(), 2U);
        EXPECT_EQ(first.nodes[0].id, then.nodes[0].id);
        EXPECT_EQ(first.nodes[1].id, then.nodes[1].id);
        EXPECT_EQ(first.edges[0].id, then.edges[0].id);
        EXPECT_EQ(nodeNamed(first, "cart-v1")->version, "v1");
    }
    GraphOptions apps;
    apps.type = mesh::GraphType::App;
    const mesh::Graph detailed = buildGraph(full.samples, facts, apps);
    const auto cart = std::find_if(detailed.nodes.begin(), detailed.nodes.end(),
                                   [](const mesh::Node& node) { return node.app == "cart"; });
    ASSERT_NE(cart, detailed.nodes.end()); // of web no pod is known, so an overview cannot know its app
    EXPECT_NE(buildGraph(outline.samples, facts, apps).node(cart->id), nullptr);
}

TEST(Denied, callsOfAnEdge_areThatEdgesFailureAlone) {
    Mesh mesh;
    mesh.add(Reporter::Destination, "s/checkout-v1", "s/email-v1", 100);
    mesh.add(Reporter::Destination, "s/checkout-v1", "s/payment-v1", 100);
    mesh.set(mesh.add(Reporter::Destination, "s/email-v1", "s/payment-v1", 1), Label::ResponseCode, "403");
    mesh.set(mesh.add(Reporter::Destination, "s/stray-v1", "s/payment-v1", 1), Label::ResponseCode, "403");
    const mesh::Graph graph = buildGraph(mesh.samples, {}, workloads());
    const mesh::Edge* denied = edgeBetween(graph, "email-v1", "payment-v1");
    EXPECT_TRUE(denied->denied());
    EXPECT_EQ(denied->health, mesh::Health::Failing);
    EXPECT_EQ(nodeNamed(graph, "email-v1")->health, mesh::Health::Healthy);
    EXPECT_EQ(nodeNamed(graph, "payment-v1")->health, mesh::Health::Healthy);
    EXPECT_EQ(nodeNamed(graph, "stray-v1")->health, mesh::Health::Idle);
    EXPECT_EQ(nodeNamed(graph, "stray-v1")->reason, "no traffic but what policy refuses");
}

} // namespace
} // namespace meshdeck::traffic
