// The pods' metrics pages: valid text, Istio's labels, counters that never fall, reporters that agree.
#include <gtest/gtest.h>

#include "app/demo/telemetry/metrics_page.h"
#include "unit/demo/sim/mesh_run.h"
#include "unit/demo/sim/prometheus_text.h"

namespace meshdeck::demo {

namespace {

std::vector<std::pair<std::string, std::string>> podsOf(const FakeStore& store) {
    std::vector<std::pair<std::string, std::string>> pods;
    for (const ObjectPtr& pod : store.list("Pod")) {
        pods.emplace_back((*pod)["metadata"]["namespace"], (*pod)["metadata"]["name"]);
    }
    return pods;
}

std::map<std::string, PrometheusText> pages(MeshRun& mesh) {
    std::map<std::string, PrometheusText> texts;
    for (const auto& [ns, pod] : podsOf(mesh.store)) {
        const auto page = mesh.simulation.page(ns, pod, "/stats/prometheus");
        if (page) {
            texts.emplace(ns + "/" + pod, PrometheusText(*page));
        }
    }
    return texts;
}

double total(const std::map<std::string, PrometheusText>& texts, const std::string& name, const SampleLabels& labels) {
    double sum = 0;
    for (const auto& [pod, text] : texts) {
        sum += text.sum(name, labels);
    }
    return sum;
}

} // namespace

TEST(MetricsPage, EveryPod_isValidText) {
    MeshRun mesh("boutique");
    mesh.run(30);
    const auto texts = pages(mesh);
    EXPECT_GT(texts.size(), 20U);
    for (const auto& [pod, text] : texts) {
        EXPECT_TRUE(text.faults.empty()) << pod << ": " << (text.faults.empty() ? "" : text.faults.front());
        EXPECT_EQ(text.sum("istio_build"), 1) << pod;
        EXPECT_GT(text.sum("istio_agent_process_resident_memory_bytes"), 2e7) << pod;
    }
}

TEST(MetricsPage, Filter_leavesWhatItFindsInAStatisticsName) {
    MeshRun mesh("bookinfo");
    mesh.run(5);
    std::string whole;
    std::string part;
    for (const auto& [podNs, name] : podsOf(mesh.store)) {
        whole += mesh.simulation.page(podNs, name, "/stats/prometheus").value_or("");
        part += mesh.simulation.page(podNs, name, "/stats/prometheus", "requests_total|server.uptime").value_or("");
    }
    EXPECT_NE(whole.find("istio_request_duration_milliseconds_bucket{"), std::string::npos);
    EXPECT_NE(part.find("istio_requests_total{"), std::string::npos);
    EXPECT_NE(part.find("envoy_server_uptime "), std::string::npos);
    EXPECT_EQ(part.find("istio_request_duration"), std::string::npos);
    EXPECT_EQ(part.find("istio_agent_"), std::string::npos);
}

TEST(MetricsPage, PodsWithoutProxyAndOtherPaths_haveNone) {
    MeshRun mesh("boutique");
    mesh.run(1);
    for (const auto& [ns, pod] : podsOf(mesh.store)) {
        EXPECT_EQ(mesh.simulation.page(ns, pod, "/stats/prometheus").has_value(),
                  !pod.starts_with("stock-import") && !pod.starts_with("istiod"))
            << pod;
        EXPECT_FALSE(mesh.simulation.page(ns, pod, "/metrics"));
    }
    EXPECT_FALSE(mesh.simulation.page("shop", "nobody", "/stats/prometheus"));
}

TEST(MetricsPage, Counters_neverFallAndHistogramsAddUp) {
    MeshRun mesh("boutique");
    mesh.run(5);
    auto before = pages(mesh);
    for (int round = 0; round < 3; ++round) {
        mesh.run(2);
        auto after = pages(mesh);
        for (const auto& [pod, text] : after) {
            for (const auto& [name, samples] : text.samples) {
                if (text.types.contains(name) && text.types.at(name) == "gauge") {
                    continue;
                }
                for (const auto& [labels, value] : before.at(pod).samples[name]) {
                    ASSERT_GE(samples.at(labels), value) << pod << " " << name;
                }
            }
            for (const std::string family :
                 {"istio_request_duration_milliseconds", "istio_request_bytes", "istio_response_bytes"}) {
                const auto counts = text.samples.find(family + "_count");
                if (counts == text.samples.end()) {
                    continue;
                }
                EXPECT_EQ(text.sum(family + "_count"), text.sum("istio_requests_total"));
                for (const auto& [labels, count] : counts->second) {
                    std::map<double, double> buckets;
                    for (const auto& [bucketLabels, value] : text.samples.at(family + "_bucket")) {
                        if (PrometheusText::includes(bucketLabels, labels)) {
                            const std::string le = bucketLabels.at("le");
                            buckets[le == "+Inf" ? 1e300 : std::stod(le)] = value;
                        }
                    }
                    ASSERT_EQ(buckets.size(), kBuckets.size() + 1);
                    double last = 0;
                    double least = 0, most = 0, bound = 0;
                    for (const auto& [le, value] : buckets) {
                        ASSERT_GE(value, last);
                        least += (value - last) * bound;
                        most += (value - last) * le;
                        bound = le;
                        last = value;
                    }
                    EXPECT_EQ(last, count);
                    if (family == "istio_request_duration_milliseconds") {
                        const double sum = text.samples.at(family + "_sum").at(labels);
                        EXPECT_GE(sum, least * 0.999);
                        EXPECT_LE(sum, most * 1.001);
                    }
                }
            }
        }
        before = std::move(after);
    }
}

TEST(MetricsPage, BothReporters_agreeWithTheTruth) {
    MeshRun mesh("boutique");
    mesh.run(60);
    const auto texts = pages(mesh);
    for (const auto& [source, destination] :
         std::vector<std::pair<std::string, std::string>>{{"frontend-v1", "catalog-v1"},
                                                          {"frontend-v1", "checkout-v2"},
                                                          {"checkout-v1", "payment-v1"},
                                                          {"email-v1", "payment-v1"}}) {
        const SampleLabels edge = {{"source_workload", source}, {"destination_workload", destination}};
        SampleLabels client = edge;
        client["reporter"] = "source";
        SampleLabels server = edge;
        server["reporter"] = "destination";
        const double truth = mesh.sent(source, destination).requests;
        EXPECT_GT(truth, 20);
        EXPECT_EQ(total(texts, "istio_requests_total", client), truth) << source;
        EXPECT_EQ(total(texts, "istio_requests_total", server), truth) << source;
    }
    // The server's time is a part of the client's.
    const double client =
        total(texts, "istio_request_duration_milliseconds_sum",
              {{"reporter", "source"}, {"destination_workload", "catalog-v1"}, {"source_workload", "frontend-v1"}});
    const double server = total(
        texts, "istio_request_duration_milliseconds_sum",
        {{"reporter", "destination"}, {"destination_workload", "catalog-v1"}, {"source_workload", "frontend-v1"}});
    EXPECT_GT(client, server);
    EXPECT_LT(client, server * 2);
}

TEST(MetricsPage, Labels_areIstios) {
    MeshRun mesh("boutique");
    mesh.run(30);
    const auto texts = pages(mesh);
    const SampleLabels canary = {{"reporter", "destination"},
                                 {"source_workload", "frontend-v1"},
                                 {"source_workload_namespace", "shop"},
                                 {"source_principal", "spiffe://cluster.local/ns/shop/sa/frontend"},
                                 {"source_app", "frontend"},
                                 {"source_version", "v1"},
                                 {"source_canonical_service", "frontend"},
                                 {"source_canonical_revision", "v1"},
                                 {"source_cluster", "Kubernetes"},
                                 {"destination_workload", "checkout-v2"},
                                 {"destination_workload_namespace", "orders"},
                                 {"destination_principal", "spiffe://cluster.local/ns/orders/sa/checkout"},
                                 {"destination_app", "checkout"},
                                 {"destination_version", "v2"},
                                 {"destination_service", "checkout.orders.svc.cluster.local"},
                                 {"destination_service_name", "checkout"},
                                 {"destination_service_namespace", "orders"},
                                 {"destination_canonical_service", "checkout"},
                                 {"destination_canonical_revision", "v2"},
                                 {"destination_cluster", "Kubernetes"},
                                 {"request_protocol", "grpc"},
                                 {"response_code", "200"},
                                 {"grpc_response_status", "13"},
                                 {"response_flags", "-"},
                                 {"connection_security_policy", "mutual_tls"}};
    EXPECT_GT(total(texts, "istio_requests_total", canary), 5);
    SampleLabels seenByClient = canary;
    seenByClient["reporter"] = "source";
    seenByClient["connection_security_policy"] = "unknown";
    EXPECT_EQ(total(texts, "istio_requests_total", seenByClient), total(texts, "istio_requests_total", canary));
    // A caller without a proxy is unknown to the server, and over plaintext.
    EXPECT_GT(total(texts, "istio_requests_total",
                    {{"reporter", "destination"},
                     {"source_workload", "unknown"},
                     {"source_principal", "unknown"},
                     {"source_canonical_revision", "latest"},
                     {"destination_workload", "catalog-v1"},
                     {"request_protocol", "http"},
                     {"connection_security_policy", "none"}}),
              50);
    // Refused by the AuthorizationPolicy: a gRPC client gets PERMISSION_DENIED.
    EXPECT_GT(
        total(texts, "istio_requests_total",
              {{"source_workload", "email-v1"}, {"destination_workload", "payment-v1"}, {"grpc_response_status", "7"}}),
        5);
    EXPECT_GT(
        total(texts, "istio_tcp_sent_bytes_total", {{"reporter", "source"}, {"destination_workload", "redis-cart-v1"}}),
        1e6);
    EXPECT_GT(
        total(
            texts, "istio_tcp_received_bytes_total",
            {{"reporter", "source"}, {"destination_service", "smtp.example.com"}, {"destination_workload", "unknown"}}),
        1e5);
}

TEST(MetricsPage, TimedOutRequest_is504AtTheClientAnd0AtTheServer) {
    MeshRun mesh("bookinfo");
    Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    reviews["spec"]["http"][0]["timeout"] = "5ms";
    mesh.store.put(reviews);
    mesh.run(20);
    const auto texts = pages(mesh);
    const double cut = total(texts, "istio_requests_total",
                             {{"reporter", "source"}, {"response_code", "504"}, {"response_flags", "UT"}});
    EXPECT_GT(cut, 1000);
    EXPECT_EQ(total(texts, "istio_requests_total",
                    {{"reporter", "destination"}, {"response_code", "0"}, {"response_flags", "DC"}}),
              cut);
}

TEST(MetricsPage, Faults_areFlagged) {
    MeshRun mesh("bookinfo");
    Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    reviews["spec"]["http"][0]["fault"] = {{"delay", {{"percentage", {{"value", 50}}}, {"fixedDelay", "2s"}}},
                                           {"abort", {{"percentage", {{"value", 10}}}, {"httpStatus", 418}}}};
    mesh.store.put(reviews);
    mesh.run(20);
    const auto texts = pages(mesh);
    EXPECT_GT(total(texts, "istio_requests_total", {{"response_flags", "DI"}, {"response_code", "200"}}), 300);
    EXPECT_GT(total(texts, "istio_requests_total",
                    {{"response_flags", "FI"}, {"response_code", "418"}, {"destination_workload", "unknown"}}),
              30);
    EXPECT_GT(total(texts, "istio_requests_total", {{"response_flags", "DI,FI"}, {"response_code", "418"}}), 30);
    EXPECT_GT(total(texts, "istio_request_duration_milliseconds_bucket",
                    {{"source_workload", "istio-ingressgateway"}, {"le", "+Inf"}}) -
                  total(texts, "istio_request_duration_milliseconds_bucket",
                        {{"source_workload", "istio-ingressgateway"}, {"le", "1000"}}),
              300)
        << "the delay shows up to the gateway";
}

TEST(EscapedLabel, QuoteBackslashAndLineFeed_areEscaped) {
    EXPECT_EQ(escapedLabel("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
}

} // namespace meshdeck::demo
