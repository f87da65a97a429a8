// `meshdeck graph` against meshdeck-demo, over the real sockets: Kubernetes API with TLS, istiod's ADS with TLS and a
// token, the pods' metrics pages through the pod proxy. The truth is what the simulation says that it sent.
#include <map>
#include <set>
#include <sstream>

#include <QStandardPaths>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "composition_demo.h"
#include "sources/http/http_client.h"

namespace meshdeck {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class DemoGraph : public testing::Test {
protected:
    void SetUp() override { startDemo({"--speed", "10"}); }
    void startDemo(const std::vector<std::string>& arguments) {
        demo.reset();
        auto started = app::PrivateDemo::start("bookinfo", MESHDECK_BIN "/meshdeck-demo", 60s, arguments);
        ASSERT_TRUE(started.has_value()) << describe(started.error());
        demo = *std::move(started);
        const std::string target = json::parse(demo->readyLine()).at("scrape").at(0);
        truthUrl = target.substr(0, target.find("/pods/")) + "/truth";
    }

    // Requests so far by "source -> destination version", and when that was.
    struct Truth {
        std::map<std::string, double> requests;
        MonotonicTime at;
    };
    Truth truth() {
        sources::HttpRequest request;
        request.url = truthUrl;
        Truth seen;
        const auto answer = http.send(request);
        EXPECT_TRUE(answer.has_value());
        seen.at = std::chrono::steady_clock::now();
        const json document = json::parse(answer ? answer->body : "{}");
        for (const json& edge : document.at("edges")) {
            seen.requests[edge.at("source").get<std::string>() + " -> " + edge.at("destination").get<std::string>()] +=
                edge.at("requests").get<double>();
        }
        return seen;
    }

    app::ConnectionOptions options() const {
        app::ConnectionOptions options;
        options.kubeconfig = demo->kubeconfig();
        options.graph.type = mesh::GraphType::Workload;
        return options;
    }

