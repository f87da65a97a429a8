#include "change/apply.h"

#include <gtest/gtest.h>

#include "apply_fixture.h"

namespace meshdeck::change {

TEST_F(ApplyFixture, WeightEdit_isPreviewedWrittenOnceAndJournalled) {
    ApplyEngine e = engine();
    const auto preview = e.preview(plan(), {});
    ASSERT_TRUE(preview && preview->ok());
    EXPECT_EQ(m_cluster.writes, 0U);
    EXPECT_EQ(stored(), 10);
    const auto report = e.apply(*preview, {"prod", {}, false, {}}, {});
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->outcome, Outcome::Applied);
    EXPECT_EQ(m_cluster.writes, 1U);
    EXPECT_EQ(stored(), 30);
    EXPECT_TRUE(report->storedAsPreviewed[0]);
    const auto entry = m_journal->entry(report->journal);
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->closed);
    EXPECT_EQ(entry->user, "jane");
    EXPECT_EQ(entry->context, "prod");
    EXPECT_EQ(entry->outcome(), Outcome::Applied);
    EXPECT_EQ(entry->objects[0].resourceVersionAfter, m_cluster.find(m_base->ref)->at("metadata").at("resourceVersion"));
}

TEST_F(ApplyFixture, IntentIsOnDisk_beforeTheWrite) {
    std::size_t seen = 0;
    m_cluster.before = [&](const std::string& call) {
        if (call == "write") {
            const auto entries = Journal::open(m_folder.path()).value()->entries();
            seen = entries->size();
            EXPECT_FALSE(entries->front().closed);
        }
    };
    ASSERT_TRUE(applyNow(plan()));
    EXPECT_EQ(seen, 1U);
}

TEST_F(ApplyFixture, Conflict_isExplainedByAFreshReadAndNothingIsOverwritten) {
    m_cluster.before = [&](const std::string& call) { // between preview and write
        if (call == "write") {
            m_cluster.before = {};
            m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "2s");
        }
    };
    const auto report = applyNow(plan());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->outcome, Outcome::NotApplied);
    EXPECT_EQ(report->objects[0].outcome, ObjectOutcome::Conflict);
    ASSERT_TRUE(report->changedBy[0]);
    EXPECT_EQ(report->changedBy[0]->manager, "kubectl-edit");
    EXPECT_EQ(report->changedBy[0]->fields, std::vector<std::string>{"spec.http[0].timeout"});
    EXPECT_EQ(stored(), 10);
    EXPECT_TRUE(m_journal->entry(report->journal)->closed);
}

TEST_F(ApplyFixture, MuteRefusal_isExplainedToo) { // the changed object also fails a test: 422 without details
    m_cluster.before = [&](const std::string& call) {
        if (call == "write") {
            m_cluster.before = {};
            m_cluster.edit(m_base->ref, "/spec/http/0/route/1/weight", 55);
        }
    };
    const auto report = applyNow(plan());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->objects[0].outcome, ObjectOutcome::Conflict);
    EXPECT_NE(report->objects[0].message.find("kubectl-edit"), std::string::npos) << report->objects[0].message;
    EXPECT_NE(report->objects[0].message.find("spec.http[0].route[1].weight"), std::string::npos);
    EXPECT_EQ(stored(), 55);
}

TEST_F(ApplyFixture, EditBeforeThePreview_isAConflictWithoutAnyWrite) {
    m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "2s");
    ApplyEngine e = engine();
    const auto preview = e.preview(plan(), {});
    ASSERT_TRUE(preview);
    EXPECT_FALSE(preview->ok());
    EXPECT_EQ(preview->objects[0].problem->kind, ErrorKind::Conflict);
    EXPECT_NE(preview->objects[0].changedBy.find("kubectl-edit at 14:"), std::string::npos);
    EXPECT_EQ(e.apply(*preview, {"prod", {}, false, {}}, {}).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(m_cluster.writes, 0U);
    EXPECT_TRUE(m_journal->entries()->empty());
}

TEST_F(ApplyFixture, StatusOnlyChange_isTakenAsTheNewBase) {
    m_cluster.edit(m_base->ref, "/status", {{"observedGeneration", 1}}, "istiod");
    const auto report = applyNow(plan());
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->outcome, Outcome::Applied);
    EXPECT_EQ(stored(), 30);
}

