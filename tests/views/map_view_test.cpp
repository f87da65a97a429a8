#include "map/map_view.h"

#include <set>

#include <QElapsedTimer>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "map/curve.h"
#include "map/map_painter.h"
#include "map/scene_builder.h"
#include "views/sample_mesh.h"
#include "views/thread_cpu.h"

namespace meshdeck::views {
namespace {

class MapViewTest : public testing::Test {
protected:
    void SetUp() override {
        SceneOptions options;
        options.now = sample::moment();
        m_scene = buildScene(*sample::boutique(), options, {})->scene;
        m_view.resize(1200, 850);
        m_view.show();
        m_view.setScene(m_scene);
    }

    std::string idOf(const char* ns, const char* name) { return sample::idOf(*sample::boutique(), ns, name); }
    QString selectedName() {
        const int index = m_scene->find(m_view.selected());
        return index < 0 ? QString() : m_scene->nodes[static_cast<std::size_t>(index)].name;
    }

    ScenePtr m_scene;
    MapView m_view;
};

TEST_F(MapViewTest, Fit_firstScene_showsAllCards) {
    const QRectF bounds = m_scene->bounds;
    EXPECT_LE(bounds.width() * m_view.zoom(), 1200);
    EXPECT_LE(bounds.height() * m_view.zoom(), 850);
    EXPECT_GT(m_view.zoom(), 0.5);
}

TEST_F(MapViewTest, SceneGrows_untouched_isFittedAgain) {
    auto grown = std::make_shared<Scene>(*m_scene);
    grown->bounds.setRight(grown->bounds.left() + 3 * grown->bounds.width());
    m_view.setScene(grown);
    EXPECT_LE(grown->bounds.width() * m_view.zoom(), 1200);
}

TEST_F(MapViewTest, SceneGrows_afterSelection_staysWhereItIs) {
    const double zoom = m_view.zoom();
    m_view.select(idOf("orders", "checkout"));
    auto grown = std::make_shared<Scene>(*m_scene);
    grown->bounds.setRight(grown->bounds.left() + 3 * grown->bounds.width());
    m_view.setScene(grown);
    EXPECT_EQ(m_view.zoom(), zoom);
    EXPECT_FALSE(m_view.untouched());
}

TEST_F(MapViewTest, Fit_cornerKeptFree_noCardAndNoTitleLiesThere) {
    m_view.setSynchronous(true);
    const double whole = m_view.zoom();
    m_view.setKeepFree({420, 300});
    m_view.setScene(std::make_shared<Scene>(*m_scene));
    EXPECT_GT(m_view.zoom(), whole * 0.6);
    for (const SceneNode& node : m_scene->nodes) {
        const QRectF onScreen(m_view.toView(node.rect.topLeft()), node.rect.size() * m_view.zoom());
        EXPECT_FALSE(onScreen.intersects(QRectF(1200 - 420, 0, 420, 300))) << node.name.toStdString();
    }
}

TEST_F(MapViewTest, LeastFit_largeScene_keepsTheFiguresReadable) {
    m_view.setLeastFit(0.82);
    auto grown = std::make_shared<Scene>(*m_scene);
    grown->bounds.setRight(grown->bounds.left() + 3 * grown->bounds.width());
    m_view.setScene(grown);
    EXPECT_EQ(levelAt(m_view.zoom()), DetailLevel::Near);
}

TEST_F(MapViewTest, Select_knownNode_isToldAndSpoken) {
    QSignalSpy spy(&m_view, &MapView::selectionChanged);
    m_view.select(idOf("orders", "checkout"));
    ASSERT_EQ(spy.size(), 1);
    EXPECT_EQ(selectedName(), QStringLiteral("checkout"));
    EXPECT_TRUE(m_view.accessibleDescription().contains(QStringLiteral("degraded")));
}

TEST_F(MapViewTest, Select_unknownNode_selectsNothing) {
    m_view.select("no such node");
    EXPECT_TRUE(m_view.selected().empty());
}

TEST_F(MapViewTest, Arrows_fromFrontend_followTheCalls) {
    m_view.select(idOf("shop", "frontend"));
    QTest::keyClick(&m_view, Qt::Key_Left);
    EXPECT_EQ(selectedName(), QStringLiteral("shop-gateway"));
    QTest::keyClick(&m_view, Qt::Key_Right);
    EXPECT_EQ(selectedName(), QStringLiteral("frontend"));
    QTest::keyClick(&m_view, Qt::Key_Escape);
    EXPECT_TRUE(m_view.selected().empty());
}

TEST_F(MapViewTest, NewScene_selectionAndZoomStay) {
    m_view.select(idOf("orders", "checkout"));
    m_view.zoomAt({300, 300}, 1.5);
    const double zoom = m_view.zoom();
    m_view.setScene(std::make_shared<Scene>(*m_scene));
    EXPECT_EQ(selectedName(), QStringLiteral("checkout"));
    EXPECT_EQ(m_view.zoom(), zoom);
}

TEST_F(MapViewTest, SelectedNodeVanishes_selectionEnds) {
    m_view.select(idOf("orders", "checkout"));
    auto empty = std::make_shared<Scene>();
    m_view.setScene(empty);
    EXPECT_TRUE(m_view.selected().empty());
}

TEST_F(MapViewTest, Dots_hiddenWindow_standStill) {
    EXPECT_TRUE(m_view.dotsRun());
    m_view.hide();
    EXPECT_FALSE(m_view.dotsRun());
    m_view.show();
    m_view.setDotsPerSecond(0);
    EXPECT_FALSE(m_view.dotsRun());
}

TEST_F(MapViewTest, Tiles_afterAWhile_showWhatThePainterPaints) {
    m_view.setDotsPerSecond(0);
    QImage tiles;
    QElapsedTimer time;
    time.start();
    MapView direct;
    direct.resize(m_view.size());
    direct.setSynchronous(true);
    direct.setScene(m_scene);
    direct.setDotsPerSecond(0);
    const QImage wanted = direct.grab().toImage();
    bool same = false;
    while (!same && time.elapsed() < 20000) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        tiles = m_view.grab().toImage();
        int differing = 0;
        for (int y = 0; y < tiles.height(); y += 7) {
            for (int x = 0; x < tiles.width(); x += 7) {
                const QColor a = tiles.pixelColor(x, y), b = wanted.pixelColor(x, y);
                differing += std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) > 60 ? 1 : 0;
            }
        }
        same = differing < 40; // antialiasing at tile borders
    }
    EXPECT_TRUE(same);
}

