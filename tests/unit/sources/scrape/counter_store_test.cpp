#include "sources/scrape/counter_store.h"

#include <limits>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "sources/scrape/quantile.h"

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;
using traffic::Label;
using traffic::Measure;
using traffic::SampleSet;

mesh::Pod pod(const std::string& name, const std::string& uid = "1") {
    mesh::Pod result;
    result.ns = "shop";
    result.name = name;
    result.uid = uid;
    result.labels["app"] = "web";
    return result;
}

std::string requests(double value, const std::string& more = "") {
    return "istio_requests_total{reporter=\"source\",source_workload=\"a\",response_code=\"200\"" + more + "} " +
           std::to_string(value) + "\n";
}

const traffic::Sample* find(const SampleSet& samples, Measure measure) {
    for (const auto& sample : samples.samples) {
        if (sample.measure == measure) {
            return &sample;
        }
    }
    return nullptr;
}

class CounterStoreTest : public testing::Test {
protected:
    double requestRate() {
        double sum = 0;
        const auto samples = store.rates();
        for (const auto& sample : samples->samples) {
            sum += sample.measure == Measure::Requests ? sample.value : 0;
        }
        return sum;
    }
    CounterStore store{60s};
    MonotonicTime t{1h};
};

TEST_F(CounterStoreTest, oneReading_givesNoRates) {
    store.add(pod("p"), requests(100), t);
    EXPECT_EQ(store.ready(), 0U);
    EXPECT_TRUE(store.rates()->samples.empty());
}

TEST_F(CounterStoreTest, proxyStartedWithinTheWindow_givesTheRateSinceItsStart) {
    store.add(pod("p"), requests(100) + "envoy_server_uptime{} 40\n", t);
    EXPECT_EQ(store.ready(), 1U);
    EXPECT_DOUBLE_EQ(requestRate(), 2.5);
    store.add(pod("p"), requests(120) + "envoy_server_uptime{} 50\n", t + 10s);
    EXPECT_DOUBLE_EQ(requestRate(), 2.4);
    store.add(pod("p"), requests(170) + "envoy_server_uptime{} 80\n", t + 60s); // the start has left the window
    EXPECT_DOUBLE_EQ(requestRate(), 70.0 / 60);
}

TEST_F(CounterStoreTest, olderOrVeryYoungProxy_needsTwoReadings) {
    store.add(pod("old"), requests(100) + "envoy_server_uptime{} 61\n", t);
    store.add(pod("young"), requests(100) + "envoy_server_uptime{} 19\n", t);
    EXPECT_EQ(store.ready(), 0U);
    store.add(pod("old"), requests(110) + "envoy_server_uptime{} 71\n", t + 10s);
    EXPECT_DOUBLE_EQ(requestRate(), 1);
}

TEST_F(CounterStoreTest, twoReadings_giveTheRateBetweenThem) {
    store.add(pod("p"), requests(100), t);
    store.add(pod("p"), requests(150), t + 10s);
    EXPECT_EQ(store.ready(), 1U);
    EXPECT_DOUBLE_EQ(requestRate(), 5);
    const auto samples = store.rates();
    EXPECT_EQ(samples->strings.text(samples->samples[0].label(Label::SourceWorkload)), "a");
    EXPECT_EQ(samples->samples[0].reporter, traffic::Reporter::Source);
}

TEST_F(CounterStoreTest, counterThatFell_countsFromZero) {
    store.add(pod("p"), requests(100), t);
    store.add(pod("p"), requests(20), t + 10s);
    EXPECT_DOUBLE_EQ(requestRate(), 2);
}

TEST_F(CounterStoreTest, restartedPod_beginsAnew) {
    store.add(pod("p", "1"), requests(100), t);
    store.add(pod("p", "2"), requests(5000), t + 10s);
    EXPECT_EQ(store.ready(), 0U);
}

TEST_F(CounterStoreTest, seriesThatAppears_countsFromZero) {
    store.add(pod("p"), requests(100), t);
    store.add(pod("p"), requests(100) + requests(30, ",x=\"y\""), t + 10s);
    EXPECT_DOUBLE_EQ(requestRate(), 3);
}

TEST_F(CounterStoreTest, severalPods_addUpToOneSeries) {
    for (const char* name : {"p", "q"}) {
        store.add(pod(name), requests(0), t);
        store.add(pod(name), requests(10), t + 10s);
    }
    EXPECT_EQ(store.rates()->samples.size(), 1U);
    EXPECT_DOUBLE_EQ(requestRate(), 2);
}

TEST_F(CounterStoreTest, window_forgetsWhatIsOlder) {
    store.add(pod("p"), requests(0), t);
    for (int i = 1; i <= 20; ++i) {
        store.add(pod("p"), requests(i <= 10 ? i * 100 : 1000 + (i - 10) * 10), t + i * 10s);
    }
    EXPECT_DOUBLE_EQ(requestRate(), 1); // 10 every 10 s for longer than the window
}

TEST_F(CounterStoreTest, measuredWindow_growsUpToTheOneAskedFor) {
    store.add(pod("p"), requests(0), t);
    store.add(pod("p"), requests(10), t + 1s);
    store.add(pod("late"), requests(0), t + 1s);
    EXPECT_EQ(store.rates()->window, 1s);
    store.add(pod("late"), requests(0), t + 3s);
    store.add(pod("p"), requests(20), t + 3s);
    EXPECT_EQ(store.rates()->window, 3s);
    for (int i = 1; i <= 20; ++i) {
        store.add(pod("p"), requests(20 + i), t + 3s + i * 10s);
    }
    EXPECT_EQ(store.rates()->window, 60s);
}