    std::unique_ptr<app::PrivateDemo> demo;
    std::string truthUrl;
    sources::HttpClient http{sources::HttpOptions()};
};

TEST_F(DemoGraph, GraphCommand_printsBookinfoWithLiveSources) {
    cli::Hooks hooks;
    hooks.open = [](const app::ConnectionOptions& wanted) { return app::Connection::open(wanted); };
    std::ostringstream out;
    std::ostringstream err;
    ASSERT_EQ(cli::run({"graph", "--kubeconfig", demo->kubeconfig(), "-o", "json", "--type", "workload"}, {out, err}, hooks), 0)
        << err.str();
    const json graph = json::parse(out.str());
    std::set<std::string> workloads;
    for (const json& node : graph.at("nodes")) {
        workloads.insert(node.value("workload", ""));
    }
    for (const char* name : {"istio-ingressgateway", "productpage-v1", "details-v1", "reviews-v1", "reviews-v2",
                             "reviews-v3", "ratings-v1"}) {
        EXPECT_TRUE(workloads.contains(name)) << name;
    }
    EXPECT_EQ(graph.at("edges").size(), 7U);
    std::map<std::string, std::string> states;
    for (const json& source : graph.at("sources")) {
        states[source.at("name")] = source.at("state");
    }
    EXPECT_EQ(states["kubernetes"], "live");
    EXPECT_EQ(states["istiod"], "live");
    EXPECT_EQ(states["scrape"], "live");
    EXPECT_EQ(states["prometheus"], "absent");
    EXPECT_EQ(err.str(), "");
}

TEST_F(DemoGraph, Rates_areWithinFivePercentOfWhatTheSimulationSent) {
    const auto connection = app::Connection::open(options());
    ASSERT_TRUE(connection.has_value()) << describe(connection.error());
    session::Session& session = (*connection)->session();
    session.start();
    const mesh::SnapshotPtr first = session.waitFor(session::settled, 60s);
    ASSERT_NE(first->graph, nullptr);
    // The measurement itself takes time: eighty simulated seconds of traffic.
    (void)session.waitFor([](const mesh::MeshSnapshot&) { return false; }, 8s);
    session.refresh();
    const mesh::SnapshotPtr last = session.waitFor(
        [&](const mesh::MeshSnapshot& one) { return one.graph->time >= first->graph->time + 8s; }, 60s);
    const Truth after = truth();
    ASSERT_GE(last->graph->time, first->graph->time + 8s);
    // The proxies are younger than the window, so their counters are measured since their start, as the truth is.
    const double seconds = std::chrono::duration<double>(last->graph->window).count();
    ASSERT_GT(seconds, 30);
    std::size_t compared = 0;
    for (const mesh::Edge& edge : last->graph->edges) {
        const std::string key = last->graph->nodes[edge.source].workload + " -> " + last->graph->nodes[edge.target].workload;
        if (!after.requests.contains(key)) {
            ADD_FAILURE() << "the simulation knows no " << key;
            continue;
        }
        const double sent = after.requests.at(key) / seconds;
        EXPECT_NEAR(edge.rates.total, sent, 0.05 * sent) << key;
        ++compared;
    }
    EXPECT_EQ(compared, 7U);
    ASSERT_NE(last->proxies, nullptr);
    EXPECT_EQ(last->proxies->proxies.size(), 7U);
    EXPECT_GE(last->history->begin()->second.size(), 2U);
}

class DemoGraphFromPrometheus : public DemoGraph {
protected:
    void SetUp() override {
        if (QStandardPaths::findExecutable(QStringLiteral("prometheus")).isEmpty()) {
            GTEST_SKIP() << "Debian's package prometheus is not installed: the real server is left out";
        }
        startDemo({"--speed", "20", "--prometheus"});
    }
};

TEST_F(DemoGraphFromPrometheus, Rates_areWithinFivePercentOfWhatTheSimulationSent) {
    constexpr Duration kWindow = 25s;
    // The program runs until its graph has the rates of the whole window: measured time, not a pause.
    app::ConnectionOptions wanted = options();
    wanted.window = kWindow;
    const auto connection = app::Connection::open(wanted);
    ASSERT_TRUE(connection.has_value()) << describe(connection.error());
    session::Session& session = (*connection)->session();
    session.start();
    // Every edge has a rate: Prometheus has scraped each pod twice, so that the window is covered from here on.
    const auto complete = [](const mesh::MeshSnapshot& one) { return one.graph && one.graph->edges.size() == 7; };
    for (int tries = 0; tries < 60 && !complete(*session.latest()); ++tries) {
        session.refresh();
        (void)session.waitFor(complete, 1s);
    }
    ASSERT_TRUE(complete(*session.latest()));
    const Truth before = truth();
    (void)session.waitFor([](const mesh::MeshSnapshot&) { return false; }, kWindow);
    const Truth after = truth();
    cli::Hooks hooks;
    hooks.open = [](const app::ConnectionOptions& asked) { return app::Connection::open(asked); };
    std::ostringstream out;
    std::ostringstream err;
    ASSERT_EQ(cli::run({"graph", "--kubeconfig", demo->kubeconfig(), "-o", "json", "--type", "workload", "--window", "25s"},
                       {out, err}, hooks), 0) << err.str();
    EXPECT_EQ(err.str(), "");
    const json graph = json::parse(out.str());
    EXPECT_EQ(graph.at("windowSeconds"), 25);
    std::map<std::string, std::string> workloads;
    for (const json& node : graph.at("nodes")) {
        workloads[node.at("id")] = node.value("workload", "");
    }
    EXPECT_EQ(workloads.size(), 7U);
    EXPECT_EQ(graph.at("edges").size(), 7U);
    const double seconds = std::chrono::duration<double>(after.at - before.at).count();
    for (const json& edge : graph.at("edges")) {
        const std::string key = workloads[edge.at("source")] + " -> " + workloads[edge.at("target")];
        ASSERT_TRUE(before.requests.contains(key) && after.requests.contains(key)) << key;
        const double sent = (after.requests.at(key) - before.requests.at(key)) / seconds;
        EXPECT_NEAR(edge.at("requestsPerSecond").get<double>(), sent, 0.05 * sent) << key;
    }
    for (const json& source : graph.at("sources")) {
        EXPECT_EQ(source.at("state"), "live") << source;
    }
}

} // namespace
} // namespace meshdeck
