#include "cli/graph.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_connection.h"
#include "sample_graph.h"

namespace meshdeck::cli {
namespace {

class GraphCommand : public testing::Test {
protected:
    // Telemetry that answers at once.
    static void answers(sources::DeltaSink& sink) {
        sink.deliver(sources::TrafficDelta{std::make_shared<traffic::SampleSet>()});
        mesh::SourceHealth health;
        health.name = "prometheus";
        health.state = mesh::SourceState::Live;
        sink.deliver(health);
    }
    static void fails(sources::DeltaSink& sink) {
        mesh::SourceHealth health;
        health.name = "prometheus";
        health.state = mesh::SourceState::Denied;
        health.detail = "Prometheus refuses us";
        health.hint = "log in again";
        sink.deliver(health);
    }

    int command(const std::vector<std::string>& words, test::ScriptedSource::Script script = answers) {
        Hooks hooks;
        hooks.open = [this, script](const app::ConnectionOptions& options) -> Result<std::unique_ptr<app::Connection>> {
            opened = options;
            return std::make_unique<test::FakeConnection>(options, test::sampleGraph(), script);
        };
        hooks.paint = painter;
        hooks.answerWithin = std::chrono::seconds(20);
        return run(words, {out, err, outIsTerminal, false}, hooks);
    }

    std::ostringstream out;
    std::ostringstream err;
    bool outIsTerminal = false;
    std::function<Result<std::string>(const mesh::MeshSnapshot&, const Picture&)> painter;
    std::optional<app::ConnectionOptions> opened;
};

TEST_F(GraphCommand, Json_isPrintedOnStandardOutputAlone) {
    EXPECT_EQ(command({"graph", "-o", "json", "--type", "workload"}), 0);
    const auto json = nlohmann::json::parse(out.str());
    EXPECT_EQ(json["schema"], "meshdeck.graph/1");
    EXPECT_EQ(json["graphType"], "workload");
    EXPECT_EQ(json["context"], "fake");
    EXPECT_EQ(err.str(), "");
}

TEST_F(GraphCommand, EveryTextForm_isPrintedTheSameTwice) {
    for (const char* form : {"dot", "mermaid", "cytoscape", "csv", "csv-nodes"}) {
        out.str("");
        EXPECT_EQ(command({"graph", "-o", form}), 0) << form;
        const std::string first = out.str();
        out.str("");
        EXPECT_EQ(command({"graph", "-o", form}), 0);
        EXPECT_EQ(out.str(), first);
        EXPECT_NE(first, "");
    }
}

TEST_F(GraphCommand, GraphOptions_reachTheConnection) {
    EXPECT_EQ(command({"graph", "--type=service", "--node", "shop/cart", "--idle-edges", "--inject-services", "-n", "shop",
                       "--rates", "http=none,grpc=total,tcp=received"}),
              0);
    const traffic::GraphOptions& graph = opened.value().graph;
    EXPECT_EQ(graph.type, mesh::GraphType::Service);
    EXPECT_EQ(graph.node, "shop/cart");
    EXPECT_TRUE(graph.idleEdges);
    EXPECT_TRUE(graph.injectServices);
    EXPECT_EQ(graph.namespaces, std::set<std::string>{"shop"});
    EXPECT_EQ(graph.http, traffic::RequestRates::None);
    EXPECT_EQ(graph.grpc, traffic::GrpcRates::Total);
    EXPECT_EQ(graph.tcp, traffic::TcpRates::Received);
}

TEST_F(GraphCommand, WrongOptions_contactNothing) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"graph", "--type", "pie"}, {"graph", "--rates", "http=sent"}, {"graph", "--node", "x"},
          {"graph", "--rates", "udp=total"}, {"graph", "-o", "svg"}, {"graph", "-o", "pdf"}, {"graph", "-o", "png"}, {"graph", "--find", "latncy > 5"},
          {"graph", "--hide", "(a"}, {"graph", "--labels", "avg"}, {"graph", "--scale", "0"}}) {
        EXPECT_EQ(command(words), 2) << words.back();
    }
    EXPECT_FALSE(opened.has_value());
    EXPECT_EQ(out.str(), "");
}

TEST_F(GraphCommand, NoTelemetry_isCode2WithTheSourcesReason) {
    EXPECT_EQ(command({"graph"}, fails), 2);
    EXPECT_EQ(err.str(), "meshdeck: Prometheus refuses us. Hint: log in again\n");
    EXPECT_EQ(out.str(), "");
}

