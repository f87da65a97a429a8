// `meshdeck apply --rollback-on breach`: what is written, what is taken back, and what scripts are told.
#include "change_fixture.h"
#include "unit/change/scripted_feed.h"

namespace meshdeck::cli {

namespace {

using change::ScriptedFeed;
using change::Traffic;

class RollbackOnBreach : public Commands {
protected:
    RollbackOnBreach() {
        m_feed.traffic = [this] { return m_cluster.writes == 1 ? m_after : m_before; };
        m_traffic = &m_feed;
    }
    Outcome apply(const std::vector<std::string>& more = {}) {
        return run(with(with(kApply, {"--yes", "--rollback-on", "breach"}), more));
    }

    ScriptedFeed m_feed{m_clock};
    Traffic m_before;
    Traffic m_after;
};

} // namespace

TEST_F(RollbackOnBreach, CalmTraffic_leavesTheChangeAndSaysWhatWasSeen) {
    const Outcome outcome = apply();
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(stored(), 30);
    EXPECT_NE(outcome.out.find("not worse than before, 5 min after against 60 s before"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.err.find("the watch ends with this program"), std::string::npos) << outcome.err;
    EXPECT_EQ(m_journal->entries()->size(), 1U);
    EXPECT_EQ(m_journal->entries()->front().note, "watched for 5 min, to be taken back on a breach while that process lives");
}

TEST_F(RollbackOnBreach, Breach_isTakenBackWithTheReasonInTheJournal) {
    m_after = {100, 12};
    const Outcome outcome = apply({"-o", "json"});
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    EXPECT_EQ(stored(), 10);
    const Json json = outcome.json();
    EXPECT_EQ(json["outcome"], "applied");
    EXPECT_EQ(json["watch"]["verdict"], "worse");
    EXPECT_EQ(json["watch"]["watchedSeconds"], 60);
    EXPECT_EQ(json["watch"]["subjects"][0]["name"], "reviews");
    EXPECT_DOUBLE_EQ(json["watch"]["subjects"][0]["after"]["errors"], 720);
    EXPECT_EQ(json["rollback"]["outcome"], "applied");
    const auto entries = m_journal->entries();
    ASSERT_EQ(entries->size(), 2U);
    const auto back = m_journal->entry(json["rollback"]["journal"]);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->rollbackOf, json["journal"].get<std::string>());
    EXPECT_TRUE(back->note.starts_with("taken back by itself: worse than before, 60 s after against 60 s before: reviews: "
                                       "errors 0 % (0 of 6000) \u2192 12.0 % (720 of 6000)")) << back->note;
    const Outcome told = run({"journal", back->id});
    EXPECT_NE(told.out.find("taken back by itself: "), std::string::npos) << told.out;
}

TEST_F(RollbackOnBreach, SomebodyElsesEditSince_isNotOverwritten) {
    m_after = {100, 12};
    m_feed.traffic = [this] {
        if (m_cluster.writes == 1 && stored() == 30) {
            m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "9s");
        }
        return m_cluster.writes == 1 ? m_after : m_before;
    };
    const Outcome outcome = apply();
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(stored(), 30);
    EXPECT_NE(outcome.out.find("could NOT be taken back"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.err.find("no longer what the change left"), std::string::npos) << outcome.err;
}

TEST_F(RollbackOnBreach, TooLittleData_isSomethingToReportAndChangesNothing) {
    m_before = m_after = {0.05, 0};
    const Outcome outcome = apply({"-o", "json"});
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    EXPECT_EQ(stored(), 30);
    EXPECT_EQ(outcome.json()["watch"]["verdict"], "notEnoughData");
    EXPECT_FALSE(outcome.json().contains("rollback"));
}

TEST_F(RollbackOnBreach, NoTelemetry_refusesBeforeTheWrite) {
    m_feed.silentFrom = m_clock.now();
    EXPECT_EQ(apply().code, 2);
    m_traffic = nullptr;
    EXPECT_EQ(apply().code, 2);
    EXPECT_EQ(stored(), 10);
    EXPECT_EQ(m_cluster.writes, 0U);
    EXPECT_TRUE(m_journal->entries()->empty());
}

TEST_F(RollbackOnBreach, LostAnswerOfTheRollback_isExitThree) {
    m_after = {100, 50};
    m_cluster.before = [this, writes = 0](const std::string& call) mutable {
        if (call == "write" && ++writes == 2) {
            m_cluster.failAt = m_cluster.calls.size() - 1;
            m_cluster.failForever = true;
            m_cluster.failAfterActing = true;
        }
    };
    EXPECT_EQ(apply().code, 3);
}

TEST_F(RollbackOnBreach, RejectedByAProxy_isTakenBackAtOnce) {
    change::FakeProxies proxies;
    proxies.report = [](int asked) {
        return mesh::ProxyReport{{}, {change::proxy("a", asked == 2 ? mesh::SyncState::Rejected : mesh::SyncState::Synced,
                                                    asked, "bookinfo", "bad route")}, ""};
    };
    m_proxies = &proxies;
    const MonotonicTime start = m_clock.now();
    const Outcome outcome = run({"apply", "--set-weights", "reviews", "v2=30", "--yes", "--rollback-on", "breach"});
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    EXPECT_EQ(stored(), 10);
    EXPECT_LT(m_clock.now() - start, std::chrono::minutes(1));
    EXPECT_NE(outcome.out.find("breach: rejected by a: bad route"), std::string::npos) << outcome.out;
}

} // namespace meshdeck::cli
