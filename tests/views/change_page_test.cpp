#include "changes/change_page.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "changes/code_view.h"
#include "changes/diff_part.h"
#include "changes/diff_view.h"
#include "changes/ghosts.h"
#include "changes/guard_bar.h"
#include "changes/patch_text.h"
#include "changes/weight_editor.h"
#include "config/resource_json.h"
#include "tables/prediction_model.h"
#include "views/fake_change_service.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

class ChangePageTest : public testing::Test {
protected:
    ChangePage& open(ContextKind kind = ContextKind::Demo) {
        m_options.context = "shop-eu";
        m_options.kind = kind;
        m_mesh.post(sample::boutique());
        QCoreApplication::sendPostedEvents(&m_mesh);
        m_page = std::make_unique<ChangePage>(m_mesh, &m_changes, m_worker, m_clock, m_options);
        m_page->edit(m_changes.routes(*m_mesh.snapshot(), "orders", "checkout").front());
        m_changes.report.ok = true;
        m_changes.report.allowed = true;
        return *m_page;
    }
    QPushButton* button(const QString& text) {
        for (QPushButton* button : m_page->findChildren<QPushButton*>()) {
            if (button->text().startsWith(text)) {
                return button;
            }
        }
        return nullptr;
    }

    InlineExecutor m_worker;
    ManualClock m_clock;
    ShellOptions m_options;
    MeshState m_mesh;
    sample::FakeChangeService m_changes;
    std::unique_ptr<ChangePage> m_page;
};

TEST_F(ChangePageTest, Edit_begins_nothingIsPendingAndNothingMayBeApplied) {
    ChangePage& page = open();
    EXPECT_EQ(page.pending(), 0);
    EXPECT_FALSE(button("Apply")->isEnabled());
    EXPECT_FALSE(button("Dry run")->isEnabled());
}

TEST_F(ChangePageTest, WeightMoves_draftIsPending) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    EXPECT_EQ(page.editor().weights(), (std::vector<int>{70, 30}));
    EXPECT_EQ(page.pending(), 1);
    EXPECT_TRUE(button("Dry run")->isEnabled());
    EXPECT_FALSE(button("Apply")->isEnabled()) << "not before a dry run";
}

TEST_F(ChangePageTest, DryRunThenApply_writesOnceAndOffersUndo) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    button("Dry run")->click();
    EXPECT_EQ(m_changes.dryRuns, 1);
    ASSERT_TRUE(button("Apply")->isEnabled());
    button("Apply")->click();
    EXPECT_EQ(m_changes.applies, 1);
    EXPECT_EQ(page.pending(), 0);
    ASSERT_TRUE(button("Undo")->isEnabled());
    button("Undo")->click();
    EXPECT_EQ(m_changes.undos, 1);
}

TEST_F(ChangePageTest, WeightMovesAfterDryRun_dryRunIsVoid) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    button("Dry run")->click();
    page.editor().move(1, 40);
    EXPECT_FALSE(button("Apply")->isEnabled());
}

TEST_F(ChangePageTest, Conflict_applyStaysShutAndSaysWho) {
    ChangePage& page = open();
    m_changes.report.ok = false;
    m_changes.report.problem = Error{ErrorKind::Conflict, "Somebody else changed it", {}, {}};
    m_changes.report.changedBy = "kubectl-edit at 14:29 changed spec.http[0].timeout";
    page.editor().move(1, 30);
    button("Dry run")->click();
    EXPECT_FALSE(button("Apply")->isEnabled());
    bool told = false;
    for (const QLabel* label : page.guard().findChildren<QLabel*>()) {
        told |= label->text().contains(QStringLiteral("kubectl-edit"));
    }
    EXPECT_TRUE(told);
}

TEST_F(ChangePageTest, Production_wantsTheNameTyped) {
    ChangePage& page = open(ContextKind::Production);
    page.editor().move(1, 30);
    button("Dry run")->click();
    EXPECT_FALSE(button("Apply")->isEnabled());
    auto* name = page.guard().findChild<QLineEdit*>();
    name->setText(QStringLiteral("shop-e"));
    EXPECT_FALSE(button("Apply")->isEnabled());
    name->setText(QStringLiteral("shop-eu"));
    EXPECT_TRUE(button("Apply")->isEnabled());
}

TEST_F(ChangePageTest, ReadOnly_nothingCanBeSent) {
    ChangePage& page = open();
    page.setReadOnly(QStringLiteral("production context is read-only"));
    page.editor().move(1, 30);
    EXPECT_FALSE(button("Dry run")->isEnabled());
    EXPECT_FALSE(button("Apply")->isEnabled());
}

