// What the map looks at, asked by hand: keys, menu, palette, pins, and the way back.
#include "map/map_lens.h"

#include <QElapsedTimer>
#include <QTest>

#include <gtest/gtest.h>

#include "map/map_page.h"
#include "map/map_view.h"
#include "map/scope_bar.h"
#include "support/big_mesh.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

class Places final : public PlaceStore {
public:
    [[nodiscard]] std::map<std::string, QPointF> load() const override { return places; }
    void save(const std::map<std::string, QPointF>& now) override { places = now; }
    std::map<std::string, QPointF> places;
};

class MapLensTest : public testing::Test {
protected:
    MapPage& open(const mesh::SnapshotPtr& snapshot) {
        m_clock.setWallTime(snapshot->time);
        m_mesh.post(snapshot);
        m_page = std::make_unique<MapPage>(m_mesh, m_worker, m_clock);
        m_page->resize(1300, 900);
        m_page->show();
        settle();
        return *m_page;
    }
    MapPage& openBoutique() { return open(sample::boutique()); }
    MapPage& openBig(int workloads = 600) { return open(test::bigMesh({.workloads = workloads, .seed = 3})); }
    void settle() {
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
    }
    void key(int key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(&view(), static_cast<Qt::Key>(key), modifiers);
        settle();
    }
    MapView& view() { return m_page->view(); }
    const Scene& scene() { return *view().scene(); }
    std::string idOf(const char* ns, const char* name) { return sample::idOf(*sample::boutique(), ns, name); }
    std::string firstGroup() {
        for (const SceneNode& node : scene().nodes) {
            if (node.group && node.group->kind == traffic::GroupKind::Namespace) {
                return node.id;
            }
        }
        return {};
    }

    InlineExecutor m_worker;
    ManualClock m_clock;
    MeshState m_mesh;
    Places m_places;
    std::unique_ptr<MapPage> m_page;
};

TEST_F(MapLensTest, SmallMesh_opensAsItAlwaysDid) {
    openBoutique();
    EXPECT_FALSE(scene().folded());
    EXPECT_TRUE(m_page->findChild<ScopeBar*>()->isHidden());
}

TEST_F(MapLensTest, BigMesh_opensAsNamespaces) {
    openBig();
    EXPECT_TRUE(scene().folded());
    EXPECT_LT(scene().nodes.size(), 60U);
    std::size_t workloads = 0;
    for (const SceneNode& node : scene().nodes) {
        workloads += node.group ? node.group->workloads : 0;
    }
    EXPECT_EQ(workloads, 600U) << "every workload is in one box";
}

TEST_F(MapLensTest, Enter_onANamespace_opensItInPlaceAndMinusClosesIt) {
    openBig();
    const std::string group = firstGroup();
    const std::size_t closed = scene().nodes.size();
    view().select(group);
    key(Qt::Key_Return);
    EXPECT_EQ(scene().find(group), -1);
    ASSERT_GT(scene().nodes.size(), closed);
    const auto inside = std::find_if(scene().nodes.begin(), scene().nodes.end(), [](const SceneNode& node) { return !node.group; });
    ASSERT_NE(inside, scene().nodes.end());
    view().select(inside->id);
    key(Qt::Key_Minus);
    EXPECT_GE(scene().find(group), 0);
    EXPECT_EQ(scene().nodes.size(), closed);
}

TEST_F(MapLensTest, SeveralNamespaces_stayOpenTogether) {
    openBig();
    for (int i = 0; i < 2; ++i) {
        view().select(firstGroup());
        key(Qt::Key_Plus);
    }
    EXPECT_EQ(std::count_if(scene().boxes.begin(), scene().boxes.end(), [](const SceneBox& box) { return box.closable; }), 2);
}

TEST_F(MapLensTest, Focus_byKey_showsNeighboursAndBackspaceGoesBack) {
    openBoutique();
    const std::size_t all = scene().nodes.size();
    view().select(idOf("orders", "checkout"));
    key(Qt::Key_1);
    EXPECT_LT(scene().nodes.size(), all);
    EXPECT_GE(scene().find(idOf("orders", "checkout")), 0);
    EXPECT_EQ(scene().find(idOf("shop", "ads")), -1);
    EXPECT_FALSE(m_page->findChild<ScopeBar*>()->isHidden());
    key(Qt::Key_3);
    EXPECT_EQ(m_page->lens().lens().focus->depth, 3);
    key(Qt::Key_Backspace);
    EXPECT_EQ(scene().nodes.size(), all);
}

