// The real write path behind the views, on a cluster in memory.
#include "changes/change_controller.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <gtest/gtest.h>

#include "unit/change/fake_cluster.h"
#include "unit/change/temp_folder.h"

namespace meshdeck::views {
namespace {

constexpr const char* kRule = R"(
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: bookinfo}
spec:
  host: reviews
  subsets:
  - {name: v1, labels: {version: blue}}
  - {name: v2, labels: {version: green}}
)";

class ChangeControllerTest : public testing::Test {
protected:
    ChangeControllerTest() {
        m_base = m_cluster.putYaml(change::kReviewsYaml);
        const auto rule = m_cluster.putYaml(kRule);
        m_snapshot.config = std::make_shared<const mesh::ResourceTable>(
            mesh::ResourceTable{{m_base->ref, m_base}, {rule->ref, rule}});
        m_journal = change::Journal::open(m_folder.path()).value();
        m_controller = std::make_unique<ChangeController>(m_cluster, nullptr, *m_journal, m_clock, "shop");
        QObject::connect(m_controller.get(), &ChangeService::dryRunDone, m_controller.get(),
                         [this](const DryRunReport& report) { m_report = report; });
        QObject::connect(m_controller.get(), &ChangeService::applied, m_controller.get(),
                         [this](const ApplyDone& done) { m_done = done; });
    }

    EditDraft draft(std::vector<int> weights) {
        return m_controller->draft({m_base, "http", 0, std::move(weights), {}}, m_snapshot);
    }
    template <typename Answer>
    bool waitFor(const std::optional<Answer>& answer) {
        QElapsedTimer time;
        time.start();
        while (!answer && time.elapsed() < 20000) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
        }
        return answer.has_value();
    }
    int stored() {
        return config::at(*m_cluster.find(m_base->ref), "/spec/http/0/route/1/weight")->get<int>();
    }

    change::TempFolder m_folder;
    change::FakeCluster m_cluster;
    ManualClock m_clock;
    mesh::MeshSnapshot m_snapshot;
    mesh::ResourcePtr m_base;
    std::unique_ptr<change::Journal> m_journal;
    std::optional<DryRunReport> m_report;
    std::optional<ApplyDone> m_done;
    std::unique_ptr<ChangeController> m_controller; // first to go
};

TEST_F(ChangeControllerTest, Routes_ofService_areFound) {
    ASSERT_EQ(m_controller->routes(m_snapshot, "bookinfo", "reviews").size(), 1U);
    EXPECT_TRUE(m_controller->routes(m_snapshot, "other", "reviews").empty());
}

TEST_F(ChangeControllerTest, Draft_subsets_comeFromTheDestinationRule) {
    const EditDraft edit = draft({70, 30});
    ASSERT_EQ(edit.edit.subsets.size(), 2U);
    EXPECT_EQ(edit.edit.subsets[1].name, "v2");
    EXPECT_EQ(edit.edit.subsets[1].labels.at("version"), "green");
    EXPECT_EQ(edit.fields, 2U);
}

TEST_F(ChangeControllerTest, DryRun_writesNothing) {
    m_controller->dryRun(draft({70, 30}));
    ASSERT_TRUE(waitFor(m_report));
    EXPECT_TRUE(m_report->ok);
    EXPECT_EQ(m_report->allowed, true);
    EXPECT_EQ(m_cluster.writes, 0U);
    EXPECT_EQ(stored(), 10);
}

TEST_F(ChangeControllerTest, ApplyThenUndo_restoresTheWeights) {
    m_controller->dryRun(draft({70, 30}));
    ASSERT_TRUE(waitFor(m_report));
    m_controller->apply(false);
    ASSERT_TRUE(waitFor(m_done));
    ASSERT_TRUE(m_done->report);
    EXPECT_EQ(m_done->report->outcome, change::Outcome::Applied);
    EXPECT_EQ(stored(), 30);
    m_done.reset();
    m_controller->undoLast();
    ASSERT_TRUE(waitFor(m_done));
    EXPECT_TRUE(m_done->undo);
    EXPECT_EQ(stored(), 10);
}

TEST_F(ChangeControllerTest, ApplyWithoutDryRun_isRefused) {
    m_controller->apply(false);
    ASSERT_TRUE(waitFor(m_done));
    EXPECT_TRUE(m_done->problem);
    EXPECT_EQ(m_cluster.writes, 0U);
}

TEST_F(ChangeControllerTest, SomebodyElseWrote_dryRunSaysSo) {
    m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "5s");
    m_controller->dryRun(draft({70, 30}));
    ASSERT_TRUE(waitFor(m_report));
    EXPECT_FALSE(m_report->ok);
    ASSERT_TRUE(m_report->problem);
    EXPECT_EQ(m_report->problem->kind, ErrorKind::Conflict);
}

} // namespace
} // namespace meshdeck::views