TEST_F(ApplyFixture, RecreatedAndDeletedObjects_areConflicts) {
    const Plan old = plan();
    m_cluster.erase(m_base->ref);
    ApplyEngine e = engine();
    EXPECT_EQ(e.preview(old, {})->objects[0].problem->what, "VirtualService bookinfo/reviews was deleted since it was read");
    m_cluster.putYaml(kReviewsYaml);
    EXPECT_EQ(e.preview(old, {})->objects[0].problem->what,
              "VirtualService bookinfo/reviews was deleted and created anew since it was read");
}

TEST_F(ApplyFixture, MissingRight_isSaidBeforeAnythingIsWritten) {
    m_cluster.forbidden = {"patch"};
    const auto report = applyNow(plan());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(report.error().what, "you may not patch VirtualService bookinfo/reviews");
    EXPECT_TRUE(m_journal->entries()->empty());
}

TEST_F(ApplyFixture, StoredOtherThanPreviewed_isAWarningAndStillCanBeTakenBack) {
    const Plan what = plan();
    ApplyEngine e = engine();
    const auto preview = e.preview(what, {});
    m_cluster.webhook = [](config::Json& object) { object["metadata"]["labels"]["injected"] = "yes"; };
    const auto report = e.apply(*preview, {"prod", {}, false, {}}, {});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->storedAsPreviewed[0]);
    ASSERT_FALSE(report->warnings.empty());
    EXPECT_NE(report->warnings[0].find("metadata.labels"), std::string::npos) << report->warnings[0];
    m_cluster.webhook = {};
    const auto back = e.planRollback(report->journal, {});
    ASSERT_TRUE(back) << back.error().what;
    ASSERT_TRUE(applyNow(*back));
    EXPECT_EQ(stored(), 10);
}

TEST_F(ApplyFixture, NothingThatDiffers_writesNothing) {
    const auto report = applyNow(plan(90, 10));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->journal, "");
    EXPECT_EQ(m_cluster.writes, 0U);
}

TEST_F(ApplyFixture, Rollback_restoresAndIsItselfJournalled) {
    const auto report = applyNow(plan());
    ASSERT_TRUE(report);
    ApplyEngine e = engine();
    const auto back = e.planRollback(report->journal, {});
    ASSERT_TRUE(back) << back.error().what;
    const auto undone = applyNow(*back, {"prod", {}, false, report->journal});
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->outcome, Outcome::Applied);
    EXPECT_EQ(stored(), 10);
    EXPECT_EQ(m_journal->entry(undone->journal)->rollbackOf, report->journal);
    EXPECT_EQ(e.planRollback(report->journal, {}).error().kind, ErrorKind::Conflict) << "a second undo finds other values";
}

TEST_F(ApplyFixture, Rollback_refusesWhenTheObjectIsNoLongerOurs) {
    const auto report = applyNow(plan());
    m_cluster.edit(m_base->ref, "/spec/http/0/timeout", "9s");
    const auto back = engine().planRollback(report->journal, {});
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().kind, ErrorKind::Conflict);
    EXPECT_NE(back.error().what.find("is no longer what the change left: kubectl-edit"), std::string::npos)
        << back.error().what;
    EXPECT_NE(back.error().what.find("spec.http[0].timeout"), std::string::npos);
    EXPECT_EQ(stored(), 30);
}

TEST_F(ApplyFixture, CreateAndItsRollback_makeAndDelete) {
    const config::Json rule = config::parseYaml("apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"
                                                "metadata: {name: reviews, namespace: bookinfo}\nspec: {host: reviews}\n")
                                  ->front();
    const auto report = applyNow(planObjects({{rule, nullptr}}).value());
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->outcome, Outcome::Applied);
    const mesh::ResourceRef ref = config::resourceOf(rule)->ref;
    ASSERT_NE(m_cluster.find(ref), nullptr);
    const auto back = engine().planRollback(report->journal, {});
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(back->objects[0].operation, Operation::Delete);
    const auto undone = applyNow(*back);
    ASSERT_TRUE(undone) << undone.error().what;
    EXPECT_EQ(m_cluster.find(ref), nullptr);
    const auto again = engine().planRollback(undone->journal, {});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->objects[0].operation, Operation::Create);
}

