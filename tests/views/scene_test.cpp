#include "map/scene_builder.h"

#include <gtest/gtest.h>

#include "map/cards.h"
#include "map/curve.h"
#include "map/map_painter.h"
#include "map/render_map.h"
#include "map/scene_text.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

ScenePtr sceneOf(const mesh::SnapshotPtr& snapshot) {
    SceneOptions options;
    options.now = sample::moment();
    const auto built = buildScene(*snapshot, options, {});
    return built ? built->scene : nullptr;
}

int cardNamed(const Scene& scene, const char* name) {
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        if (scene.nodes[i].name == QLatin1String(name)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

const SceneEdge* edgeTo(const Scene& scene, const char* target, EdgeStyle style) {
    for (const SceneEdge& edge : scene.edges) {
        if (edge.target == cardNamed(scene, target) && edge.style == style) {
            return &edge;
        }
    }
    return nullptr;
}

TEST(Scene, Boutique_serviceWithOneVersion_isOneCard) {
    const ScenePtr scene = sceneOf(sample::boutique());
    ASSERT_TRUE(scene);
    const int catalog = cardNamed(*scene, "catalog");
    ASSERT_GE(catalog, 0);
    EXPECT_EQ(scene->nodes[static_cast<std::size_t>(catalog)].members.size(), 2U);
    EXPECT_EQ(scene->nodes[static_cast<std::size_t>(catalog)].glyph, Glyph::Service);
}

TEST(Scene, Boutique_appOfSeveralVersions_isABoxWithItsService) {
    const ScenePtr scene = sceneOf(sample::boutique());
    const SceneNode& service = scene->nodes.at(static_cast<std::size_t>(cardNamed(*scene, "checkout")));
    const SceneNode& v2 = scene->nodes.at(static_cast<std::size_t>(cardNamed(*scene, "v2")));
    ASSERT_GE(service.box, 0);
    EXPECT_EQ(service.box, v2.box);
    const SceneBox& box = scene->boxes[static_cast<std::size_t>(service.box)];
    EXPECT_TRUE(box.app);
    EXPECT_TRUE(box.rect.contains(service.rect));
    EXPECT_TRUE(box.rect.contains(v2.rect));
    EXPECT_EQ(v2.health, mesh::Health::Failing);
}

TEST(Scene, Boutique_callsOfAllVersionsAlike_leaveTheBoxAsOneEdge) {
    const ScenePtr scene = sceneOf(sample::boutique());
    const SceneEdge* toShipping = edgeTo(*scene, "shipping", EdgeStyle::Normal);
    ASSERT_NE(toShipping, nullptr);
    EXPECT_EQ(toShipping->source, -1);
    EXPECT_NEAR(toShipping->rate, 123.3, 0.01);
}

TEST(Scene, Bookinfo_onlySomeVersionsCall_edgesStayApart) {
    const ScenePtr scene = sceneOf(sample::bookinfo());
    int edges = 0;
    for (const SceneEdge& edge : scene->edges) {
        edges += edge.target == cardNamed(*scene, "ratings") ? 1 : 0;
        EXPECT_TRUE(edge.target != cardNamed(*scene, "ratings") || edge.source >= 0);
    }
    EXPECT_EQ(edges, 2);
}

TEST(Scene, Boutique_plaintextAndDenied_areMarked) {
    const ScenePtr scene = sceneOf(sample::boutique());
    const SceneEdge* plain = edgeTo(*scene, "catalog", EdgeStyle::Plaintext);
    ASSERT_NE(plain, nullptr);
    EXPECT_TRUE(plain->lock);
    EXPECT_NE(edgeTo(*scene, "payment", EdgeStyle::Denied), nullptr);
    EXPECT_EQ(edgeTo(*scene, "smtp.example.com", EdgeStyle::Plaintext), nullptr) << "outside of the mesh";
}

TEST(Scene, Boutique_splitLabels_sayConfiguredAndSeen) {
    const ScenePtr scene = sceneOf(sample::boutique());
    const SceneEdge* split = edgeTo(*scene, "v1", EdgeStyle::Normal);
    ASSERT_NE(split, nullptr);
    ASSERT_EQ(split->label.size(), 2U);
    EXPECT_EQ(split->label[0].text, QStringLiteral("90 %"));
    EXPECT_EQ(split->label[1].text, QStringLiteral("seen 90.2"));
    EXPECT_FALSE(split->labelRect.isNull());
}

TEST(Scene, Boutique_attention_worstFirst) {
    const ScenePtr scene = sceneOf(sample::boutique());
    ASSERT_EQ(scene->attention.size(), 3U);
    EXPECT_TRUE(scene->attention[0].title.contains(QStringLiteral("checkout v2 fails"))) << scene->attention[0].title.toStdString();
    EXPECT_TRUE(scene->attention[1].title.contains(QStringLiteral("denied")));
    EXPECT_TRUE(scene->attention[2].title.contains(QStringLiteral("stock-import")));
}

mesh::Node nodeOf(const char* id, mesh::NodeKind kind, const char* name) {
    mesh::Node node;
    node.id = id;
    node.kind = kind;
    node.ns = "shop";
    (kind == mesh::NodeKind::Service ? node.service : node.app) = name;
    return node;
}

TEST(Scene, IdleServiceOfAnAppOnTheMap_isNotASecondCard) {
    mesh::Graph graph;
    graph.nodes = {nodeOf("a", mesh::NodeKind::App, "shop-gateway"), nodeOf("b", mesh::NodeKind::Service, "shop-gateway"),
                   nodeOf("c", mesh::NodeKind::Service, "other")};
    graph.nodes[1].set(mesh::NodeFlag::Idle);
    graph.nodes[2].set(mesh::NodeFlag::Idle);
    const Scene scene = makeCards(graph, {});
    EXPECT_EQ(scene.nodes.size(), 2U);
    EXPECT_EQ(scene.find("a"), scene.find("b"));
    EXPECT_NE(scene.find("c"), scene.find("b"));
}

TEST(Scene, UnknownCaller_inPlaintext_saysBothInWords) {
    mesh::Graph graph;
    graph.nodes = {nodeOf("a", mesh::NodeKind::App, "catalog"), nodeOf("u", mesh::NodeKind::Unknown, "unknown")};
    graph.nodes[1].set(mesh::NodeFlag::Inaccessible);
    mesh::Edge edge;
    edge.id = "e";
    edge.source = 1;
    edge.target = 0;
    edge.rates.total = 3;
    edge.mtls = Percent(0);
    graph.edges = {edge};
    const Scene scene = makeCards(graph, {});
    EXPECT_EQ(scene.nodes[static_cast<std::size_t>(scene.find("u"))].figures, QStringLiteral("not identified"));
    ASSERT_EQ(scene.edges.size(), 1U);
    EXPECT_EQ(scene.edges[0].style, EdgeStyle::Plaintext);
    EXPECT_TRUE(scene.edges[0].lock);
    EXPECT_EQ(scene.edges[0].label.front().text, QStringLiteral("plaintext"));
    ASSERT_EQ(attentionOf(scene).size(), 1U);
}

TEST(Scene, CardsIllOfARefusedCallAlone_areToldByTheCall) {
    Scene scene;
    scene.nodes.resize(2);
    scene.nodes[0].name = QStringLiteral("email");
    scene.nodes[0].health = mesh::Health::Failing;
    scene.nodes[1].name = QStringLiteral("payment");
    scene.nodes[1].health = mesh::Health::Degraded;
    scene.nodes[1].rate = 100;
    scene.nodes[1].errorShare = 0.01;
    SceneEdge denied;
    denied.source = 0;
    denied.target = 1;
    denied.style = EdgeStyle::Denied;
    denied.rate = 1;
    scene.edges = {denied};
    ASSERT_EQ(attentionOf(scene).size(), 1U);
    EXPECT_TRUE(attentionOf(scene).front().title.endsWith(QStringLiteral("denied")));
    scene.nodes[1].errorShare = 0.05; // more than what was refused
    EXPECT_EQ(attentionOf(scene).size(), 2U);
}

TEST(Scene, OtherCards_untouchedMap_arePlacedAfresh) {
    SceneOptions options;
    options.now = sample::moment();
    options.mayMove = true;
    const auto fresh = buildScene(*sample::boutique(), options, {});
    Positions partial{{fresh->scene->nodes.front().id, {5000, 5000}}};
    EXPECT_EQ(buildScene(*sample::boutique(), options, partial)->scene->bounds, fresh->scene->bounds);
}

TEST(Scene, WithoutPrometheus_figuresAreUnknownNotZero) {
    const ScenePtr scene = sceneOf(sample::boutiqueWithoutPrometheus());
    EXPECT_FALSE(scene->ratesKnown);
    EXPECT_EQ(scene->stale, QStringLiteral("unknown since 14:26"));
    for (const SceneNode& node : scene->nodes) {
        EXPECT_EQ(node.figures, QStringLiteral("no rate known"));
        EXPECT_EQ(node.health, mesh::Health::Unknown);
    }
    EXPECT_NE(edgeTo(*scene, "payment", EdgeStyle::Denied), nullptr) << "a policy does not need telemetry";
}

TEST(Scene, NoGraph_servicesOfTheInventoryAreShown) {
    auto snapshot = std::make_shared<mesh::MeshSnapshot>(*sample::boutique());
    snapshot->graph.reset();
    const ScenePtr scene = sceneOf(snapshot);
    ASSERT_TRUE(scene);
    EXPECT_GE(cardNamed(*scene, "catalog"), 0);
    EXPECT_TRUE(scene->edges.empty());
}

TEST(Scene, Refresh_newRates_nothingMoves) {
    SceneOptions options;
    options.now = sample::moment();
    const auto first = buildScene(*sample::boutique(), options, {});
    const auto second = buildScene(*sample::boutiqueWithoutPrometheus(), options, first->positions);
    ASSERT_TRUE(first && second);
    for (std::size_t i = 0; i < first->scene->nodes.size(); ++i) {
        EXPECT_EQ(first->scene->nodes[i].rect, second->scene->nodes[i].rect);
    }
}

TEST(Scene, SceneBefore_newRates_linesAndPlacesAreTakenOver) {
    const mesh::SnapshotPtr snapshot = sample::boutique();
    const ScenePtr first = sceneOf(snapshot);
    mesh::Graph graph = *snapshot->graph;
    for (mesh::Edge& edge : graph.edges) {
        edge.rates.total *= 1000; // longer figures
    }
    mesh::MeshSnapshot busy = *snapshot;
    busy.graph = std::make_shared<const mesh::Graph>(std::move(graph));
    SceneOptions options;
    options.now = sample::moment();
    options.before = first;
    const ScenePtr second = buildScene(busy, options, {})->scene;
    ASSERT_EQ(second->edges.size(), first->edges.size());
    bool longer = false;
    for (std::size_t i = 0; i < first->edges.size(); ++i) {
        const SceneEdge& edge = second->edges[i];
        EXPECT_EQ(edge.route, first->edges[i].route);
        longer = longer || edge.labelRect.width() > first->edges[i].labelRect.width();
        for (const SceneNode& node : second->nodes) {
            EXPECT_FALSE(edge.labelRect.intersects(node.rect)) << edge.id;
        }
        for (std::size_t k = 0; k < i; ++k) {
            EXPECT_FALSE(edge.labelRect.intersects(second->edges[k].labelRect));
        }
    }
    EXPECT_TRUE(longer);
    for (std::size_t i = 0; i < first->nodes.size(); ++i) {
        EXPECT_EQ(second->nodes[i].rect, first->nodes[i].rect);
    }
}

TEST(Scene, SceneBefore_oneCardLess_isPlacedByTheLayout) {
    const mesh::SnapshotPtr snapshot = sample::boutique();
    const ScenePtr first = sceneOf(snapshot);
    SceneOptions options;
    options.now = sample::moment();
    options.before = first;
    options.neighbourhoodOf = first->nodes.front().id;
    const auto second = buildScene(*snapshot, options, {});
    ASSERT_LT(second->scene->nodes.size(), first->nodes.size());
    EXPECT_EQ(second->positions.size(), second->scene->nodes.size());
}

TEST(Scene, AccessibleText_saysWhatTheCardShows) {
    const ScenePtr scene = sceneOf(sample::boutique());
    const QString words = scene->accessibleText(cardNamed(*scene, "checkout"));
    EXPECT_TRUE(words.startsWith(QStringLiteral("checkout, service in orders, degraded, 124 req/s"))) << words.toStdString();
    EXPECT_TRUE(words.endsWith(QStringLiteral("one caller")));
}

TEST(Curve, Dashes_coverTheirShareOfTheLine) {
    const QPolygonF line{{0, 0}, {100, 0}};
    double covered = 0;
    for (const QPolygonF& dash : dashes(line, 7, 3)) {
        covered += lengthOf(dash);
    }
    EXPECT_NEAR(covered, 70, 1e-6);
}

TEST(Curve, Ribbon_straightLine_isARectangle) {
    const QRectF box = ribbon({{0, 0}, {10, 0}}, 4).boundingRect();
    EXPECT_EQ(box, QRectF(0, -2, 10, 4));
}

TEST(RenderMapPng, Boutique_isAPictureInTheThemesColours) {
    PngOptions options;
    options.theme = ThemeKind::Dark;
    options.scale = 1;
    const auto image = renderMapPng(*sample::boutique(), options);
    ASSERT_TRUE(image);
    EXPECT_GT(image->width(), 900);
    EXPECT_EQ(image->pixelColor(2, 2), theme(ThemeKind::Dark).surface.canvas);
}

TEST(RenderMapPng, Nothing_saysWhatToDo) {
    const auto image = renderMapPng(mesh::MeshSnapshot());
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(image.error().hint.empty());
}

TEST(DetailLevel, Scales_giveTheLevelsOfTheVisualLanguage) {
    EXPECT_EQ(levelAt(0.44), DetailLevel::Overview);
    EXPECT_EQ(levelAt(0.45), DetailLevel::Middle);
    EXPECT_EQ(levelAt(0.8), DetailLevel::Near);
}

} // namespace
} // namespace meshdeck::views
