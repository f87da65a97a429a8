#include "session/red_history.h"

#include <gtest/gtest.h>

namespace meshdeck::session {
namespace {

ServerTime at(int seconds) {
    return ServerTime(std::chrono::seconds(1'700'000'000 + seconds));
}

mesh::Graph graphOf(std::vector<std::string> ids, int seconds) {
    mesh::Graph graph;
    graph.time = at(seconds);
    for (std::string& id : ids) {
        mesh::Node node;
        node.id = std::move(id);
        node.kind = mesh::NodeKind::Workload;
        graph.nodes.push_back(std::move(node));
    }
    return graph;
}

TEST(RedHistory, Append_moreThanKept_dropsTheOldest) {
    HistoryFold fold(3);
    for (int i = 0; i < 5; ++i) {
        fold.append(graphOf({"a"}, 15 * i));
    }
    const auto& points = fold.history()->at("a");
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(points.front().time, at(30));
    EXPECT_EQ(points.back().time, at(60));
}

TEST(RedHistory, Append_sameTelemetryDrawnAnotherWay_addsNoSecondPoint) {
    HistoryFold fold(10);
    fold.append(graphOf({"a", "b"}, 0));
    const auto before = fold.history();
    fold.append(graphOf({"a", "b"}, 0));
    EXPECT_EQ(fold.history(), before);
    fold.append(graphOf({"a", "c"}, 0));
    EXPECT_EQ(fold.history()->at("a").size(), 1U);
    EXPECT_EQ(fold.history()->at("c").size(), 1U);
}

TEST(RedHistory, Append_nodeNotShownForAWhile_keepsItsPoints) {
    HistoryFold fold(10);
    fold.append(graphOf({"a", "b"}, 0));
    fold.append(graphOf({"a"}, 15));
    fold.append(graphOf({"a", "b"}, 30));
    EXPECT_EQ(fold.history()->at("b").size(), 2U);
    fold.append(graphOf({"a"}, 30 + 3601));
    EXPECT_FALSE(fold.history()->contains("b"));
}

TEST(RedHistory, Append_hugeMesh_staysWithinItsMemory) {
    HistoryFold fold(240);
    std::vector<std::string> ids;
    for (int i = 0; i < 4000; ++i) {
        ids.push_back("n" + std::to_string(i));
    }
    for (int i = 0; i < 62; ++i) {
        fold.append(graphOf(ids, 15 * i));
    }
    EXPECT_EQ(fold.history()->at("n1").size(), 60U);
}

TEST(RedHistory, RedPoint_calledNode_countsServerErrorsOnlyAndWeighsLatency) {
    mesh::Graph graph = graphOf({"a", "b", "c"}, 0);
    graph.nodes[2].in[0] = {.total = 10, .noResponse = 0.5, .redirect = 0, .clientError = 3, .serverError = 1.5, .grpcError = 0};
    mesh::Edge fast;
    fast.source = 0;
    fast.target = 2;
    fast.rates.total = 9;
    fast.latency.p95 = Milliseconds(10);
    mesh::Edge slow = fast;
    slow.source = 1;
    slow.rates.total = 1;
    slow.latency.p95 = Milliseconds(110);
    graph.edges = {fast, slow};
    const mesh::RedPoint point = redPoint(graph, 2);
    EXPECT_DOUBLE_EQ(point.rate, 10);
    EXPECT_DOUBLE_EQ(point.errorPercent.value(), 20);
    EXPECT_DOUBLE_EQ(point.latency.p95->value, 20);
    EXPECT_FALSE(point.latency.p50.has_value());
}

TEST(RedHistory, RedPoint_rootNode_showsWhatGoesOut) {
    mesh::Graph graph = graphOf({"a"}, 0);
    graph.nodes[0].out[1].total = 4;
    EXPECT_DOUBLE_EQ(redPoint(graph, 0).rate, 4);
}

TEST(RedHistory, RedPoint_noTraffic_hasNoErrorShare) {
    EXPECT_FALSE(redPoint(graphOf({"a"}, 0), 0).errorPercent.has_value());
}

} // namespace
} // namespace meshdeck::session