TEST_F(MapLensTest, FocusAndBack_cardsAreWhereTheyWere) {
    openBoutique();
    const int card = scene().find(idOf("shop", "frontend"));
    const QRectF before = scene().nodes[static_cast<std::size_t>(card)].rect;
    view().select(idOf("orders", "checkout"));
    key(Qt::Key_1);
    key(Qt::Key_Backspace);
    EXPECT_EQ(scene().nodes[static_cast<std::size_t>(scene().find(idOf("shop", "frontend")))].rect, before);
}

TEST_F(MapLensTest, Upstream_ofPayment_hasNoStrangers) {
    openBoutique();
    view().select(idOf("platform", "payment"));
    key(Qt::Key_U);
    EXPECT_GE(scene().find(idOf("orders", "checkout")), 0);
    EXPECT_GE(scene().find(idOf("shop", "frontend")), 0);
    EXPECT_EQ(scene().find(idOf("shop", "ads")), -1);
}

TEST_F(MapLensTest, TwoEnds_byP_showTheWayBetweenThem) {
    openBoutique();
    view().select(idOf("shop", "frontend"));
    key(Qt::Key_P);
    EXPECT_EQ(m_page->lens().pathFrom(), idOf("shop", "frontend"));
    view().select(idOf("platform", "payment"));
    key(Qt::Key_P);
    ASSERT_TRUE(m_page->lens().lens().focus.has_value());
    EXPECT_EQ(m_page->lens().lens().focus->kind, traffic::FocusKind::Path);
    EXPECT_GE(scene().find(idOf("orders", "checkout")), 0);
    EXPECT_EQ(scene().find(idOf("shop", "ads")), -1);
}

TEST_F(MapLensTest, Escape_whileAnEndIsLookedFor_givesItUp) {
    openBoutique();
    view().select(idOf("shop", "frontend"));
    key(Qt::Key_P);
    view().select({});
    key(Qt::Key_Escape);
    EXPECT_TRUE(m_page->lens().pathFrom().empty());
}

TEST_F(MapLensTest, NodeInAClosedGroup_isOpenedWhenChosen) {
    openBig();
    const mesh::Graph& graph = *m_mesh.snapshot()->graph;
    m_page->selectNode(QString::fromStdString(graph.nodes[42].id));
    settle();
    EXPECT_EQ(view().selected(), graph.nodes[42].id);
}

TEST_F(MapLensTest, Places_knowWhatIsInClosedGroups) {
    openBig(300);
    EXPECT_GE(m_page->places().size(), 300U);
}

TEST_F(MapLensTest, CardDragged_staysWhereItWasPutAndIsRemembered) {
    openBoutique().setPlaceStore(&m_places);
    const std::string id = idOf("shop", "frontend");
    const QRectF before = scene().nodes[static_cast<std::size_t>(scene().find(id))].rect;
    const QPoint from = view().toView(before.center()).toPoint();
    QTest::mousePress(&view(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&view(), from + QPoint(10, 90));
    QTest::mouseMove(&view(), from + QPoint(20, 180));
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, from + QPoint(20, 180));
    settle();
    const QRectF after = scene().nodes[static_cast<std::size_t>(scene().find(id))].rect;
    const QPointF wanted = before.center() + QPointF(20, 180) / view().zoom();
    EXPECT_NEAR(after.center().x(), wanted.x(), 3);
    EXPECT_NEAR(after.center().y(), wanted.y(), 3);
    ASSERT_TRUE(m_places.places.contains(id));
    EXPECT_TRUE(m_page->lens().isPinned(id));
    m_page->lens().unpin(id);
    settle();
    EXPECT_FALSE(m_places.places.contains(id));
}

TEST_F(MapLensTest, FocusThatVanishes_showsTheMeshAndSaysSo) {
    openBoutique();
    m_page->lens().focus({traffic::FocusKind::Neighbours, "gone", {}, 1, false}, {});
    settle();
    EXPECT_TRUE(scene().focusLost);
    EXPECT_GT(scene().nodes.size(), 5U);
}

} // namespace
} // namespace meshdeck::views