TEST_F(ApplyFixture, SecondOfThreeFails_restIsNotTried) {
    Plan what;
    for (const char* name : {"a", "b", "c"}) {
        const auto base = m_cluster.putYaml(std::string("apiVersion: v1\nkind: Service\nmetadata: {name: ") + name +
                                            ", namespace: shop}\nspec: {type: A}\n");
        const auto one = planObjects({{config::parseYaml(std::string("apiVersion: v1\nkind: Service\nmetadata: {name: ") + name +
                                                         ", namespace: shop}\nspec: {type: B}\n")->front(), base}});
        what.objects.push_back(one->objects[0]);
    }
    std::size_t writes = 0;
    m_cluster.before = [&](const std::string& call) {
        if (call == "write" && ++writes == 2) {
            m_cluster.edit(what.objects[1].ref, "/spec/type", "C");
        }
    };
    const auto report = applyNow(what);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->outcome, Outcome::Partly);
    EXPECT_EQ(report->objects[0].outcome, ObjectOutcome::Applied);
    EXPECT_EQ(report->objects[1].outcome, ObjectOutcome::Conflict);
    EXPECT_EQ(report->objects[2].outcome, ObjectOutcome::NotTried);
    const auto back = engine().planRollback(report->journal, {});
    ASSERT_TRUE(back);
    ASSERT_EQ(back->objects.size(), 1U);
    EXPECT_EQ(back->objects[0].ref.name, "a");
}

TEST_F(ApplyFixture, OwnersThatUndoEdits_blockUnlessTheUserInsists) {
    config::Json object = *m_cluster.find(m_base->ref);
    object["metadata"]["annotations"]["flagger.kubernetes.io/original-configuration"] = "{}";
    m_base = m_cluster.put(object);
    const auto refused = applyNow(plan());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Forbidden);
    EXPECT_NE(refused.error().what.find("Flagger"), std::string::npos);
    EXPECT_EQ(stored(), 10);
    EXPECT_TRUE(applyNow(plan(), {"prod", {}, true, {}}));
    EXPECT_EQ(stored(), 30);
}

TEST_F(ApplyFixture, UnknownOutcome_blocksTheObjectUntilSettled) {
    m_cluster.failAt = 4; // the write
    m_cluster.failAfterActing = true;
    m_cluster.failForever = true;
    const auto report = applyNow(plan());
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->outcome, Outcome::Unknown);
    m_cluster.failAt.reset();
    EXPECT_EQ(stored(), 30);
    m_base = engine().preview({}, {}).has_value() ? m_cluster.read(m_base->ref, {}).value() : m_base;
    EXPECT_EQ(applyNow(plan(50, 50)).error().kind, ErrorKind::Conflict);
    const auto settled = engine().settleOpenEntries("prod", {});
    ASSERT_TRUE(settled);
    ASSERT_EQ(settled->size(), 1U);
    EXPECT_EQ(settled->front().outcome(), Outcome::Applied);
    EXPECT_TRUE(applyNow(plan(50, 50)));
    EXPECT_TRUE(engine().settleOpenEntries("prod", {})->empty());
    EXPECT_TRUE(engine().settleOpenEntries("other", {})->empty());
}

TEST_F(ApplyFixture, JournalThatCannotBeWritten_stopsBeforeTheWrite) {
    ApplyEngine e = engine();
    const auto preview = e.preview(plan(), {});
    std::filesystem::remove_all(m_folder.path());
    const auto report = e.apply(*preview, {"prod", {}, false, {}}, {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::Io);
    EXPECT_EQ(m_cluster.writes, 0U);
}

TEST_F(ApplyFixture, StopRequest_beforeTheWriteWritesNothing) {
    std::stop_source stop;
    stop.request_stop();
    ApplyEngine e = engine();
    const auto preview = e.preview(plan(), {});
    EXPECT_EQ(e.apply(*preview, {"prod", {}, false, {}}, stop.get_token()).error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(m_cluster.writes, 0U);
}

} // namespace meshdeck::change
