// Find and hide on the map: fields, filters, the list of what was found, and what of it the picture shows.
#include <QApplication>
#include <QListView>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "map/card_matches.h"
#include "map/cards.h"
#include "map/filter_menu.h"
#include "map/find_field.h"
#include "map/match_model.h"
#include "map/match_panel.h"
#include "map/scene_builder.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

ScenePtr sceneOf(const mesh::SnapshotPtr& snapshot, const SceneOptions& wanted = {}) {
    SceneOptions options = wanted;
    options.now = sample::moment();
    return buildScene(*snapshot, options, {})->scene;
}

traffic::FindExpression expression(const char* text) {
    const auto parsed = traffic::FindExpression::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(traffic::FindExpression());
}

std::string found(const Scene& scene, const char* text) {
    const CardMatches matches = cardMatches(scene, expression(text), nullptr);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < matches.cards.size(); ++i) {
        if (matches.cards[i]) {
            names.push_back(scene.nodes[i].name.toStdString());
        }
    }
    std::sort(names.begin(), names.end());
    std::string words;
    for (const std::string& name : names) {
        words += (words.empty() ? "" : " ") + name;
    }
    return words + " " + std::to_string(std::count(matches.lines.begin(), matches.lines.end(), true));
}

TEST(CardMatches, Expressions_matchTheseCardsAndLines) {
    const ScenePtr scene = sceneOf(sample::boutique());
    EXPECT_EQ(found(*scene, "cat"), "catalog 0");
    EXPECT_EQ(found(*scene, "err > 1"), "v2 0");
    EXPECT_EQ(found(*scene, "!mtls"), "catalog email smtp.example.com stock-import 2") << "with the call that leaves the mesh";
    EXPECT_EQ(found(*scene, "plaintext"), "catalog stock-import 1") << "as the map draws it";
    EXPECT_EQ(found(*scene, "err > 1 or plaintext"), "catalog stock-import v2 1");
    EXPECT_EQ(found(*scene, "ns:platform c"), "currency redis-cart 0");
    EXPECT_EQ(found(*scene, "denied"), "email payment 1");
    EXPECT_EQ(found(*scene, "failing"), "v2 0");
    EXPECT_TRUE(cardMatches(*scene, {}, nullptr).cards.empty()) << "nothing is looked for";
}

TEST(CardMatches, ClosedGroups_countWhatIsInThem) {
    SceneOptions options;
    options.lens.fold = traffic::FoldMode::Namespaces;
    const ScenePtr scene = sceneOf(sample::boutique(), options);
    const CardMatches matches = cardMatches(*scene, expression("ns = orders"), nullptr);
    int inside = 0;
    for (std::size_t i = 0; i < scene->nodes.size(); ++i) {
        inside += matches.inside[i];
        EXPECT_EQ(matches.cards[i], matches.inside[i] > 0);
    }
    EXPECT_GT(inside, 2);
    EXPECT_EQ(std::count(matches.cards.begin(), matches.cards.end(), true), 1);
}

TEST(Hide, Expression_takesCardsOutOfThePicture) {
    const ScenePtr all = sceneOf(sample::boutique());
    SceneOptions options;
    options.lens.hide = expression("ns = orders");
    const ScenePtr without = sceneOf(sample::boutique(), options);
    EXPECT_LT(without->nodes.size(), all->nodes.size());
    EXPECT_GT(without->hidden, 0U);
    for (const SceneNode& node : without->nodes) {
        EXPECT_NE(node.ns, QStringLiteral("orders"));
    }
    options.lens.hide = {};
    options.lens.keep = expression("ns = orders");
    for (const SceneNode& node : sceneOf(sample::boutique(), options)->nodes) {
        EXPECT_EQ(node.ns, QStringLiteral("orders"));
    }
}

class FindFieldTest : public testing::Test {
protected:
    FindFieldTest() {
        field.setGraph(sample::boutique()->graph);
        field.resize(300, 28);
        field.show();
        field.setFocus();
    }
    FindField field{QStringLiteral("Find"), QStringLiteral("Find"), nullptr};
    QSignalSpy changed{&field, &FindField::expressionChanged};
    QSignalSpy problems{&field, &FindField::problemChanged};
};

TEST_F(FindFieldTest, Typing_whatIsNotDone_isNoProblem) {
    QTest::keyClicks(&field, QStringLiteral("err >"));
    EXPECT_TRUE(field.problem().isEmpty());
    QTest::keyClicks(&field, QStringLiteral(" 2"));
    EXPECT_EQ(field.expression().text(), "err > 2");
    field.setText(QStringLiteral("err > 2 and"));
    EXPECT_EQ(field.expression().text(), "err > 2") << "what could be read last stays in force";
    QTest::keyClick(&field, Qt::Key_Escape); // closes the list of choices, if there is one
    field.setText(QStringLiteral("err > 2 and"));
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_FALSE(field.problem().isEmpty()) << "Enter says that it is done";
}

TEST_F(FindFieldTest, Problem_isOneSentenceAndGoesAgain) {
    field.setText(QStringLiteral("p95 > fast"));
    EXPECT_TRUE(field.problem().startsWith(QStringLiteral("\"fast\" is no number")));
    field.setText(QStringLiteral("p95 > 5"));
    EXPECT_TRUE(field.problem().isEmpty());
    EXPECT_EQ(problems.size(), 2);
    EXPECT_EQ(field.text(), QStringLiteral("p95 > 5")) << "colouring changes no text";
}

