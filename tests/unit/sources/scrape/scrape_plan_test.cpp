#include "sources/scrape/scrape_plan.h"

#include <gtest/gtest.h>

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;

std::vector<mesh::Pod> pods(std::size_t count, const std::string& ns = "far") {
    std::vector<mesh::Pod> result;
    for (std::size_t i = 0; i < count; ++i) {
        mesh::Pod& pod = result.emplace_back();
        pod.ns = ns;
        pod.name = ns + std::to_string(i);
        pod.metricsPort = 15020;
    }
    return result;
}

MonotonicTime at(std::chrono::seconds time) {
    return MonotonicTime(time);
}

TEST(ScrapePlan, fewPods_areReadWithEverythingEachInterval) {
    ScrapePlan plan{ScrapeOptions()};
    for (int round = 0; round < 3; ++round) {
        const auto turns = plan.round(pods(50), {}, at(round * 15s));
        ASSERT_EQ(turns.size(), 50U);
        EXPECT_EQ(turns.front().families, kAllFamilies);
        EXPECT_EQ(plan.every(), Duration(15s));
    }
    EXPECT_TRUE(plan.sizesKnown());
}

TEST(ScrapePlan, podsWithoutAMetricsPort_arePassedOver) {
    ScrapePlan plan{ScrapeOptions()};
    auto some = pods(3);
    some[1].metricsPort = 0;
    EXPECT_EQ(plan.round(some, {}, at(0s)).size(), 2U);
    EXPECT_EQ(plan.leftOut(), 0U);
}

TEST(ScrapePlan, manyPods_areReadSoSeldomThatTheServerPassesOnTwentyPagesASecond) {
    ScrapePlan plan{ScrapeOptions()};
    EXPECT_EQ(plan.round(pods(1200), {}, at(0s)).size(), 1200U);
    EXPECT_EQ(plan.every(), Duration(60s));
    EXPECT_EQ(plan.rest(), 1200U);
}

TEST(ScrapePlan, podsInView_comeFirstAndEachInterval_othersWhenTheyAreDue) {
    ScrapePlan plan{ScrapeOptions()};
    auto all = pods(1200);
    const auto near = pods(5, "near");
    all.insert(all.end(), near.begin(), near.end());
    const auto read = [&](std::chrono::seconds now) { return plan.round(all, {"near"}, at(now)); };
    for (int i = 0; i < 4; ++i) { // the first readings, for a picture of everything
        const auto turns = read(i * 1s);
        ASSERT_EQ(turns.size(), 1205U);
        EXPECT_EQ(turns.front().pod.ns, "near");
    }
    EXPECT_EQ(plan.every(), Duration(15s));
    EXPECT_EQ(read(18s).size(), 5U);
    EXPECT_EQ(read(33s).size(), 5U);
    EXPECT_EQ(read(48s).size(), 5U);
    EXPECT_EQ(read(63s).size(), 1205U);
    EXPECT_EQ(read(78s).size(), 5U);
}

TEST(ScrapePlan, morePodsThanTheLimit_leavesOutThoseOutOfView) {
    ScrapeOptions options;
    options.maxPods = 4;
    ScrapePlan plan(options);
    auto all = pods(5);
    const auto near = pods(3, "near");
    all.insert(all.end(), near.begin(), near.end());
    const auto turns = plan.round(all, {"near"}, at(0s));
    ASSERT_EQ(turns.size(), 4U);
    EXPECT_EQ(turns[2].pod.ns, "near");
    EXPECT_EQ(turns[3].pod.ns, "far");
    EXPECT_EQ(plan.leftOut(), 4U);
}

TEST(ScrapePlan, manyPods_sizesAreReadTwiceAtTheStart) {
    ScrapePlan plan{ScrapeOptions()};
    std::vector<Families> read;
    for (int round = 0; round < 8; ++round) {
        EXPECT_EQ(plan.sizesKnown(), round > 3) << round;
        read.push_back(plan.round(pods(101), {}, at(round * 15s)).front().families);
    }
    constexpr Families kCounters{true, false, false};
    constexpr Families kOutline{true, true, false};
    EXPECT_EQ(read, (std::vector<Families>{kOutline, kOutline, kAllFamilies, kAllFamilies, kCounters, kCounters,
                                           kAllFamilies, kCounters}));
}

} // namespace
} // namespace meshdeck::sources
