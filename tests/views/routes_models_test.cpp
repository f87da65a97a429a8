// The item models of the Routes page.
#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "policy/checks/checks.h"
#include "policy/world/snapshot_objects.h"
#include "routes/config_model.h"
#include "routes/effective_view.h"
#include "routes/findings_model.h"
#include "routes/request_words.h"
#include "routes/rules_model.h"
#include "routes/saved_requests.h"
#include "views/sample_routes.h"

namespace meshdeck::views {
namespace {

PolicyStatePtr stateOf(const mesh::SnapshotPtr& snapshot) {
    const policy::WorldPtr world = policy::World::build(policy::snapshotObjects(*snapshot));
    return policyState(world, policy::runChecks(world).findings);
}

} // namespace

TEST(ConfigModel, Rows_byNamespaceWithFindings) {
    ConfigModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const PolicyStatePtr state = stateOf(sample::bookinfoRoutes());
    model.setRows(state->config);
    ASSERT_GE(model.rowCount(), 1);
    const mesh::ResourceRef ratings{"networking.istio.io", "VirtualService", "bookinfo", "ratings"};
    const QModelIndex index = model.indexOf(ratings);
    ASSERT_TRUE(index.isValid());
    EXPECT_EQ(index.data().toString(), QStringLiteral("VirtualService  ratings"));
    EXPECT_GT(index.data(ConfigModel::FindingsRole).toInt(), 0) << "subset v9 does not exist";
    EXPECT_EQ(model.row(index)->ref, ratings);
    EXPECT_EQ(index.parent().data().toString(), QStringLiteral("bookinfo"));
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setRows(state->config);
    EXPECT_EQ(reset.size(), 0) << "the same rows move nothing";
    model.setRows({});
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(ConfigFilter, Words_mustAllFit) {
    ConfigModel model;
    ConfigFilter filter(model);
    const QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows(stateOf(sample::bookinfoRoutes())->config);
    const auto shown = [&] {
        int count = 0;
        for (int i = 0; i < filter.rowCount(); ++i) {
            count += filter.rowCount(filter.index(i, 0));
        }
        return count;
    };
    const int all = shown();
    filter.setWords(QStringLiteral("virtual rev"));
    EXPECT_EQ(shown(), 1);
    filter.setWords(QStringLiteral("nothing like it"));
    EXPECT_EQ(filter.rowCount(), 0);
    filter.setWords({});
    filter.setOnlyFindings(true);
    EXPECT_GT(shown(), 0);
    EXPECT_LT(shown(), all);
}

TEST(FindingsModel, WorstFirst_withFieldAndObject) {
    FindingsModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows(stateOf(sample::bookinfoRoutes())->findings);
    ASSERT_GT(model.rowCount(), 0);
    for (int i = 1; i < model.rowCount(); ++i) {
        EXPECT_LE(model.row(i - 1).severity, model.row(i).severity);
    }
    bool found = false;
    for (int i = 0; i < model.rowCount(); ++i) {
        found = found || (model.row(i).object.name == "ratings" && model.row(i).field.starts_with("spec.http[0].route[0]"));
    }
    EXPECT_TRUE(found);
}

// A draft that mends one thing and breaks another.
TEST(PolicyState, Draft_saysWhatIsNewAndWhatIsMended) {
    const policy::WorldPtr world = policy::World::build(policy::snapshotObjects(*sample::bookinfoRoutes()));
    const auto broken = policy::World::build(policy::snapshotObjects(*sample::bookinfoRoutes(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings, namespace: bookinfo}
spec: {hosts: [ratings], http: [{route: [{destination: {host: nowhere}}]}]}
)")));
    const mesh::ResourceRef ratings{"networking.istio.io", "VirtualService", "bookinfo", "ratings"};
    const PolicyStatePtr state = policyState(world, policy::runChecks(world).findings, broken, policy::runChecks(broken).findings,
                                             {{ratings, broken->find(ratings)}});
    int fresh = 0, fixed = 0;
    for (const FindingRow& row : state->findings) {
        fresh += row.draft == FindingRow::Draft::New ? 1 : 0;
        fixed += row.draft == FindingRow::Draft::Fixed ? 1 : 0;
    }
    EXPECT_GT(fresh, 0);
    EXPECT_GT(fixed, 0);
    for (const ConfigRow& row : state->config) {
        EXPECT_EQ(row.edited, row.ref == ratings);
    }
}

TEST(RulesModel, Ladders_oneRowARule) {
    const policy::Simulator simulator(policy::World::build(policy::snapshotObjects(*sample::bookinfoRoutes())));
    RequestDraft draft;
    draft.from = "bookinfo/productpage-v1";
    draft.url = "http://reviews:9080/";
    draft.headers = {{"x-user-group", "beta"}, {"user-agent", "curl/8.5.0"}};
    const TraceAnswer answer = trace({requestJson(draft), false}, simulator, nullptr);
    RulesModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setLadders(answer.ladders);
    ASSERT_EQ(model.rowCount(), 4);
    EXPECT_EQ(model.matchedRow(), 2);
    EXPECT_EQ(rejectionSentence(*model.row(0).rule), QStringLiteral("The request has curl/8.5.0; the expression must match the whole value."));
    EXPECT_TRUE(rejectionSentence(*model.row(1).rule).startsWith(QStringLiteral("The source has app=productpage")));
    EXPECT_TRUE(model.index(0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("does not match")));
}

TEST(SavedModel, Runs_tellWhatChanged) {
    SavedModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    RequestDraft draft;
    draft.from = "bookinfo/productpage-v1";
    draft.url = "http://reviews:9080/";
    const policy::Simulator live(policy::World::build(policy::snapshotObjects(*sample::bookinfoRoutes())));
    const policy::Expectation good{"good", requestJson(draft), {{"verdict", "routed"}}};
    const policy::Expectation bad{"bad", requestJson(draft), {{"verdict", "denied"}}};
    model.setRequests({good, bad});
    EXPECT_EQ(model.state(0), SavedState::NotRun);
    auto runs = std::make_shared<std::vector<SavedRun>>();
    for (const policy::Expectation& each : {good, bad}) {
        runs->push_back({policy::runExpectation(each, live, ""), std::nullopt});
    }
    model.setRuns(runs);
    EXPECT_EQ(model.state(0), SavedState::AsExpected);
    EXPECT_EQ(model.state(1), SavedState::Changed);
    EXPECT_EQ(model.summary(), QStringLiteral("1 of 2 changed"));
    EXPECT_EQ(model.index(1, SavedModel::AnswerColumn).data().toString(), QStringLiteral("verdict: wanted denied, got routed"));
    EXPECT_EQ(model.index(0, SavedModel::AnswerColumn).data().toString(), QStringLiteral("v1 100 %"));
}

TEST(EffectiveModel, Values_thenWhatIsHidden) {
    const policy::WorldPtr world = policy::World::build(policy::snapshotObjects(*sample::bookinfoRoutes(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: zz-reviews, namespace: bookinfo}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}]}]}
)")));
    const EffectiveAnswer answer = effective({"bookinfo/productpage-v1", "reviews", 9080, "", false}, world);
    ASSERT_FALSE(answer.problem) << answer.problem->what;
    EffectiveModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setAnswer(answer);
    ASSERT_GT(model.rowCount(), 5);
    bool hidden = false;
    for (int i = 0; i < model.rowCount(); ++i) {
        hidden = hidden || (model.row(i).kind == EffectiveModel::Row::Kind::Hidden && model.row(i).value.name == "VirtualService bookinfo/zz-reviews");
    }
    EXPECT_TRUE(hidden);
    EXPECT_TRUE(effective({"bookinfo/productpage-v1", "nobody", 80, "", false}, world).problem);
}

} // namespace meshdeck::views
