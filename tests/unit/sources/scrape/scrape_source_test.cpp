#include "sources/scrape/scrape_source.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;
using mesh::SourceState;

class Sink final : public DeltaSink {
public:
    void deliver(Delta delta) override {
        const std::lock_guard lock(m_mutex);
        if (auto* traffic = std::get_if<TrafficDelta>(&delta)) {
            samples = traffic->samples;
        } else if (auto* health = std::get_if<mesh::SourceHealth>(&delta)) {
            seen.push_back(*health);
        }
        m_changed.notify_all();
    }
    mesh::SourceHealth waitFor(SourceState state) {
        std::unique_lock lock(m_mutex);
        EXPECT_TRUE(m_changed.wait_for(lock, 60s, [&] { return !seen.empty() && seen.back().state == state; }));
        return seen.back();
    }
    void waitForWindow(Duration window) {
        std::unique_lock lock(m_mutex);
        EXPECT_TRUE(m_changed.wait_for(lock, 60s, [&] { return samples && samples->window >= window; }));
    }
    std::shared_ptr<const traffic::SampleSet> samples;
    std::vector<mesh::SourceHealth> seen;

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
};

// Answers at once; counters grow by ten a reading and the clock by a second.
class Pages final : public PodPageFetcher {
public:
    explicit Pages(ManualClock& clock)
        : m_clock(clock) {}
    void fetch(const PodPage& page, std::function<void(Result<std::string>)> done) override {
        most = std::max(most, ++m_open);
        ++asked[page.pod];
        paths.push_back(page.path);
        m_clock.advance(1s);
        if (refused.contains(page.pod)) {
            done(fail(ErrorKind::Forbidden, "pods \"x\" is forbidden"));
        } else {
            done("istio_requests_total{reporter=\"source\",source_workload=\"" + page.pod + "\"} " +
                 std::to_string(asked[page.pod] * 10) + "\n" +
                 (young.contains(page.pod) ? "envoy_server_uptime{} 30\n" : ""));
        }
        --m_open;
    }
    std::set<std::string> refused;
    std::set<std::string> young; // started half a minute ago
    std::map<std::string, int> asked;
    std::vector<std::string> paths;
    int most = 0;

private:
    ManualClock& m_clock;
    int m_open = 0;
};

std::vector<mesh::Pod> pods(int count) {
    std::vector<mesh::Pod> result;
    for (int i = 0; i < count; ++i) {
        mesh::Pod& pod = result.emplace_back();
        pod.ns = i % 2 == 0 ? "even" : "odd";
        pod.name = "p" + std::to_string(i);
        pod.metricsPort = i == 0 ? 0 : 15020; // the first has nothing to read
    }
    return result;
}

ScrapeOptions quick() {
    ScrapeOptions options;
    options.firstInterval = 1ms;
    options.interval = std::chrono::hours(1);
    return options;
}

TEST(ScrapeSource, secondReading_deliversRates) {
    ManualClock clock;
    Pages pages(clock);
    Sink sink;
    ScrapeSource source(
        quick(), pages, [] { return pods(2); }, clock);
    source.start(sink);
    sink.waitFor(SourceState::Live);
    source.stop();
    ASSERT_NE(sink.samples, nullptr);
    ASSERT_EQ(sink.samples->samples.size(), 1U);
    EXPECT_DOUBLE_EQ(sink.samples->samples[0].value, 10);
    EXPECT_GE(sink.samples->window, 1s); // what was measured, not what was asked for
    EXPECT_LT(sink.samples->window, 60s);
    EXPECT_FALSE(pages.asked.contains("p0"));
    EXPECT_EQ(sink.seen.front().state, SourceState::Connecting);
    EXPECT_EQ(sink.seen.front().detail, "rates after the second scrape");
}

TEST(ScrapeSource, allProxiesJustStarted_deliversRatesAfterTheFirstReading) {
    ManualClock clock;
    Pages pages(clock);
    pages.young = {"p1", "p2"};
    Sink sink;
    ScrapeSource source(
        quick(), pages, [] { return pods(3); }, clock);
    source.start(sink);
    sink.waitFor(SourceState::Live);
    source.stop();
    EXPECT_EQ(pages.asked["p1"], 1);
    ASSERT_EQ(sink.samples->samples.size(), 2U);
}

TEST(ScrapeSource, someProxiesJustStarted_waitsForTheOthers) {
    ManualClock clock;
    Pages pages(clock);
    pages.young = {"p1"};
    Sink sink;
    ScrapeSource source(
        quick(), pages, [] { return pods(3); }, clock);
    source.start(sink);
    sink.waitFor(SourceState::Live);
    source.stop();
    EXPECT_GE(pages.asked["p2"], 2); // a third reading may have begun before the stop
    ASSERT_EQ(sink.samples->samples.size(), 2U);
}

