// The golden traffic graphs once more, through a real Prometheus that holds the fixtures' series as counters.
#include <condition_variable>
#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "sources/prometheus/prometheus_source.h"
#include "support/prometheus_server.h"
#include "unit/traffic/fixtures.h"
#include "unit/traffic/golden.h"

namespace meshdeck::sources {
namespace {

using traffic::Measure;
using traffic::SampleSet;

const char* metricOf(Measure measure) {
    switch (measure) {
    case Measure::GrpcSentMessages:
        return "istio_request_messages";
    case Measure::GrpcReceivedMessages:
        return "istio_response_messages";
    case Measure::TcpSentBytes:
        return "istio_tcp_received_bytes";
    case Measure::TcpReceivedBytes:
        return "istio_tcp_sent_bytes";
    default:
        return "istio_requests";
    }
}

// Each series as a counter that grows by its value a second: a sample every 30 s for 900 s up to T.
std::string openMetrics(const SampleSet& samples) {
    const auto end = std::chrono::duration_cast<std::chrono::seconds>(samples.time.time_since_epoch()).count();
    std::map<std::string, std::string> families;
    for (const traffic::Sample& sample : samples.samples) {
        std::string labels =
            sample.reporter == traffic::Reporter::Source ? R"(reporter="source")" : R"(reporter="destination")";
        for (std::size_t i = 0; i < traffic::kLabelCount; ++i) {
            if (sample.labels[i] != 0) {
                labels += "," + std::string(traffic::labelName(static_cast<traffic::Label>(i))) + "=\"" +
                          std::string(samples.strings.text(sample.labels[i])) + "\"";
            }
        }
        const std::string name = metricOf(sample.measure);
        std::string& text = families[name];
        for (int age = 900; age >= 0; age -= 30) {
            text += name + "_total{" + labels + "} " + std::to_string(sample.value * (1000 - age)) + " " +
                    std::to_string(end - age) + "\n";
        }
    }
    std::string all;
    for (const auto& [name, text] : families) {
        all += "# TYPE " + name + " counter\n" + text;
    }
    return all + "# EOF\n";
}

class LastSamples final : public DeltaSink {
public:
    void deliver(Delta delta) override {
        const std::lock_guard lock(m_mutex);
        if (auto* traffic = std::get_if<TrafficDelta>(&delta)) {
            m_samples = traffic->samples;
        } else if (auto* health = std::get_if<mesh::SourceHealth>(&delta)) {
            m_state = health->state;
            m_detail = health->detail;
            m_changed.notify_all();
        }
    }
    // Samples of a complete refresh; null when the source says it has none.
    std::shared_ptr<const SampleSet> wait(std::string& detail) {
        std::unique_lock lock(m_mutex);
        (void)m_changed.wait_for(lock, std::chrono::seconds(120), [&] {
            return m_state != mesh::SourceState::Connecting && m_detail.find("outline") == std::string::npos;
        });
        detail = m_detail;
        return m_state == mesh::SourceState::Live ? m_samples : nullptr;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::shared_ptr<const SampleSet> m_samples;
    mesh::SourceState m_state = mesh::SourceState::Connecting;
    std::string m_detail;
};

class GoldenThroughPrometheus : public testing::TestWithParam<traffic::test::GoldenCase> {};

TEST_P(GoldenThroughPrometheus, seriesInARealServer_giveKialisGraph) {
    if (!test::PrometheusServer::isInstalled()) {
        GTEST_SKIP() << "Debian's package prometheus is not installed: the real server is left out";
    }
    const auto fixture = traffic::test::fixtureSamples(GetParam().fixtures);
    const auto server = test::PrometheusServer::start(openMetrics(*fixture));
    ASSERT_TRUE(server) << server.error().what;

    PrometheusOptions options;
    options.url = (*server)->url();
    options.time = fixture->time;
    options.window = fixture->window;
    options.idleEdges = GetParam().options.idleEdges;
    LastSamples sink;
    PrometheusSource source(options, systemClock());
    source.start(sink);
    std::string detail;
    const auto samples = sink.wait(detail);
    source.stop();
    ASSERT_NE(samples, nullptr) << detail;
    EXPECT_EQ(samples->unusable, 0U);
    traffic::test::expectGolden(GetParam(), *samples);
}

INSTANTIATE_TEST_SUITE_P(Kiali, GoldenThroughPrometheus, testing::ValuesIn(traffic::test::goldenCases()),
                         [](const auto& each) { return each.param.expected; });

} // namespace
} // namespace meshdeck::sources
