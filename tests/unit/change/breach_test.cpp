#include "change/breach.h"

#include <gtest/gtest.h>

namespace meshdeck::change {

namespace {

constexpr std::size_t kFiveLooks = 5;

GoldenSignals signals(double requests, double errors, double seconds = 60) {
    GoldenSignals result;
    result.seconds = seconds;
    result.requests = requests;
    result.errors = errors;
    return result;
}

Comparison comparison(const GoldenSignals& before, const std::vector<GoldenSignals>& windows) {
    Comparison result{{"reviews", "bookinfo", "reviews", ""}, before, {}, windows};
    for (const GoldenSignals& window : windows) {
        result.after += window;
    }
    return result;
}

Judgement judge(const Comparison& c) { return judgeBreach(c, {}, kFiveLooks); }

GoldenSignals withLatency(double requests, double p99) {
    GoldenSignals result = signals(requests, 0);
    result.latency = {Milliseconds(10), Milliseconds(20), Milliseconds(p99)};
    return result;
}

} // namespace

TEST(Breach, ClearlyMoreErrors_areWorseAndSaidInFigures) {
    const Judgement judgement = judge(comparison(signals(6000, 6), {signals(3000, 370)}));
    EXPECT_EQ(judgement.verdict, BreachVerdict::Worse);
    EXPECT_NE(judgement.sentence.find("reviews: errors 0.10 % (6 of 6000) \u2192 12.3 % (370 of 3000), at least "),
              std::string::npos) << judgement.sentence;
}

TEST(Breach, SameErrorsOfManyRequests_areNotWorseWithTheBoundThatWasExcluded) {
    const Judgement judgement = judge(comparison(signals(6000, 60), {signals(6000, 66)}));
    EXPECT_EQ(judgement.verdict, BreachVerdict::NotWorse);
    EXPECT_NE(judgement.sentence.find("at most "), std::string::npos) << judgement.sentence;
}

TEST(Breach, FewRequests_areNeverCalledFine) {
    const Judgement few = judge(comparison(signals(19, 0), {signals(400, 0)}));
    EXPECT_EQ(few.verdict, BreachVerdict::NotEnough);
    EXPECT_NE(few.sentence.find("19 requests before, 400 after: too few to tell"), std::string::npos) << few.sentence;
    EXPECT_EQ(judge(comparison(signals(400, 0), {signals(10, 10)})).verdict, BreachVerdict::NotEnough);
    const Judgement wide = judge(comparison(signals(40, 0), {signals(40, 1)}));
    EXPECT_EQ(wide.verdict, BreachVerdict::NotEnough);
    EXPECT_NE(wide.sentence.find("cannot be excluded, about "), std::string::npos) << wide.sentence;
}

TEST(Breach, SignificantButTinyGrowth_isBelowTheThreshold) {
    EXPECT_EQ(judge(comparison(signals(1e6, 1000), {signals(1e6, 3000)})).verdict, BreachVerdict::NotWorse);
}

TEST(Breach, NoTrafficBefore_isJudgedByTheAbsoluteThreshold) {
    EXPECT_EQ(judge(comparison(signals(0, 0), {signals(500, 200)})).verdict, BreachVerdict::Worse);
    EXPECT_EQ(judge(comparison(signals(0, 0), {signals(500, 20)})).verdict, BreachVerdict::NotEnough);
}

TEST(Breach, RefusedRequests_areABreachFromAHigherThreshold) {
    GoldenSignals denied = signals(3000, 0);
    denied.clientErrors = 2900;
    EXPECT_EQ(judge(comparison(signals(3000, 0), {denied})).verdict, BreachVerdict::Worse);
    GoldenSignals some = signals(3000, 0);
    some.clientErrors = 90;
    EXPECT_EQ(judge(comparison(signals(3000, 0), {some})).verdict, BreachVerdict::NotWorse);
}

TEST(Breach, Latency_needsTwoWindowsInARow) {
    const GoldenSignals before = withLatency(6000, 120);
    EXPECT_EQ(judge(comparison(before, {withLatency(6000, 480)})).verdict, BreachVerdict::NotWorse);
    EXPECT_EQ(judge(comparison(before, {withLatency(6000, 480), withLatency(6000, 130)})).verdict, BreachVerdict::NotWorse);
    const Judgement twice = judge(comparison(before, {withLatency(6000, 480), withLatency(6000, 450)}));
    EXPECT_EQ(twice.verdict, BreachVerdict::Worse);
    EXPECT_NE(twice.sentence.find("p99 120 ms \u2192 450 ms, twice in a row"), std::string::npos) << twice.sentence;
}

TEST(Breach, QuantilesOfTooFewRequests_sayNothing) {
    const auto few = comparison(withLatency(500, 120), {withLatency(500, 480), withLatency(500, 480)});
    EXPECT_EQ(judge(few).verdict, BreachVerdict::NotWorse) << "five requests are slower than a p99 of 500";
}

TEST(Breach, TrafficThatVanishes_isWorseAfterTwoWindows) {
    EXPECT_EQ(judge(comparison(signals(6000, 0), {signals(100, 0)})).verdict, BreachVerdict::NotEnough);
    const Judgement gone = judge(comparison(signals(6000, 0), {signals(100, 0), signals(90, 0)}));
    EXPECT_EQ(gone.verdict, BreachVerdict::Worse);
    EXPECT_NE(gone.sentence.find("requests 100 req/s \u2192 1.50 req/s"), std::string::npos) << gone.sentence;
}

// The promise of `falseAlarm`: with nothing changed, over whole watches, it hardly ever cries wolf.
TEST(Breach, UnchangedService_isRarelyCalledWorse) {
    std::uint64_t state = 7;
    const auto uniform = [&state] {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<double>(state >> 11) / 9007199254740992.0;
    };
    const auto failures = [&](int requests, double share) {
        int failed = 0;
        for (int i = 0; i < requests; ++i) {
            failed += uniform() < share ? 1 : 0;
        }
        return static_cast<double>(failed);
    };
    int alarms = 0;
    constexpr int kWatches = 400;
    for (int watch = 0; watch < kWatches; ++watch) {
        std::vector<GoldenSignals> windows;
        bool alarm = false;
        const GoldenSignals before = signals(300, failures(300, 0.02));
        for (std::size_t look = 0; look < kFiveLooks && !alarm; ++look) {
            windows.push_back(signals(300, failures(300, 0.02)));
            alarm = judge(comparison(before, windows)).verdict == BreachVerdict::Worse;
        }
        alarms += alarm ? 1 : 0;
    }
    EXPECT_LE(alarms, kWatches / 50) << "more than 2 % of watches";
}

} // namespace meshdeck::change
