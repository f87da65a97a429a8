// Scenes of closed groups, and the index that painters and the pointer ask.
#include <random>

#include <gtest/gtest.h>

#include "map/curve.h"
#include "map/dots.h"
#include "map/group_cards.h"
#include "map/map_painter.h"
#include "map/scene_builder.h"
#include "support/big_mesh.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

SceneOptions looking(traffic::FoldMode fold) {
    SceneOptions options;
    options.now = test::bigMesh({.workloads = 10})->time;
    options.lens.fold = fold;
    return options;
}

ScenePtr overviewOf(int workloads, std::uint32_t tick = 0, const ScenePtr& before = nullptr, Positions* places = nullptr) {
    SceneOptions options = looking(traffic::FoldMode::Automatic);
    options.before = before;
    auto built = buildScene(*test::bigMesh({.workloads = workloads, .seed = 3, .tick = tick}), options, places != nullptr ? *places : Positions());
    if (places != nullptr) {
        *places = built->positions;
    }
    return built->scene;
}

TEST(Overview, CardsOfGroups_overlapNothingAndSayWhatIsInThem) {
    const ScenePtr scene = overviewOf(3000);
    ASSERT_TRUE(scene->folded());
    for (const SceneNode& a : scene->nodes) {
        for (const SceneNode& b : scene->nodes) {
            EXPECT_TRUE(&a == &b || !a.rect.intersects(b.rect)) << a.id << " on " << b.id;
        }
    }
    const QString words = scene->accessibleText(scene->find("ns|east|team-0"));
    EXPECT_TRUE(words.startsWith(QStringLiteral("team-0, namespace, "))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("workloads"))) << words.toStdString();
}

TEST(Overview, ManyNamespaces_drawTheStrongestCallsAndKeepTheRestAside) {
    const ScenePtr scene = overviewOf(3000);
    EXPECT_LE(scene->edges.size(), 3 * scene->nodes.size() + 12);
    ASSERT_FALSE(scene->weak.empty());
    double weakest = 1e18;
    for (const SceneEdge& edge : scene->edges) {
        weakest = std::min(weakest, edge.rate);
    }
    std::vector<int> degree(scene->nodes.size(), 0);
    for (const SceneEdge& edge : scene->edges) {
        ++degree[static_cast<std::size_t>(edge.source)];
        ++degree[static_cast<std::size_t>(edge.target)];
    }
    for (const SceneEdge& edge : scene->weak) {
        EXPECT_GT(degree[static_cast<std::size_t>(edge.source)], 0) << "a card with calls has one that is drawn";
    }
}

TEST(Overview, NextReply_ofTheSameMesh_movesNothing) {
    Positions places;
    const ScenePtr first = overviewOf(2000, 0, nullptr, &places);
    const ScenePtr second = overviewOf(2000, 1, first, &places);
    ASSERT_EQ(first->nodes.size(), second->nodes.size());
    for (std::size_t i = 0; i < first->nodes.size(); ++i) {
        EXPECT_EQ(first->nodes[i].rect, second->nodes[i].rect) << first->nodes[i].id;
    }
}

TEST(Overview, MembersOfAClosedGroup_areFoundByTheirIds) {
    const ScenePtr scene = overviewOf(1000);
    for (const mesh::Node& node : scene->graph->nodes) {
        const int card = scene->find(node.id);
        ASSERT_GE(card, 0);
        EXPECT_TRUE(scene->nodes[static_cast<std::size_t>(card)].group != nullptr);
    }
}

TEST(Overview, Painted_isTheSameWithAndWithoutTheIndex) {
    const ScenePtr scene = overviewOf(1000);
    auto bare = std::make_shared<Scene>(*scene);
    bare->index.reset();
    const auto paint = [](const Scene& what, double scale) {
        QImage image(512, 512, QImage::Format_RGB32);
        QPainter painter(&image);
        painter.scale(scale, scale);
        const QRectF area(what.bounds.center(), QSizeF(512, 512) / scale);
        painter.translate(-area.topLeft());
        paintMap(painter, what, theme(ThemeKind::Dark), area, scale);
        painter.end();
        return image;
    };
    for (const double scale : {0.2, 0.6, 1.0}) {
        EXPECT_EQ(paint(*scene, scale), paint(*bare, scale)) << scale;
    }
}