TEST_F(FindFieldTest, Enter_steps_escapeEmpties) {
    QSignalSpy steps(&field, &FindField::stepRequested), left(&field, &FindField::left);
    field.setText(QStringLiteral("cart"));
    QTest::keyClick(&field, Qt::Key_Return);
    QTest::keyClick(&field, Qt::Key_Return, Qt::ShiftModifier);
    ASSERT_EQ(steps.size(), 2);
    EXPECT_EQ(steps[0][0].toInt(), 1);
    EXPECT_EQ(steps[1][0].toInt(), -1);
    QTest::keyClick(&field, Qt::Key_Escape);
    EXPECT_TRUE(field.text().isEmpty());
    EXPECT_EQ(left.size(), 1);
    EXPECT_TRUE(field.expression().empty());
}

TEST_F(FindFieldTest, Tab_takesTheFirstChoice) {
    QTest::keyClicks(&field, QStringLiteral("circ"));
    QTest::keyClick(&field, Qt::Key_Tab);
    EXPECT_EQ(field.text(), QStringLiteral("circuitbreaker "));
    QTest::keyClicks(&field, QStringLiteral("or ns = pla"));
    QTest::keyClick(&field, Qt::Key_Tab);
    EXPECT_EQ(field.text(), QStringLiteral("circuitbreaker or ns = platform "));
    EXPECT_EQ(field.expression().text(), "circuitbreaker or namespace = platform");
}

TEST_F(FindFieldTest, SameExpression_isNotToldTwice) {
    field.setText(QStringLiteral("ns = shop"));
    field.setText(QStringLiteral("ns  =  shop"));
    field.setText(QStringLiteral("namespace = shop"));
    EXPECT_EQ(changed.size(), 1);
}

TEST(FilterMenu, Saved_isFirstAndCanBeForgotten) {
    FilterMenu menu(nullptr);
    QSignalSpy changed(&menu, &FilterMenu::filtersChanged), chosen(&menu, &FilterMenu::chosen);
    menu.save(QStringLiteral("nothing is set"));
    EXPECT_EQ(changed.size(), 0);
    menu.setPresent(QStringLiteral(" err > 2 "), QStringLiteral("idle"));
    menu.save(QStringLiteral("  bad & worse "));
    ASSERT_EQ(menu.filters().size(), 1U);
    EXPECT_EQ(menu.filters()[0], (SavedFilter{QStringLiteral("bad & worse"), QStringLiteral("err > 2"), QStringLiteral("idle")}));
    menu.setPresent(QStringLiteral("err > 3"), {});
    menu.save(QStringLiteral("bad & worse"));
    ASSERT_EQ(menu.filters().size(), 1U) << "the same name is the same filter";
    menu.setFilters(menu.filters()); // as from the settings
    ASSERT_FALSE(menu.actions().isEmpty());
    EXPECT_EQ(menu.actions().front()->text(), QStringLiteral("bad && worse")) << "no shortcut";
    menu.actions().front()->trigger();
    ASSERT_EQ(chosen.size(), 1);
    menu.forget(QStringLiteral("bad & worse"));
    EXPECT_TRUE(menu.filters().empty());
    EXPECT_EQ(changed.size(), 3);
}

TEST(FilterMenu, BuiltIns_canBeRead) {
    for (const SavedFilter& filter : builtinFilters()) {
        for (const QString& text : {filter.find, filter.hide}) {
            EXPECT_TRUE(traffic::FindExpression::parse(text.toStdString())) << text.toStdString();
        }
    }
}

class MatchPanelTest : public testing::Test {
protected:
    void look(const char* text) {
        panel.setMatches(graph, traffic::findIn({*graph}, expression(text)));
    }
    std::shared_ptr<const mesh::Graph> graph = sample::boutique()->graph;
    MatchPanel panel;
    QSignalSpy nodes{&panel, &MatchPanel::nodeChosen};
    QSignalSpy edges{&panel, &MatchPanel::edgeChosen};
};

TEST_F(MatchPanelTest, Step_goesRoundAndTells) {
    look("ns = orders");
    ASSERT_GT(panel.count(), 1);
    panel.step(1);
    EXPECT_EQ(panel.list().currentIndex().row(), 0);
    panel.step(-1);
    EXPECT_EQ(panel.list().currentIndex().row(), panel.count() - 1) << "round the end";
    panel.step(1);
    EXPECT_EQ(panel.list().currentIndex().row(), 0);
    EXPECT_EQ(nodes.size(), 3);
    EXPECT_EQ(edges.size(), 0);
}

TEST_F(MatchPanelTest, Calls_areListedAsSuch) {
    look("denied");
    ASSERT_EQ(panel.count(), 1);
    panel.step(1);
    EXPECT_EQ(edges.size(), 1);
    EXPECT_TRUE(panel.list().model()->index(0, 0).data().toString().contains(QStringLiteral(" → ")));
}

TEST_F(MatchPanelTest, Chosen_followsTheMapAndStays) {
    look("ns = orders");
    const std::string second = matchRows(*graph, traffic::findIn({*graph}, expression("ns = orders")))[1].id;
    panel.showChosen({"nobody", second});
    EXPECT_EQ(panel.list().currentIndex().row(), 1);
    look("ns = orders"); // the next refresh
    EXPECT_EQ(panel.list().currentIndex().row(), 1);
    EXPECT_EQ(nodes.size(), 0) << "following tells nobody";
    panel.showChosen({});
    EXPECT_FALSE(panel.list().currentIndex().isValid());
}

TEST_F(MatchPanelTest, Rows_areToldToAScreenReader) {
    look("err > 1");
    ASSERT_EQ(panel.count(), 1);
    const QString words = panel.list().model()->index(0, 0).data(Qt::AccessibleTextRole).toString();
    EXPECT_TRUE(words.contains(QStringLiteral("failing"))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral(" fail, "))) << words.toStdString();
}

} // namespace
} // namespace meshdeck::views