TEST_F(MapViewTest, ClickOnALine_selectsTheCall_clickBesideNothing) {
    QSignalSpy nodes(&m_view, &MapView::selectionChanged), edges(&m_view, &MapView::edgeSelectionChanged);
    const int index = m_scene->find(idOf("orders", "checkout"));
    const auto edge = std::find_if(m_scene->edges.begin(), m_scene->edges.end(), [&](const SceneEdge& e) { return e.target == index; });
    ASSERT_NE(edge, m_scene->edges.end());
    const QPolygonF line = flatten(edge->route, 1);
    const QPoint at = m_view.toView(pointAt(line, lengthOf(line) * 0.3)).toPoint();
    QTest::mouseClick(&m_view, Qt::LeftButton, {}, at);
    ASSERT_EQ(edges.size(), 1);
    EXPECT_EQ(edges[0][0].toString().toStdString(), edge->id);
    EXPECT_TRUE(m_view.accessibleDescription().contains(QStringLiteral("frontend to checkout"))) << m_view.accessibleDescription().toStdString();
    QTest::mouseClick(&m_view, Qt::LeftButton, {}, QPoint(3, 3));
    EXPECT_TRUE(m_view.selectedEdge().empty());
    EXPECT_EQ(nodes.size(), 1) << "to nothing";
}

