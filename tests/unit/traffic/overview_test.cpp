// A mesh told by its namespaces: sums, what is folded, what stays.
#include "traffic/overview.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "traffic/lens.h"
#include "unit/traffic/graph_samples.h"

namespace meshdeck::traffic {
namespace {

using test::GraphSample;

GraphSample twoShops() {
    GraphSample sample;
    sample.node("shop/web").node("shop/cart").node("pay/card").node("pay/bank").node("logs/store");
    sample.call("shop/web", "shop/cart", 10).call("shop/web", "pay/card", 20, 5).call("shop/cart", "pay/bank", 4);
    sample.call("pay/card", "pay/bank", 15).call("pay/bank", "logs/store", 2048, 0, mesh::Protocol::Tcp);
    return sample;
}

const mesh::Edge* sumBetween(const Folded& folded, const std::string& from, const std::string& to) {
    const auto& graph = *folded.graph;
    const auto found = std::find_if(graph.edges.begin(), graph.edges.end(), [&](const mesh::Edge& edge) {
        return graph.nodes[edge.source].id == from && graph.nodes[edge.target].id == to;
    });
    return found == graph.edges.end() ? nullptr : &*found;
}

TEST(Fold, namespacesClosed_oneNodeEachAndOneCallBetweenTwo) {
    const mesh::Graph graph = twoShops().build();
    const Folded folded = fold(graph, {});
    ASSERT_EQ(folded.groups.size(), 3U);
    EXPECT_EQ(folded.graph->nodes.size(), 3U);
    const mesh::Edge* sum = sumBetween(folded, "ns|c|shop", "ns|c|pay");
    ASSERT_NE(sum, nullptr);
    EXPECT_DOUBLE_EQ(sum->rates.total, 24);
    EXPECT_DOUBLE_EQ(sum->rates.serverError, 5);
    const auto at = static_cast<std::size_t>(sum - folded.graph->edges.data());
    EXPECT_EQ(folded.membersOf[at].size(), 2U) << "web to card, cart to bank";
    EXPECT_EQ(folded.graph->edges.size(), 2U) << "calls within a namespace are not drawn";
    EXPECT_DOUBLE_EQ(folded.group("ns|c|logs")->bytesPerSecond, 2048);
}

TEST(Fold, healthOfAGroup_isTheWorstOfItsWorkloadsAndCountsThemAll) {
    GraphSample sample = twoShops();
    sample.health("pay/bank", mesh::Health::Failing).health("pay/card", mesh::Health::Degraded);
    const Folded folded = fold(sample.build(), {});
    const Group* pay = folded.group("ns|c|pay");
    ASSERT_NE(pay, nullptr);
    EXPECT_EQ(pay->worst, mesh::Health::Failing);
    EXPECT_EQ(pay->health[static_cast<std::size_t>(mesh::Health::Degraded)], 1U);
    EXPECT_EQ(folded.graph->node("ns|c|pay")->reason, "1 failing, 1 degraded of 2");
}

TEST(Fold, namespaceOpened_itsWorkloadsAreThemselvesAndSumsEndAtThem) {
    const mesh::Graph graph = twoShops().build();
    FoldOptions options;
    options.open = {"ns|c|pay"};
    const Folded folded = fold(graph, options);
    EXPECT_EQ(folded.group("ns|c|pay"), nullptr);
    ASSERT_EQ(folded.opened.size(), 1U);
    EXPECT_EQ(folded.opened.front().workloads, 2U);
    const mesh::Edge* toCard = sumBetween(folded, "ns|c|shop", GraphSample::idOf("pay/card"));
    ASSERT_NE(toCard, nullptr);
    EXPECT_DOUBLE_EQ(toCard->rates.total, 20);
    EXPECT_NE(sumBetween(folded, GraphSample::idOf("pay/card"), GraphSample::idOf("pay/bank")), nullptr);
}

TEST(Fold, refusedCalls_areNotSummedWithAnsweredOnes) {
    GraphSample sample = twoShops();
    sample.refused("shop/cart", "pay/card", 3);
    const Folded folded = fold(sample.build(), {});
    std::size_t between = 0, denied = 0;
    for (const mesh::Edge& edge : folded.graph->edges) {
        if (folded.graph->nodes[edge.source].ns == "shop" && folded.graph->nodes[edge.target].ns == "pay") {
            ++between;
            denied += edge.denied() ? 1 : 0;
        }
    }
    EXPECT_EQ(between, 2U);
    EXPECT_EQ(denied, 1U);
}

TEST(Fold, manyWorkloadsInAnOpenNamespace_theQuietAreOneBoxAndTheIllStay) {
    GraphSample sample;
    sample.node("big/front");
    for (int i = 0; i < 60; ++i) {
        const std::string name = "big/w" + std::to_string(i);
        sample.node(name).call("big/front", name, 1000 - i);
    }
    sample.health("big/w59", mesh::Health::Failing);
    FoldOptions options;
    options.open = {"ns|c|big"};
    options.mostInGroup = 20;
    const mesh::Graph graph = sample.build();
    const Folded folded = fold(graph, options);
    const Group* quiet = folded.group("quiet|c|big");
    ASSERT_NE(quiet, nullptr);
    EXPECT_EQ(quiet->workloads, 41U);
    EXPECT_EQ(folded.opened.front().folded, 41U);
    EXPECT_NE(folded.graph->node(GraphSample::idOf("big/w59")), nullptr) << "fails, so it is drawn";
    EXPECT_EQ(folded.graph->node(GraphSample::idOf("big/w50")), nullptr);
    options.open.insert(GraphSample::idOf("big/w50"));
    EXPECT_NE(fold(graph, options).graph->node(GraphSample::idOf("big/w50")), nullptr) << "asked for by its id";
    options.open.insert("quiet|c|big");
    EXPECT_EQ(fold(graph, options).group("quiet|c|big"), nullptr);
}

TEST(Fold, whatWasDrawn_staysThoughAnotherIsAsBusy) {
    GraphSample sample;
    sample.node("big/front");
    for (int i = 0; i < 30; ++i) {
        const std::string name = "big/w" + std::to_string(i);
        sample.node(name).call("big/front", name, 100 + i);
    }
    FoldOptions options;
    options.open = {"ns|c|big"};
    options.mostInGroup = 10;
    options.shown = {GraphSample::idOf("big/w3")};
    const Folded folded = fold(sample.build(), options);
    EXPECT_NE(folded.graph->node(GraphSample::idOf("big/w3")), nullptr);
}

TEST(Fold, manyNamespaces_theSmallestShareABox) {
    GraphSample sample;
    for (int ns = 0; ns < 50; ++ns) {
        for (int i = 0; i <= ns; ++i) {
            sample.node("n" + std::to_string(ns) + "/w" + std::to_string(i));
        }
    }
    sample.health("n0/w0", mesh::Health::Failing);
    FoldOptions options;
    options.mostGroups = 30;
    const mesh::Graph graph = sample.build();
    const Folded folded = fold(graph, options);
    EXPECT_EQ(folded.groups.size(), 30U);
    const Group* small = folded.group("small");
    ASSERT_NE(small, nullptr);
    EXPECT_EQ(small->namespaces, 21U);
    EXPECT_NE(folded.group("ns|c|n49"), nullptr);
    EXPECT_NE(folded.group("ns|c|n0"), nullptr) << "it fails";
    options.open = {"small"};
    EXPECT_EQ(fold(graph, options).groups.size(), 50U);
}

TEST(Fold, byCluster_aClusterOpensToItsNamespaces) {
    GraphSample sample = twoShops();
    sample.node("shop/east", "east").call("shop/web", "shop/east", 1);
    const mesh::Graph graph = sample.build();
    FoldOptions options;
    options.level = FoldLevel::Clusters;
    const Folded closed = fold(graph, options);
    ASSERT_NE(closed.group("cluster|c"), nullptr);
    EXPECT_EQ(closed.group("cluster|c")->namespaces, 3U);
    options.open = {"cluster|c"};
    const Folded open = fold(graph, options);
    EXPECT_NE(open.group("ns|c|pay"), nullptr);
    EXPECT_NE(open.group("cluster|east"), nullptr);
}

// Whatever is closed: nothing is lost and nothing counted twice.
TEST(Fold, randomMeshesAndOpenings_ratesBetweenGroupsAddUp) {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        const mesh::Graph graph = test::randomGraph(seed, 120, 9);
        FoldOptions options;
        options.mostGroups = 3 + seed % 5;
        options.mostInGroup = 2 + seed % 9;
        for (int ns = 0; ns < 9; ++ns) {
            if ((seed + static_cast<std::uint32_t>(ns)) % 3 == 0) {
                options.open.insert("ns|c|n" + std::to_string(ns));
            }
        }
        const Folded folded = fold(graph, options);
        double drawn = 0, expected = 0;
        std::set<std::uint32_t> seen;
        for (std::size_t i = 0; i < folded.graph->edges.size(); ++i) {
            drawn += folded.graph->edges[i].rates.total;
            for (const std::uint32_t member : folded.membersOf[i]) {
                EXPECT_TRUE(seen.insert(member).second) << "an edge is in two sums";
            }
        }
        for (const mesh::Edge& edge : graph.edges) {
            const std::uint32_t from = folded.nodeOf[edge.source], to = folded.nodeOf[edge.target];
            ASSERT_NE(from, Folded::kNowhere);
            const bool inside = from == to && folded.graph->nodes[from].kind == mesh::NodeKind::Box;
            expected += inside ? 0 : edge.rates.total;
        }
        EXPECT_NEAR(drawn, expected, 1e-6 * expected) << "seed " << seed;
        EXPECT_TRUE(std::is_sorted(folded.graph->nodes.begin(), folded.graph->nodes.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
        EXPECT_TRUE(std::is_sorted(folded.graph->edges.begin(), folded.graph->edges.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
    }
}

TEST(Look, smallMesh_isDrawnAsItIs) {
    const auto graph = std::make_shared<const mesh::Graph>(twoShops().build());
    const Seen seen = look(graph, {});
    EXPECT_EQ(seen.graph(), graph) << "nothing to do: the graph itself, no copy";
}

TEST(Look, bigMesh_isFoldedUntilSomebodySaysNo) {
    const auto graph = std::make_shared<const mesh::Graph>(test::randomGraph(3, 400, 10));
    Lens lens;
    EXPECT_TRUE(look(graph, lens).folded.has_value());
    lens.fold = FoldMode::Never;
    EXPECT_FALSE(look(graph, lens).folded.has_value());
}

TEST(Look, bigMeshOfOneNamespace_isOpen) {
    const auto graph = std::make_shared<const mesh::Graph>(test::randomGraph(3, 400, 1));
    const Seen seen = look(graph, {});
    ASSERT_TRUE(seen.folded.has_value());
    EXPECT_EQ(seen.folded->opened.size(), 1U);
    EXPECT_GT(seen.graph()->nodes.size(), 20U);
}

TEST(Look, focusThatIsGone_showsEverythingAndSaysSo) {
    const auto graph = std::make_shared<const mesh::Graph>(twoShops().build());
    Lens lens;
    lens.focus = Focus{FocusKind::Neighbours, "no such node", {}, 1, false};
    const Seen seen = look(graph, lens);
    EXPECT_TRUE(seen.focusLost);
    EXPECT_EQ(seen.whole, graph);
}

} // namespace
} // namespace meshdeck::traffic