TEST_F(ChangePageTest, Diff_showsBothWeightLines) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    int changed = 0;
    for (const change::ThreeWayLine& line : page.findChild<DiffView*>()->lines()) {
        changed += line.mineChanged ? 1 : 0;
    }
    EXPECT_GE(changed, 2);
}

change::Owner argo() {
    return {"Argo CD application shop", "taken back at the next sync; change it in Git", false, true};
}

TEST_F(ChangePageTest, GitOpsOwner_applyWantsASecondStep) {
    ChangePage& page = open();
    m_changes.report.owners = {argo()};
    page.editor().move(1, 30);
    button("Dry run")->click();
    EXPECT_FALSE(button("Apply")->isEnabled());
    EXPECT_EQ(button("Apply")->text(), QStringLiteral("Apply although owned"));
    auto* box = page.guard().findChild<QCheckBox*>();
    EXPECT_TRUE(box->isVisibleTo(&page));
    box->click();
    ASSERT_TRUE(button("Apply")->isEnabled());
    button("Apply")->click();
    EXPECT_EQ(m_changes.applies, 1);
    EXPECT_TRUE(m_changes.lastAllowedOwned);
}

TEST_F(ChangePageTest, GitOpsOwner_anotherDraft_wantsTheStepAgain) {
    ChangePage& page = open();
    m_changes.report.owners = {argo()};
    page.editor().move(1, 30);
    button("Dry run")->click();
    page.guard().findChild<QCheckBox*>()->click();
    page.editor().move(1, 40);
    button("Dry run")->click();
    EXPECT_FALSE(button("Apply")->isEnabled());
}

TEST_F(ChangePageTest, KubectlOwner_isToldButApplyNeedsNoSecondStep) {
    ChangePage& page = open();
    m_changes.report.owners = {{"kubectl apply", "the edit is overwritten when the file is applied again", false, false}};
    page.editor().move(1, 30);
    button("Dry run")->click();
    ASSERT_TRUE(button("Apply")->isEnabled());
    button("Apply")->click();
    EXPECT_FALSE(m_changes.lastAllowedOwned);
}

TEST_F(ChangePageTest, OwnedEdit_takenBack_isToldWithItsManager) {
    ChangePage& page = open();
    m_changes.report.owners = {argo()};
    page.editor().move(1, 30);
    button("Dry run")->click();
    page.guard().findChild<QCheckBox*>()->click();
    button("Apply")->click();
    const auto publish = [this](int v1, int v2, const std::string& version) {
        auto next = std::make_shared<mesh::MeshSnapshot>(*m_mesh.snapshot());
        auto table = std::make_shared<mesh::ResourceTable>(*next->config);
        mesh::ResourcePtr& stored = table->at({"networking.istio.io", "VirtualService", "orders", "checkout"});
        config::Json object = config::parse(*stored).value();
        object["metadata"]["resourceVersion"] = version;
        object["spec"]["http"][0]["route"][0]["weight"] = v1;
        object["spec"]["http"][0]["route"][1]["weight"] = v2;
        stored = config::readResource(object.dump()).value();
        next->config = table;
        m_mesh.post(next);
        QCoreApplication::sendPostedEvents(&m_mesh);
    };
    const auto told = [this] {
        const auto labels = m_page->guard().findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [](const QLabel* label) { return label->text().contains(QStringLiteral("edit was taken back")); });
    };
    publish(90, 10, "before ours was seen");
    EXPECT_FALSE(told()) << "a snapshot from before the write says nothing";
    publish(70, 30, "ours");
    EXPECT_FALSE(told());
    publish(90, 10, "theirs");
    EXPECT_TRUE(told());
}

TEST_F(ChangePageTest, FirstChange_isInView_andNAndPStepRound) {
    ChangePage& page = open();
    page.resize(1200, 800);
    page.show();
    auto* diff = page.findChild<DiffView*>();
    EXPECT_EQ(diff->currentChange(), -1);
    page.editor().move(1, 30);
    ASSERT_EQ(diff->changeCount(), 2);
    EXPECT_TRUE(diff->isInView(0)) << "opens at the first change, not at the top";
    QTest::keyClick(diff, Qt::Key_N);
    EXPECT_EQ(diff->currentChange(), 1);
    EXPECT_TRUE(diff->isInView(1));
    QTest::keyClick(diff, Qt::Key_N);
    EXPECT_EQ(diff->currentChange(), 0);
    QTest::keyClick(diff, Qt::Key_P);
    EXPECT_EQ(diff->currentChange(), 1);
    EXPECT_TRUE(diff->accessibleDescription().contains(QStringLiteral("Change 2 of 2")));
}