TEST_F(MapViewTest, ShiftArrows_walkTheCallsOfANode_arrowsLeaveToTheirEnds) {
    m_view.select(idOf("shop", "frontend"));
    QTest::keyClick(&m_view, Qt::Key_Right, Qt::ShiftModifier);
    ASSERT_FALSE(m_view.selectedEdge().empty());
    EXPECT_TRUE(m_view.selected().empty());
    std::set<std::string> seen;
    for (int i = 0; i < 6; ++i) {
        seen.insert(m_view.selectedEdge());
        QTest::keyClick(&m_view, Qt::Key_Down);
    }
    EXPECT_EQ(seen.size(), 6U) << "frontend calls six";
    EXPECT_TRUE(seen.contains(m_view.selectedEdge())) << "round and round";
    const SceneEdge& edge = m_scene->edges[static_cast<std::size_t>(m_scene->findEdge(m_view.selectedEdge()))];
    QTest::keyClick(&m_view, Qt::Key_Right);
    EXPECT_EQ(m_scene->find(m_view.selected()), edge.target);
    EXPECT_TRUE(m_view.selectedEdge().empty());
}

TEST_F(MapViewTest, EveryCall_isReachedByKeys) {
    std::set<int> reached;
    for (const SceneNode& node : m_scene->nodes) {
        m_view.select(node.id);
        QTest::keyClick(&m_view, Qt::Key_Right, Qt::ShiftModifier);
        for (std::size_t i = 0; i < m_scene->edges.size() && !m_view.selectedEdge().empty(); ++i) {
            reached.insert(m_scene->findEdge(m_view.selectedEdge()));
            QTest::keyClick(&m_view, Qt::Key_Down);
        }
        m_view.select({});
    }
    EXPECT_EQ(reached.size(), m_scene->edges.size());
}

TEST_F(MapViewTest, BundledCalls_areAllNamedByTheirLine) {
    std::size_t members = 0;
    for (const SceneEdge& edge : m_scene->edges) {
        EXPECT_EQ(edge.members.front(), edge.id);
        members += edge.members.size();
        for (const std::string& member : edge.members) {
            EXPECT_EQ(m_scene->findEdge(member), m_scene->findEdge(edge.id));
        }
    }
    EXPECT_GT(members, m_scene->edges.size()) << "the calls of both checkout versions are drawn as one";
}

TEST_F(MapViewTest, ReducedMotion_nothingMovesByItself) {
    m_view.setReducedMotion(true);
    EXPECT_FALSE(m_view.dotsRun());
    auto fewer = std::make_shared<Scene>(*m_scene);
    fewer->edges.clear();
    fewer->nodes.pop_back();
    m_view.setScene(fewer);
    EXPECT_EQ(m_view.leaving(), 0U);
}

TEST_F(MapViewTest, VanishedNode_fadesWhereItWas) {
    auto fewer = std::make_shared<Scene>(*m_scene);
    fewer->edges.clear();
    fewer->nodes.pop_back();
    m_view.setScene(fewer);
    EXPECT_EQ(m_view.leaving(), 1U);
    EXPECT_FALSE(m_view.grab().isNull());
    auto elsewhere = std::make_shared<Scene>(*m_scene);
    for (SceneNode& node : elsewhere->nodes) {
        node.rect.translate(300, 0);
    }
    elsewhere->nodes.pop_back();
    m_view.setScene(m_scene);
    m_view.setReducedMotion(true);
    m_view.setReducedMotion(false);
    m_view.setScene(elsewhere);
    EXPECT_EQ(m_view.leaving(), 0U) << "another drawing: nothing is where it was";
}

// CPU time of this thread: a busy machine takes wall time, not ours.
TEST_F(MapViewTest, Paint_withTilesThere_staysUnder50ms) {
    m_view.setDotsPerSecond(0);
    (void)m_view.grab();
    for (const double factor : {1.3, 1.0, 0.6}) {
        const double before = threadCpuMs();
        m_view.zoomAt({600, 400}, factor);
        (void)m_view.grab();
        EXPECT_LT(threadCpuMs() - before, 50) << "the tiles are the workers' affair";
    }
}

} // namespace
} // namespace meshdeck::views
