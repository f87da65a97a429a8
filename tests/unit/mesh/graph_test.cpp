#include "mesh/graph.h"

#include <gtest/gtest.h>

namespace meshdeck::mesh {

TEST(DisplayName, AppNode_saysItsVersion) {
    Node node;
    node.kind = NodeKind::App;
    node.app = "reviews";
    node.version = "v2";
    EXPECT_EQ(displayName(node), "reviews v2");
    node.version = "unknown";
    EXPECT_EQ(displayName(node), "reviews");
    node.kind = NodeKind::Service;
    node.service = "ratings";
    EXPECT_EQ(displayName(node), "ratings");
}

TEST(ErrorPercent, NoTraffic_isNothingAndNotZero) {
    Edge edge;
    EXPECT_EQ(edge.errorPercent(), std::nullopt);
    edge.rates = {.total = 10, .noResponse = 1, .clientError = 2, .serverError = 1};
    EXPECT_EQ(edge.errorPercent(), Percent(40));
    edge.protocol = Protocol::Tcp;
    EXPECT_EQ(edge.errorPercent(), std::nullopt);
}

TEST(Denied, AFewForbiddenAnswers_areTheApplications) {
    Edge edge;
    edge.rates.total = 10;
    edge.responses = {{"200", "-", "a", 9}, {"403", "-", "a", 1}};
    EXPECT_FALSE(edge.denied());
    edge.responses = {{"403", "-", "a", 10}};
    EXPECT_TRUE(edge.denied());
    edge.protocol = Protocol::Grpc;
    edge.responses = {{"7", "-", "a", 10}};
    EXPECT_TRUE(edge.denied());
}

TEST(GraphNode, ById_isFoundByBinarySearch) {
    Graph graph;
    for (const char* id : {"a", "c", "e"}) {
        graph.nodes.emplace_back().id = id;
    }
    ASSERT_NE(graph.node("c"), nullptr);
    EXPECT_EQ(graph.node("c")->id, "c");
    EXPECT_EQ(graph.node("b"), nullptr);
    EXPECT_EQ(graph.node("z"), nullptr);
}

TEST(FlagNames, InAFixedOrder_whateverWasSetFirst) {
    Node node;
    node.set(NodeFlag::VirtualService);
    node.set(NodeFlag::Root);
    EXPECT_EQ(flagNames(node), (std::vector<std::string_view>{"root", "virtualService"}));
}

TEST(ParseGraphType, ItsOwnWords_andNoOthers) {
    for (const GraphType type : {GraphType::Workload, GraphType::App, GraphType::VersionedApp, GraphType::Service}) {
        EXPECT_EQ(parseGraphType(name(type)), type);
    }
    EXPECT_EQ(parseGraphType("versionedapp"), std::nullopt);
}

} // namespace meshdeck::mesh
