#include "session/health_fold.h"

#include <gtest/gtest.h>

namespace meshdeck::session {
namespace {

using namespace std::chrono_literals;

mesh::SourceHealth health(const std::string& name, mesh::SourceState state, std::optional<ServerTime> last = {}) {
    mesh::SourceHealth made;
    made.name = name;
    made.state = state;
    made.lastSuccess = last;
    return made;
}

TEST(HealthFold, Expected_source_isConnecting) {
    ManualClock clock;
    HealthFold fold({}, clock);
    fold.expect("istiod");
    ASSERT_EQ(fold.sources().size(), 1U);
    EXPECT_EQ(fold.sources()[0].state, mesh::SourceState::Connecting);
}

TEST(HealthFold, LiveSource_silentForTwoIntervals_isStaleWithItsAge) {
    ManualClock clock;
    HealthFold fold({{"prometheus", 15s}}, clock);
    fold.apply(health("prometheus", mesh::SourceState::Live, clock.wallTime()));
    clock.advance(30s);
    EXPECT_FALSE(fold.checkStaleness());
    clock.advance(1ms);
    EXPECT_TRUE(fold.checkStaleness());
    EXPECT_EQ(fold.sources()[0].state, mesh::SourceState::Stale);
    EXPECT_EQ(fold.sources()[0].detail, "no answer since 2023-11-14T22:13:20Z");
    EXPECT_FALSE(fold.checkStaleness()); // said once
}

TEST(HealthFold, StaleSource_thatAnswersAgain_isLive) {
    ManualClock clock;
    HealthFold fold({{"istiod", 10s}}, clock);
    fold.apply(health("istiod", mesh::SourceState::Live, clock.wallTime()));
    clock.advance(1min);
    EXPECT_TRUE(fold.checkStaleness());
    fold.apply(health("istiod", mesh::SourceState::Live, clock.wallTime()));
    EXPECT_EQ(fold.sources()[0].state, mesh::SourceState::Live);
    EXPECT_FALSE(fold.checkStaleness());
}

TEST(HealthFold, SourceThatSlowedDown_isMeasuredByItsOwnPace) {
    ManualClock clock;
    HealthFold fold({{"prometheus", 15s}}, clock);
    fold.apply(health("prometheus", mesh::SourceState::Live));
    clock.advance(28s);
    fold.apply(health("prometheus", mesh::SourceState::Live));
    clock.advance(50s);
    EXPECT_FALSE(fold.checkStaleness());
    clock.advance(10s);
    EXPECT_TRUE(fold.checkStaleness());
}

TEST(HealthFold, WatchingSource_withoutInterval_neverBecomesStaleByTheClock) {
    ManualClock clock;
    HealthFold fold({{"prometheus", 15s}}, clock);
    fold.apply(health("kubernetes", mesh::SourceState::Live, clock.wallTime()));
    clock.advance(24h);
    EXPECT_FALSE(fold.checkStaleness());
}

TEST(HealthFold, Failure_afterSuccess_keepsTheTimeOfTheSuccess) {
    ManualClock clock;
    HealthFold fold({{"istiod", 10s}}, clock);
    fold.apply(health("istiod", mesh::SourceState::Live, clock.wallTime()));
    fold.apply(health("istiod", mesh::SourceState::Denied));
    EXPECT_EQ(fold.sources()[0].lastSuccess, clock.wallTime());
    clock.advance(1h);
    EXPECT_FALSE(fold.checkStaleness()); // denied stays denied
}

} // namespace
} // namespace meshdeck::session