TEST_F(CounterStoreTest, gonePods_areForgotten) {
    store.add(pod("p"), requests(0), t);
    store.add(pod("p"), requests(10), t + 10s);
    store.keepOnly({pod("q")});
    EXPECT_TRUE(store.rates()->samples.empty());
}

TEST_F(CounterStoreTest, buckets_becomeQuantilesOfTheIncrease) {
    const auto page = [](int slow, int all) {
        const std::string name =
            "istio_request_duration_milliseconds_bucket{reporter=\"destination\",response_code=\"200\",le=\"";
        return name + "10\"} " + std::to_string(all - slow) + "\n" + name + "20\"} " + std::to_string(all) + "\n" +
               name + "+Inf\"} " + std::to_string(all) + "\n";
    };
    store.add(pod("p"), page(1000, 1000), t); // long ago all were slow
    store.add(pod("p"), page(1000, 1100), t + 10s);
    const auto samples = store.rates();
    const traffic::Sample* p50 = find(*samples, Measure::DurationP50);
    ASSERT_NE(p50, nullptr);
    EXPECT_DOUBLE_EQ(p50->value, 5);
    EXPECT_EQ(p50->label(Label::ResponseCode), 0U);
    EXPECT_NE(find(*samples, Measure::DurationP99), nullptr);
}

TEST_F(CounterStoreTest, tcpSeries_carryTheAppOfTheirPod) {
    const std::string line = "istio_tcp_received_bytes_total{reporter=\"source\"} ";
    store.add(pod("p"), line + "0\n", t);
    store.add(pod("p"), line + "100\n", t + 10s);
    const auto samples = store.rates();
    const traffic::Sample* tcp = find(*samples, Measure::TcpSentBytes);
    ASSERT_NE(tcp, nullptr);
    EXPECT_EQ(samples->strings.text(tcp->label(Label::App)), "web");
}

TEST_F(CounterStoreTest, linesThatComeGoAndMove_keepTheirCounters) {
    const auto line = [](const char* code, int value) {
        return std::string("istio_requests_total{response_code=\"") + code + "\"} " + std::to_string(value) + "\n";
    };
    store.add(pod("p"), line("200", 10) + line("403", 20) + line("500", 30), t);
    store.add(pod("p"), line("200", 11) + line("404", 5) + line("403", 22) + line("500", 33), t + 10s);
    store.add(pod("p"), line("500", 40) + line("404", 6) + line("200", 12), t + 20s);
    std::map<std::string, double> grown;
    const auto samples = store.rates();
    for (const auto& sample : samples->samples) {
        grown[std::string(samples->strings.text(sample.label(Label::ResponseCode)))] = sample.value * 20;
    }
    EXPECT_DOUBLE_EQ(grown["200"], 2);
    EXPECT_DOUBLE_EQ(grown["403"], 2);
    EXPECT_DOUBLE_EQ(grown["404"], 6);
    EXPECT_DOUBLE_EQ(grown["500"], 10);
}

TEST_F(CounterStoreTest, familiesReadNowAndThen_haveRatesOfTheirOwnReadings) {
    const auto sizes = [](int bytes) { return "istio_request_bytes_sum{reporter=\"source\"} " + std::to_string(bytes) + "\n"; };
    const Families counters{true, false, false};
    store.add(pod("p"), requests(0) + sizes(0), t);
    store.add(pod("p"), requests(10) + sizes(900), t + 15s, counters); // a page that knows no filter
    store.add(pod("p"), requests(20) + sizes(900), t + 30s, counters);
    store.add(pod("p"), requests(30) + sizes(900), t + 45s);
    store.add(pod("p"), requests(130), t + 55s, counters);
    const auto samples = store.rates();
    const traffic::Sample* bytes = find(*samples, Measure::RequestBytes);
    ASSERT_NE(bytes, nullptr);
    EXPECT_FLOAT_EQ(static_cast<float>(bytes->value), 20); // 900 in 45 s
    EXPECT_DOUBLE_EQ(requestRate(), 130.0 / 55);
}

TEST_F(CounterStoreTest, manyReadingsOfALongWindow_coverIt) {
    CounterStore patient(600s);
    for (int i = 0; i <= 200; ++i) {
        patient.add(pod("p"), requests(i * 15), t + i * 15s);
    }
    const auto samples = patient.rates();
    EXPECT_GE(samples->window, 600s);
    EXPECT_LE(samples->window, 675s); // the rest of one reading, an eighth of the window
    EXPECT_NEAR(samples->samples[0].value, 1, 1e-6);
}

TEST(HistogramQuantile, ranks_areInterpolatedAsPrometheusDoes) {
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector<Bucket> buckets{{10, 50}, {20, 90}, {infinite, 100}};
    EXPECT_DOUBLE_EQ(*histogramQuantile(0.5, buckets), 10);
    EXPECT_DOUBLE_EQ(*histogramQuantile(0.25, buckets), 5);
    EXPECT_DOUBLE_EQ(*histogramQuantile(0.7, buckets), 15);
    EXPECT_DOUBLE_EQ(*histogramQuantile(0.99, buckets), 20);
    EXPECT_EQ(histogramQuantile(0.5, {{10, 1}}), std::nullopt);
    EXPECT_EQ(histogramQuantile(0.5, {{10, 0}, {infinite, 0}}), std::nullopt);
    EXPECT_DOUBLE_EQ(*histogramQuantile(0.5, {{10, 4}, {20, 3}, {infinite, 4}}), 5);
}

} // namespace
} // namespace meshdeck::sources
