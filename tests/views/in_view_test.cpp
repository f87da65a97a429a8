#include "map/in_view.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "map/map_view.h"

namespace meshdeck::views {
namespace {

ScenePtr sceneOf(const std::vector<std::pair<const char*, double>>& nodes) {
    auto scene = std::make_shared<Scene>();
    for (const auto& [ns, x] : nodes) {
        SceneNode& node = scene->nodes.emplace_back();
        node.id = "n" + std::to_string(scene->nodes.size());
        node.ns = QString::fromLatin1(ns);
        node.rect = QRectF(x, 0, 100, 40);
        scene->bounds |= node.rect;
    }
    return scene;
}

TEST(NamespacesIn, partOfTheMap_namesThoseOfItsCardsOnce) {
    const ScenePtr scene = sceneOf({{"a", 0}, {"a", 200}, {"b", 400}, {"c", 5000}, {"", 200}});
    EXPECT_EQ(namespacesIn(*scene, QRectF(0, 0, 450, 100)), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(namespacesIn(*scene, QRectF(350, 0, 100, 100)), (std::vector<std::string>{"b"}));
}

TEST(NamespacesIn, everythingOrNothing_isEmpty) {
    const ScenePtr scene = sceneOf({{"a", 0}, {"b", 400}});
    EXPECT_TRUE(namespacesIn(*scene, QRectF(0, 0, 1000, 100)).empty());
    EXPECT_TRUE(namespacesIn(*scene, QRectF(9000, 0, 10, 10)).empty());
    EXPECT_TRUE(namespacesIn(Scene(), QRectF(0, 0, 10, 10)).empty());
}

TEST(InView, zoomedIntoOneNamespace_isToldOnceItStandsStill_andAllAgainAfterFit) {
    MapView view;
    view.setSynchronous(true);
    view.resize(800, 400);
    InView watch(view);
    QSignalSpy told(&watch, &InView::changed);
    view.show();
    view.setScene(sceneOf({{"a", 0}, {"b", 3000}, {"c", 6000}}));
    view.centreOn(0);
    view.zoomAt(view.toView({50, 20}), 8);
    view.repaint();
    ASSERT_TRUE(told.wait());
    EXPECT_EQ(told.takeFirst().at(0).value<std::vector<std::string>>(), (std::vector<std::string>{"a"}));
    view.fit();
    view.repaint();
    ASSERT_TRUE(told.wait());
    EXPECT_TRUE(told.takeFirst().at(0).value<std::vector<std::string>>().empty());
    view.repaint();
    EXPECT_TRUE(told.isEmpty());
}

} // namespace
} // namespace meshdeck::views
