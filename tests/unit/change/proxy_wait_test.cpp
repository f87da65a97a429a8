#include "change/proxy_wait.h"

#include <gtest/gtest.h>

#include "apply_fixture.h"

namespace meshdeck::change {

namespace {

using mesh::SyncState;

class ProxyWaitTest : public ::testing::Test {
protected:
    ProxyProgress waitFor(Duration limit = std::chrono::seconds(30)) {
        const Pause pause = [this](Duration time, const std::stop_token&) { m_clock.advance(time); };
        ProxyWait wait(&m_watch, {"bookinfo"}, m_clock, pause);
        wait.baseline({});
        return wait.wait(limit, {}, {});
    }
    [[nodiscard]] Duration passed() const {
        return std::chrono::duration_cast<Duration>(m_clock.now() - MonotonicTime(std::chrono::hours(1)));
    }
    FakeProxies m_watch;
    ManualClock m_clock;
};

} // namespace

TEST_F(ProxyWaitTest, AcknowledgementsAfterAPush_areCountedUntilAllAreThere) {
    m_watch.report = [](int asked) {
        const int sent = asked == 1 ? 100 : 200;
        return mesh::ProxyReport{{},
                                 {proxy("a", SyncState::Synced, sent),
                                  proxy("b", asked < 5 ? SyncState::Stale : SyncState::Synced, sent),
                                  proxy("gateway", SyncState::Synced, sent, "istio-system"),
                                  proxy("elsewhere", SyncState::Synced, 100, "other")},
                                 ""};
    };
    const ProxyProgress progress = waitFor();
    EXPECT_TRUE(progress.known);
    EXPECT_EQ(progress.total, 3U) << "pushed proxies of other namespaces count, untouched ones do not";
    EXPECT_EQ(progress.acknowledged, 3U);
    EXPECT_TRUE(progress.waiting.empty());
    EXPECT_EQ(passed(), std::chrono::milliseconds(1500));
}

TEST_F(ProxyWaitTest, NoPushAtAll_hasAnEnd) {
    m_watch.report = [](int) { return mesh::ProxyReport{{}, {proxy("a", SyncState::Synced, 100)}, ""}; };
    const ProxyProgress progress = waitFor();
    EXPECT_EQ(progress.note, "no push followed: the edit has no effect on proxies");
    EXPECT_EQ(progress.acknowledged, 1U);
    EXPECT_LE(passed(), std::chrono::seconds(12));
}

TEST_F(ProxyWaitTest, Rejection_isToldInEnvoysWords) {
    m_watch.report = [](int asked) {
        return mesh::ProxyReport{{}, {proxy("a", asked == 1 ? SyncState::Synced : SyncState::Rejected, asked == 1 ? 1 : 2,
                                            "bookinfo", "no such cluster")}, ""};
    };
    const ProxyProgress progress = waitFor();
    ASSERT_EQ(progress.rejected.size(), 1U);
    EXPECT_EQ(progress.rejected[0].proxy, "a");
    EXPECT_EQ(progress.rejected[0].message, "no such cluster");
    EXPECT_EQ(progress.acknowledged, 0U);
}

TEST_F(ProxyWaitTest, ProxyThatNeverAcknowledges_isNamedWhenTheTimeIsOver) {
    m_watch.report = [](int asked) {
        return mesh::ProxyReport{{}, {proxy("slow", asked == 1 ? SyncState::Synced : SyncState::Stale, asked == 1 ? 1 : 2)}, ""};
    };
    const ProxyProgress progress = waitFor(std::chrono::seconds(5));
    EXPECT_EQ(progress.waiting, std::vector<std::string>{"slow"});
    EXPECT_EQ(passed(), std::chrono::seconds(5));
}

TEST_F(ProxyWaitTest, ProxiesThatNeededNoPush_areLeftOutAfterAWhile) {
    m_watch.report = [](int asked) {
        return mesh::ProxyReport{{}, {proxy("a", SyncState::Synced, asked == 1 ? 1 : 2), proxy("b", SyncState::Synced, 1)}, ""};
    };
    const ProxyProgress progress = waitFor();
    EXPECT_EQ(progress.total, 1U);
    EXPECT_EQ(progress.acknowledged, 1U);
    EXPECT_LT(passed(), std::chrono::seconds(5));
}

TEST_F(ProxyWaitTest, NobodyToAsk_isSaidAtOnce) {
    m_watch.error = Error{ErrorKind::Unauthenticated, "authentication failure", "", ""};
    const ProxyProgress progress = waitFor();
    EXPECT_FALSE(progress.known);
    EXPECT_EQ(progress.note, "istiod cannot be asked: authentication failure");
    EXPECT_EQ(passed(), Duration::zero());
}

} // namespace meshdeck::change