// The index answers as looking at everything does.
TEST(SceneIndex, RandomPoints_sameNodesAndEdgesAsWithoutIt) {
    SceneOptions options;
    options.now = sample::moment();
    const ScenePtr scene = buildScene(*sample::boutique(), options, {})->scene;
    auto bare = std::make_shared<Scene>(*scene);
    bare->index.reset();
    std::mt19937 random(11);
    std::uniform_real_distribution<double> x(scene->bounds.left(), scene->bounds.right()), y(scene->bounds.top(), scene->bounds.bottom());
    for (int i = 0; i < 3000; ++i) {
        const QPointF at(x(random), y(random));
        EXPECT_EQ(scene->nodeAt(at), bare->nodeAt(at));
        EXPECT_EQ(scene->edgeAt(at, 5), bare->edgeAt(at, 5));
    }
    for (const SceneEdge& edge : scene->edges) {
        for (const std::string& member : edge.members) {
            EXPECT_EQ(scene->findEdge(member), bare->findEdge(member));
        }
    }
}

TEST(Curve, PiecesWithinAnArea_holdAllOfTheLineThatIsInIt) {
    const std::vector<QPointF> route{{0, 0}, {100, 0}, {100, 200}, {200, 200}, {300, 200}, {300, 0}, {400, 0}};
    const QRectF clip(150, 150, 100, 100);
    std::size_t inside = 0;
    for (const QPointF& at : flatten(route, 1)) {
        bool found = !clip.contains(at);
        for (const QPolygonF& piece : flattenWithin(route, 1, clip)) {
            found = found || distanceTo(piece, at) < 0.01;
        }
        EXPECT_TRUE(found);
        inside += clip.contains(at) ? 1 : 0;
    }
    EXPECT_GT(inside, 10U);
    EXPECT_TRUE(flattenWithin(route, 1, QRectF(1000, 1000, 10, 10)).empty());
}

TEST(Curve, ClipLine_randomLines_keepsWhatIsInsideAndNothingElse) {
    std::mt19937 random(2);
    std::uniform_real_distribution<double> at(-50, 150);
    const QRectF clip(0, 0, 100, 100);
    for (int i = 0; i < 2000; ++i) {
        const QLineF line(at(random), at(random), at(random), at(random));
        QLineF cut = line;
        const bool any = clipLine(cut, clip);
        for (int k = 0; k <= 50; ++k) {
            const QPointF p = line.pointAt(k / 50.0);
            if (clip.adjusted(1e-9, 1e-9, -1e-9, -1e-9).contains(p)) {
                ASSERT_TRUE(any);
                EXPECT_LT(distanceTo(QPolygonF{cut.p1(), cut.p2()}, p), 1e-6);
            }
        }
        if (any) {
            EXPECT_TRUE(clip.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(cut.p1()));
            EXPECT_TRUE(clip.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(cut.p2()));
        }
    }
}

TEST(Dots, BusyMesh_atMostTwoThousandOnTheBusiestInView) {
    const ScenePtr scene = buildScene(*test::bigMesh({.workloads = 1500, .seed = 3}), looking(traffic::FoldMode::Never), {})->scene;
    const DotField field(*scene, scene->bounds);
    EXPECT_LE(field.count(), DotField::kMostDots);
    EXPECT_GT(field.count(), 1000U);
    EXPECT_TRUE(DotField::flows(*scene));
    EXPECT_EQ(DotField(*scene, QRectF(scene->bounds.right() + 5000, 0, 10, 10)).count(), 0U);
}

} // namespace
} // namespace meshdeck::views
