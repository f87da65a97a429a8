// What find expressions find, and what hiding leaves.
#include <gtest/gtest.h>

#include "traffic/find/evaluate.h"
#include "traffic/find/find_mesh.h"

namespace meshdeck::traffic {
namespace {

std::string found(const mesh::Graph& graph, std::string_view text, bool ratesKnown = true) {
    const mesh::Inventory inventory = test::findInventory();
    const auto expression = FindExpression::parse(text);
    if (!expression) {
        return expression.error().what;
    }
    const FindMatches matches = findIn({graph, &inventory, ratesKnown}, *expression);
    std::string words;
    for (std::size_t i = 0; i < matches.nodes.size(); ++i) {
        words += matches.nodes[i] ? (words.empty() ? "" : " ") + (graph.nodes[i].app.empty() ? graph.nodes[i].service : graph.nodes[i].app) : "";
    }
    for (std::size_t i = 0; i < matches.edges.size(); ++i) {
        words += matches.edges[i] ? (words.empty() ? "" : " ") + graph.edges[i].id : "";
    }
    return words;
}

std::string in(std::string_view text) {
    return found(test::findMesh(), text);
}

TEST(FindEvaluation, NodeOperands_findNodes) {
    EXPECT_EQ(in("ns = shop"), "web cart");
    EXPECT_EQ(in("ns != shop"), "card acquirer db lab");
    EXPECT_EQ(in("car"), "cart card");
    EXPECT_EQ(in("SHOP"), "web cart") << "a whole namespace";
    EXPECT_EQ(in("sho"), "") << "part of a namespace is no name";
    EXPECT_EQ(in("example.com"), "acquirer") << "a ServiceEntry's hosts";
    EXPECT_EQ(in("version > v2"), "card db") << "v10 comes after v2";
    EXPECT_EQ(in("node = serviceentry"), "acquirer");
    EXPECT_EQ(in("cb or root"), "web cart");
    EXPECT_EQ(in("oom"), "db");
    EXPECT_EQ(in("not sc"), "db");
    EXPECT_EQ(in("failing or degraded"), "card acquirer");
    EXPECT_EQ(in("reason contains 503"), "card");
    EXPECT_EQ(in("label:team = checkout"), "cart");
    EXPECT_EQ(in("label:team"), "cart");
    EXPECT_EQ(in("not label:team and ns = shop"), "web");
    EXPECT_EQ(in("rank = 1"), "card") << "three calls in and out";
}

TEST(FindEvaluation, Figures_areThoseOfTheCards) {
    EXPECT_EQ(in("err > 2"), "card acquirer");
    EXPECT_EQ(in("err > 10"), "acquirer");
    EXPECT_EQ(in("rate >= 12"), "web cart") << "of a caller what it sends";
    EXPECT_EQ(in("rate = 0"), "db lab");
    EXPECT_EQ(in("httpin < 5"), "acquirer") << "as in Kiali, no HTTP is no number";
    EXPECT_EQ(in("httpin = NaN and httpout = NaN"), "db lab");
    EXPECT_EQ(in("bytes > 4KiB or tcpout > 4000"), "card");
}

TEST(FindEvaluation, EdgeOperands_findCalls) {
    EXPECT_EQ(in("p95 > 100"), "e0");
    EXPECT_EQ(in("not p95 > 200"), "e0") << "not known is neither";
    EXPECT_EQ(in("p95 = NaN"), "e1 e2 e3");
    EXPECT_EQ(in("mtls"), "e0");
    EXPECT_EQ(in("!mtls"), "e1") << "as in Kiali, unknown is not plaintext";
    EXPECT_EQ(in("mtls > 0 and mtls < 100"), "e0");
    EXPECT_EQ(in("plaintext"), "e0 e1");
    EXPECT_EQ(in("%httperr > 5 or %grpcerr > 5"), "e1 e2");
    EXPECT_EQ(in("%grpctraffic >= 100"), "e1");
    EXPECT_EQ(in("flag = UF"), "e2");
    EXPECT_EQ(in("code startswith 5"), "e2");
    EXPECT_EQ(in("from = web and protocol = grpc"), "e1");
    EXPECT_EQ(in("tons = payments"), "e1 e3");
    EXPECT_EQ(in("sourceprincipal endswith sa/web"), "e0");
    EXPECT_EQ(in("tcp > 1KiB"), "e3");
}

TEST(FindEvaluation, BothKinds_areJoinedByTheirEnds) {
    EXPECT_EQ(in("ns = payments and plaintext"), "card e1");
    EXPECT_EQ(in("cb or plaintext"), "cart e0 e1") << "each side of an or stands for itself, as in Kiali";
    EXPECT_EQ(in("not ns = shop and traffic"), "card acquirer db e2 e3") << "neither end is in shop";
}

TEST(FindEvaluation, StaleTelemetry_findsNoFigures) {
    const mesh::Graph graph = test::findMesh();
    EXPECT_EQ(found(graph, "err > 2 or rate < 100 or failing", false), "");
    EXPECT_EQ(found(graph, "not failing", false), "");
    EXPECT_EQ(found(graph, "cb", false), "cart");
    EXPECT_EQ(found(graph, "ns = shop", false), "web cart");
}

TEST(FindHide, Nodes_takeTheirCallsWithThem) {
    const mesh::Graph graph = test::findMesh();
    const auto hide = [&](std::string_view text) { return hideFrom(graph, findIn({graph}, *FindExpression::parse(text))); };
    const mesh::Graph left = hide("ns = payments or idle");
    ASSERT_EQ(left.nodes.size(), 3U);
    ASSERT_EQ(left.edges.size(), 1U);
    EXPECT_EQ(left.nodes[left.edges[0].target].app, "cart");
    EXPECT_EQ(left.window, graph.window);
    const mesh::Graph callers = hide("protocol = http");
    EXPECT_EQ(callers.edges.size(), 2U);
    EXPECT_EQ(found(callers, "node = app or node = serviceentry"), "web card db lab") << "what only had hidden calls goes, what never had one stays";
    EXPECT_EQ(hide(""), graph);
}

TEST(FindHide, Boxes_stayWhileSomethingIsInThem) {
    mesh::Graph graph = test::findMesh();
    mesh::Node box;
    box.id = "z1";
    box.kind = mesh::NodeKind::Box;
    graph.nodes.push_back(box);
    graph.nodes[1].parent = "z1";
    const auto hidden = [&](std::string_view text) { return hideFrom(graph, findIn({graph}, *FindExpression::parse(text))); };
    EXPECT_EQ(hidden("cart").nodes.size(), 5U);
    EXPECT_EQ(hidden("card").nodes.size(), 6U);
}

TEST(FindKeep, Matches_bringWhatTheyNeed) {
    const mesh::Graph graph = test::findMesh();
    const auto kept = [&](std::string_view text) { return keepOnly(graph, findIn({graph}, *FindExpression::parse(text))); };
    EXPECT_EQ(kept("flag = UF").nodes.size(), 2U);
    EXPECT_EQ(kept("ns = shop").edges.size(), 1U);
    EXPECT_TRUE(kept("nothing-like-it").nodes.empty());
}

} // namespace
} // namespace meshdeck::traffic
