// Every query of the source against a real Prometheus: what it answers is what was stored.
#include <QtCore/QUrl>

#include <gtest/gtest.h>

#include "sources/http/http_client.h"
#include "sources/prometheus/overview.h"
#include "sources/prometheus/promql.h"
#include "support/prometheus_server.h"
#include "traffic/graph_builder.h"

namespace meshdeck::sources {
namespace {

constexpr std::int64_t kEnd = 1'700'000'000;
constexpr Duration kWindow = std::chrono::seconds(300);

std::string labels(const std::string& reporter, const std::string& from, const std::string& fromNs,
                   const std::string& to, const std::string& toNs, const std::string& more) {
    return "reporter=\"" + reporter + "\",source_cluster=\"c\",source_workload=\"" + from +
           "\",source_workload_namespace=\"" + fromNs + "\",source_canonical_service=\"" + from +
           "\",destination_cluster=\"c\",destination_workload=\"" + to + "\",destination_workload_namespace=\"" + toNs +
           "\",destination_canonical_service=\"" + to + "\",destination_service=\"" + to + "." + toNs +
           ".svc.cluster.local\",destination_service_name=\"" + to + "\",destination_service_namespace=\"" + toNs +
           "\",request_protocol=\"http\"" + more;
}

std::string counter(const std::string& series, double perSecond) {
    std::string text;
    for (int age = 600; age >= 0; age -= 30) {
        text += series + " " + std::to_string(perSecond * (1000 - age)) + " " + std::to_string(kEnd - age) + "\n";
    }
    return text;
}

// a/web calls b/cart (10/s, 2 of them 503; half under 10 ms, all under 20 ms); c/x calls d/y.
std::string meshText() {
    std::string text = "# TYPE istio_requests counter\n";
    for (const std::string reporter : {"source", "destination"}) {
        const std::string policy = reporter == "source" ? "unknown" : "mutual_tls";
        const std::string tail = ",response_flags=\"-\",connection_security_policy=\"" + policy + "\"}";
        text += counter(
            "istio_requests_total{" + labels(reporter, "web", "a", "cart", "b", ",response_code=\"200\"") + tail, 8);
        text += counter(
            "istio_requests_total{" + labels(reporter, "web", "a", "cart", "b", ",response_code=\"503\"") + tail, 2);
        text +=
            counter("istio_requests_total{" + labels(reporter, "x", "c", "y", "d", ",response_code=\"200\"") + tail, 5);
    }
    text += "# TYPE istio_request_duration_milliseconds histogram\n";
    for (const auto& [le, rate] : {std::pair("10", 5.0), std::pair("20", 10.0), std::pair("+Inf", 10.0)}) {
        text += counter("istio_request_duration_milliseconds_bucket{" +
                            labels("destination", "web", "a", "cart", "b", std::string(",le=\"") + le + "\"") + "}",
                        rate);
    }
    return text + "# EOF\n";
}

class PrometheusQueries : public testing::Test {
protected:
    void SetUp() override {
        if (!test::PrometheusServer::isInstalled()) {
            GTEST_SKIP() << "Debian's package prometheus is not installed: the real server is left out";
        }
        auto started = test::PrometheusServer::start(meshText());
        ASSERT_TRUE(started) << started.error().what;
        server = std::move(*started);
    }

    void ask(const std::vector<PromQuery>& queries, traffic::SampleSet& into) {
        HttpClient client({});
        for (const PromQuery& query : queries) {
            HttpRequest request;
            request.method = "POST";
            request.url = server->url() + "/api/v1/query";
            request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
            request.body = "time=" + std::to_string(kEnd) +
                           "&query=" + QUrl::toPercentEncoding(QString::fromStdString(query.promql)).toStdString();
            auto response = client.send(std::move(request));
            ASSERT_TRUE(response) << response.error().what;
            const auto reply = parseVector(response->body, query.defaults, into);
            ASSERT_TRUE(reply) << query.name << ": " << reply.error().what;
        }
    }

    std::unique_ptr<test::PrometheusServer> server;
};

TEST_F(PrometheusQueries, namespaceInView_givesItsTrafficWithLatencyAndMtls) {
    traffic::SampleSet samples;
    ask(fullQueries(kWindow, false, {"a", "nobody.else"}), samples);
    const mesh::Graph graph = traffic::buildGraph(samples, {}, {});
    ASSERT_EQ(graph.edges.size(), 1U);
    const mesh::Edge& edge = graph.edges[0];
    EXPECT_NEAR(edge.rates.total, 10, 0.01);
    EXPECT_NEAR(edge.rates.serverError, 2, 0.01);
    ASSERT_TRUE(edge.mtls);
    EXPECT_NEAR(edge.mtls->value, 100, 0.01);
    ASSERT_TRUE(edge.latency.p50 && edge.latency.p95);
    EXPECT_NEAR(edge.latency.p50->value, 10, 0.01);
    EXPECT_NEAR(edge.latency.p95->value, 19, 0.01);
}

TEST_F(PrometheusQueries, overview_hasTotalsAndErrorsOfTheWholeMesh) {
    traffic::SampleSet samples;
    ask(overviewQueries(kWindow, false, false), samples);
    settleOverview(samples);
    traffic::GraphOptions options;
    options.type = mesh::GraphType::Workload;
    const mesh::Graph graph = traffic::buildGraph(samples, {}, options);
    ASSERT_EQ(graph.edges.size(), 2U);
    double total = 0;
    double errors = 0;
    for (const mesh::Edge& edge : graph.edges) {
        total += edge.rates.total;
        errors += edge.rates.serverError;
    }
    EXPECT_NEAR(total, 15, 0.01);
    EXPECT_NEAR(errors, 2, 0.01);
}

} // namespace
} // namespace meshdeck::sources