TEST(ScrapeSource, furtherReadings_comeSoonAtFirstAndWidenTheWindow) {
    ManualClock clock;
    Pages pages(clock);
    Sink sink;
    ScrapeSource source(
        quick(), pages, [] { return pods(2); }, clock);
    source.start(sink);
    sink.waitForWindow(3s); // an hour away without the ramp
    source.stop();
    EXPECT_DOUBLE_EQ(sink.samples->samples[0].value, 10);
}

TEST(ScrapeSource, somePodsRefused_isPartialAndNamesThem) {
    ManualClock clock;
    Pages pages(clock);
    pages.refused = {"p1"};
    Sink sink;
    ScrapeSource source(
        quick(), pages, [] { return pods(4); }, clock);
    source.start(sink);
    const auto health = sink.waitFor(SourceState::Partial);
    source.stop();
    EXPECT_NE(health.detail.find("1 of 3 pods did not answer"), std::string::npos);
    EXPECT_EQ(sink.samples->samples.size(), 2U);
}

TEST(ScrapeSource, allRefused_isDeniedAndNotAskedAgainSoon) {
    ManualClock clock;
    Pages pages(clock);
    pages.refused = {"p1"};
    Sink sink;
    ScrapeSource source(
        quick(), pages, [] { return pods(2); }, clock);
    source.start(sink);
    const auto health = sink.waitFor(SourceState::Denied);
    source.stop();
    EXPECT_NE(health.hint.find("pods/proxy"), std::string::npos);
    EXPECT_EQ(pages.asked["p1"], 1);
    EXPECT_EQ(sink.samples, nullptr);
}

TEST(ScrapeSource, morePodsThanTheLimit_readsThoseInViewAndSaysSo) {
    ManualClock clock;
    Pages pages(clock);
    Sink sink;
    ScrapeOptions options = quick();
    options.maxPods = 3;
    options.atOnce = 2;
    ScrapeSource source(
        options, pages, [] { return pods(9); }, clock);
    source.setInView({"odd"});
    source.start(sink);
    const auto health = sink.waitFor(SourceState::Partial);
    source.stop();
    EXPECT_NE(health.detail.find("5 pods are not read"), std::string::npos);
    for (const auto& [name, times] : pages.asked) {
        EXPECT_EQ((name.back() - '0') % 2, 1) << name;
    }
    EXPECT_LE(pages.most, 2);
}

TEST(ScrapeSource, manyPods_askForHistogramsInOneRoundOfFour) {
    ManualClock clock;
    Pages pages(clock);
    Sink sink;
    ScrapeOptions options = quick();
    options.interval = 2ms;
    options.window = 30s;
    options.allFamiliesUpTo = 1;
    ScrapeSource source(
        options, pages, [] { return pods(3); }, clock);
    source.start(sink);
    sink.waitForWindow(16s); // two pods: a round takes two seconds of the manual clock
    source.stop();
    ASSERT_GE(pages.paths.size(), 14U);
    const auto asks = [&](std::size_t round, const char* what) {
        return pages.paths[2 * round].find(what) != std::string::npos;
    };
    EXPECT_TRUE(asks(0, "duration_milliseconds") && asks(1, "duration_milliseconds"));
    EXPECT_TRUE(asks(0, "istio_requests_total%7C") && asks(0, "server.uptime"));
    EXPECT_EQ(pages.paths[2 * 2], "/stats/prometheus"); // everything, twice: rates of bytes need two readings
    EXPECT_EQ(pages.paths[2 * 3], "/stats/prometheus");
    for (const std::size_t round : {4U, 5U}) {
        EXPECT_TRUE(asks(round, "?filter=") && !asks(round, "duration_milliseconds")) << round;
    }
    EXPECT_EQ(pages.paths[2 * 6], "/stats/prometheus");
}

TEST(ScrapeSource, noPodsYet_waitsWithoutATelemetry) {
    ManualClock clock;
    Pages pages(clock);
    Sink sink;
    std::atomic<int> asked = 0;
    ScrapeSource source(
        quick(), pages, [&] { return ++asked < 3 ? std::vector<mesh::Pod>() : pods(2); }, clock);
    source.start(sink);
    sink.waitFor(SourceState::Live);
    source.stop();
    EXPECT_NE(sink.seen.front().detail.find("no pod"), std::string::npos);
}

} // namespace
} // namespace meshdeck::sources