TEST_F(ChangePageTest, OnlyChanges_foldsTheRest) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    auto* diff = page.findChild<DiffView*>();
    const auto all = diff->lines().size();
    diff->setOnlyChanges(true);
    EXPECT_LT(diff->lines().size(), all);
    EXPECT_GE(diff->lines().size(), 8U);
}

TEST_F(ChangePageTest, CopyAs_chipsMenu_putsTheCommandOnTheClipboard) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    QAction* kubectl = nullptr;
    for (QAction* action : page.findChild<DiffPart*>()->findChildren<QAction*>()) {
        kubectl = action->text() == QStringLiteral("kubectl patch") ? action : kubectl;
    }
    ASSERT_NE(kubectl, nullptr);
    kubectl->trigger();
    const QString command = QGuiApplication::clipboard()->text();
    EXPECT_TRUE(command.startsWith(QStringLiteral("kubectl --context shop-eu -n orders patch virtualservices.networking.istio.io checkout")))
        << command.toStdString();
    EXPECT_TRUE(command.contains(QStringLiteral("--type=json")));
    EXPECT_TRUE(command.contains(QStringLiteral("\"value\":30"))) << command.toStdString();
}

TEST_F(ChangePageTest, Views_unifiedAndPatch_showTheSameChange) {
    ChangePage& page = open();
    page.editor().move(1, 30);
    auto* part = page.findChild<DiffPart*>();
    EXPECT_NE(part->asUnified().find("weight: 30"), std::string::npos);
    EXPECT_NE(part->asPatch().find("\"op\":\"test\""), std::string::npos);
    EXPECT_EQ(part->exportText(QStringLiteral("x.json")), part->asPatch());
    EXPECT_EQ(part->exportText(QStringLiteral("x.diff")), part->asUnified());
    EXPECT_EQ(part->exportText(QStringLiteral("x.yaml")).find("apiVersion: networking.istio.io"), 0U);
    EXPECT_EQ(part->exportText(QStringLiteral("x.sh")).find("#!/bin/sh\nkubectl"), 0U);
    for (const char* word : {"Unified", "JSON Patch", "Three-way"}) {
        for (QToolButton* chip : part->findChildren<QToolButton*>()) {
            if (chip->text() == QLatin1String(word)) {
                chip->click();
            }
        }
        const auto views = part->findChildren<CodeView*>();
        EXPECT_EQ(std::count_if(views.begin(), views.end(), [&](const CodeView* view) { return view->isVisibleTo(&page); }),
                  word == std::string("Three-way") ? 0 : 1);
    }
}

TEST(PatchText, ShellQuoted_holdsWhateverIsInIt) {
    EXPECT_EQ(shellQuoted("reviews"), "reviews");
    EXPECT_EQ(shellQuoted(""), "''");
    EXPECT_EQ(shellQuoted("a b; rm -rf $HOME"), "'a b; rm -rf $HOME'");
    EXPECT_EQ(shellQuoted("it's"), "'it'\\''s'");
}

TEST(PredictionModel, Rows_changeUnderTheTester_staysConsistent) {
    PredictionModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
    model.setRows({{"v1", "req/s", 111.8, 86.8, false}, {"v2", "req/s", 12.2, std::nullopt, false}});
    EXPECT_EQ(model.rowCount(), 2);
    EXPECT_EQ(model.index(0, 3).data().toString(), QString(QChar(0x2212)) + QStringLiteral("25.0"));
    EXPECT_EQ(model.index(1, 2).data().toString(), QStringLiteral("unknown"));
    model.setRows({{"v1", "req/s", 1, 1, false}, {"v2", "req/s", 12.2, 13.0, false}});
    EXPECT_EQ(model.index(0, 3).data().toString(), QStringLiteral("none"));
    model.setRows({});
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(Ghosts, PredictedShares_becomeRimsAndFigures) {
    const auto snapshot = sample::boutique();
    change::Prediction prediction;
    prediction.edges.push_back({"", sample::idOf(*snapshot, "orders", "checkout", "v2"), Percent(10), Percent(30), 12.2, 37.2});
    const Scene scene = ghostCards(*snapshot, sample::idOf(*snapshot, "orders", "checkout"), prediction, sample::moment());
    const int v2 = scene.find(sample::idOf(*snapshot, "orders", "checkout", "v2"));
    ASSERT_GE(v2, 0);
    EXPECT_EQ(scene.nodes[static_cast<std::size_t>(v2)].figures, QStringLiteral("12.2 → 37.2"));
    int ghosts = 0;
    for (const SceneEdge& edge : scene.edges) {
        ghosts += edge.ghost ? 1 : 0;
    }
    EXPECT_EQ(ghosts, 1);
    EXPECT_EQ(scene.find(sample::idOf(*snapshot, "shop", "ads")), -1) << "only the neighbourhood";
}

} // namespace
} // namespace meshdeck::views
