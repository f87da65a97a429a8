#include "unit/traffic/golden.h"

#include <map>

#include <gtest/gtest.h>

#include "traffic/kiali_json.h"
#include "unit/traffic/fixtures.h"

namespace meshdeck::traffic::test {
namespace {

using nlohmann::json;

GraphOptions bookinfo(mesh::GraphType type) {
    GraphOptions options;
    options.type = type;
    options.namespaces = {"bookinfo"};
    // Elsewhere our own arithmetic comes to the same figures.
    options.kialiArithmetic = type == mesh::GraphType::Service;
    options.boxApps = true;
    return options;
}

// Elements by id, with lists whose order means nothing turned into sorted ones.
std::map<std::string, json> elements(const json& graph, const char* kind) {
    std::map<std::string, json> byId;
    for (const json& element : graph.at("elements").at(kind)) {
        json data = element.at("data");
        data.erase("healthData");
        if (data.contains("destServices")) {
            std::set<json> services(data["destServices"].begin(), data["destServices"].end());
            data["destServices"] = services;
        }
        if (data.contains("waypoint") && data["waypoint"].contains("fromEdge")) {
            // Kiali writes the wrong node as the source of the edge that comes back, and so in its id.
            data["waypoint"]["fromEdge"].erase("id");
            data["waypoint"]["fromEdge"].erase("source");
        }
        byId.emplace(data.at("id").get<std::string>(), data);
    }
    return byId;
}

} // namespace

void PrintTo(const GoldenCase& golden, std::ostream* out) {
    *out << golden.expected;
}

std::vector<GoldenCase> goldenCases() {
    using mesh::GraphType;
    std::vector<GoldenCase> all;
    for (const auto& [name, type] :
         {std::pair("workload", GraphType::Workload), std::pair("app", GraphType::App),
          std::pair("versioned_app", GraphType::VersionedApp), std::pair("service", GraphType::Service)}) {
        all.push_back({name, "mockNamespaceRatesGraph", bookinfo(type), true, ""});
    }
    GraphOptions sent = bookinfo(GraphType::Workload);
    sent.grpc = GrpcRates::Sent;
    all.push_back({"rates_sent", "mockNamespaceRatesGraph", sent, true, ""});
    GraphOptions total = bookinfo(GraphType::Workload);
    total.grpc = GrpcRates::Total;
    total.tcp = TcpRates::Total;
    all.push_back({"rates_total", "mockNamespaceRatesGraph", total, true, ""});
    GraphOptions node = bookinfo(GraphType::Workload);
    node.node = "bookinfo/productpage-v1";
    all.push_back({"workload_node", "TestWorkloadNodeGraph", node, true, ""});
    GraphOptions clusters = bookinfo(GraphType::VersionedApp);
    clusters.injectServices = true;
    clusters.idleEdges = true;
    all.push_back({"mc_source", "TestMultiClusterSourceGraph", clusters, false, ""});
    all.push_back({"ambient", "ambientMockGraph", bookinfo(GraphType::Workload), false, "waypoint"});
    return all;
}

void expectGolden(const GoldenCase& golden, const SampleSet& samples) {
    const std::set<std::pair<std::string, std::string>> accessible{{"east", "bookinfo"}, {"east", "tutorial"}};
    mesh::Inventory inventory;
    ClusterFacts facts;
    facts.accessible = golden.limited ? &accessible : nullptr;
    if (!golden.waypoint.empty()) {
        mesh::Pod& pod = inventory.pods["bookinfo/waypoint-1"];
        pod.ns = "bookinfo";
        pod.workload = golden.waypoint;
        pod.dataPlane = mesh::DataPlane::Waypoint;
        facts.inventory = &inventory;
    }
    const mesh::Graph graph = buildGraph(samples, facts, golden.options);
    const json ours = kialiGraph(graph);
    const json theirs = readGoldenFile("test_" + golden.expected + "_graph.expected");

    EXPECT_EQ(ours.at("timestamp"), theirs.at("timestamp"));
    EXPECT_EQ(ours.at("duration"), theirs.at("duration"));
    EXPECT_EQ(ours.at("graphType"), theirs.at("graphType"));
    for (const char* kind : {"nodes", "edges"}) {
        const auto got = elements(ours, kind);
        const auto want = elements(theirs, kind);
        for (const auto& [id, data] : want) {
            ASSERT_TRUE(got.contains(id)) << "missing " << data.dump(1);
            EXPECT_EQ(got.at(id), data) << json::diff(data, got.at(id)).dump(1);
        }
        for (const auto& [id, data] : got) {
            EXPECT_TRUE(want.contains(id)) << "not expected " << data.dump(1);
        }
    }
}

} // namespace meshdeck::traffic::test