TEST_F(GraphCommand, ApiServerGone_isNamedWithItsContext) {
    const auto gone = [](sources::DeltaSink& sink) {
        mesh::SourceHealth health;
        health.name = "prometheus";
        health.state = mesh::SourceState::Absent;
        health.detail = "none was found";
        sink.deliver(health);
        health.name = "kubernetes";
        health.state = mesh::SourceState::Stale;
        health.detail = "127.0.0.1:1 refuses the connection";
        health.hint = "is it running?";
        sink.deliver(health);
    };
    EXPECT_EQ(command({"graph"}, gone), 2);
    EXPECT_EQ(err.str(), "meshdeck: cannot reach the API server of context \"fake\": 127.0.0.1:1 refuses the connection. "
                         "Hint: is it running?\n");
}

TEST_F(GraphCommand, Png_isWhatTheViewsPaint) {
    painter = [](const mesh::MeshSnapshot& snapshot, const Picture&) -> Result<std::string> {
        return std::string("\x89PNG\0", 5) + std::to_string(snapshot.graph->nodes.size());
    };
    EXPECT_EQ(command({"graph", "-o", "png"}), 0);
    EXPECT_EQ(out.str(), std::string("\x89PNG\0", 5) + "3");
    outIsTerminal = true;
    EXPECT_EQ(command({"graph", "-o", "png"}), 2);
    EXPECT_TRUE(needsGui({"graph", "-o", "png"}));
    EXPECT_TRUE(needsGui({"graph", "-o", "svg"}));
    EXPECT_TRUE(needsGui({"graph", "-o", "pdf"}));
    EXPECT_FALSE(needsGui({"graph", "-o", "json"}));
}

TEST_F(GraphCommand, Picture_isPaintedAsItWasAskedFor) {
    Picture asked;
    std::size_t nodes = 0;
    painter = [&](const mesh::MeshSnapshot& snapshot, const Picture& picture) -> Result<std::string> {
        asked = picture;
        nodes = snapshot.graph->nodes.size();
        return std::string("<svg/>");
    };
    EXPECT_EQ(command({"graph", "-o", "svg", "--find", "ns = data", "--labels", "p95", "--dark", "--scale", "1.5"}), 0);
    EXPECT_EQ(asked, (Picture{"svg", "find namespace = data", "p95", 1.5, true}));
    EXPECT_EQ(nodes, 1U);
    EXPECT_EQ(out.str(), "<svg/>");
}

TEST_F(GraphCommand, FindAndHide_cutTheGraph) {
    EXPECT_EQ(command({"graph", "-o", "json", "--find", "plaintext"}), 0);
    const auto found = nlohmann::json::parse(out.str());
    EXPECT_EQ(found["edges"].size(), 1U);
    EXPECT_EQ(found["nodes"].size(), 2U);
    EXPECT_EQ(found["part"]["find"], "plaintext");
    EXPECT_EQ(found["part"]["nodesOf"], 3);
    EXPECT_EQ(err.str(), "meshdeck: 2 of 3 nodes, 1 of 2 calls\n");
    out.str("");
    EXPECT_EQ(command({"graph", "-o", "csv", "--hide", "reviews", "-q"}), 0);
    const std::string csv = out.str();
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1) << "the head alone, not " << csv;
}

TEST_F(GraphCommand, WrongExpression_isPointedAt) {
    EXPECT_EQ(command({"graph", "--find", "ns = shop and versoin = v1"}), 2);
    EXPECT_EQ(err.str(), "meshdeck: --find: \"versoin\" is nothing that can be compared; did you mean \"version\"?\n"
                         "  ns = shop and versoin = v1\n"
                         "                ^^^^^^^\n");
    EXPECT_FALSE(opened.has_value());
}

TEST_F(GraphCommand, OutputFile_isWrittenAndNamed) {
    const auto path = std::filesystem::temp_directory_path() / ("meshdeck-graph-" + std::to_string(::getpid()) + ".csv");
    EXPECT_EQ(command({"graph", "-o", "csv", "--output-file", path.string()}), 0);
    EXPECT_EQ(out.str(), "");
    EXPECT_EQ(err.str(), "meshdeck: wrote " + path.string() + "\n");
    EXPECT_GT(std::filesystem::file_size(path), 100U);
    std::filesystem::remove(path);
    EXPECT_EQ(command({"graph", "--output-file", "/nonexistent/x"}), 2);
}

TEST_F(GraphCommand, FullDisk_isSaid) {
    std::ofstream full("/dev/full");
    Hooks hooks;
    EXPECT_EQ(run({"--help"}, {full, err}, hooks), 2);
    EXPECT_NE(err.str().find("cannot write the result"), std::string::npos);
}

} // namespace
} // namespace meshdeck::cli
