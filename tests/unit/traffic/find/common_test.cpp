// What found nodes have in common.
#include <gtest/gtest.h>

#include "traffic/find/common.h"
#include "traffic/find/find_mesh.h"

namespace meshdeck::traffic {
namespace {

FoundTogether common(const mesh::Graph& graph, std::string_view text) {
    return inCommon(graph, findIn({graph}, *FindExpression::parse(text)));
}

TEST(FoundTogether, Path_isTheLongestChainOfCalls) {
    const mesh::Graph graph = test::findMesh();
    const FoundTogether all = common(graph, "rate >= 0");
    EXPECT_EQ(all.path, (std::vector<std::uint32_t>{0, 2, 3}));
    EXPECT_TRUE(all.ns.empty());
    EXPECT_TRUE(common(graph, "ns = shop").path.empty()) << "two are no path";
    EXPECT_EQ(common(graph, "ns = shop").ns, "shop");
    EXPECT_TRUE(common(graph, "acquirer").empty()) << "one has nothing in common";
}

TEST(FoundTogether, Failure_isTheAnswerMostOfThemGet) {
    const FoundTogether ill = common(test::findMesh(), "failing or degraded");
    ASSERT_TRUE(ill.failure);
    EXPECT_EQ(ill.failure->node, 3U);
    EXPECT_EQ(ill.failure->code, "503");
    EXPECT_EQ(ill.failure->flags, "UF");
    EXPECT_DOUBLE_EQ(ill.failure->failing, 1);
    EXPECT_DOUBLE_EQ(ill.failure->total, 4);
}

TEST(FoundTogether, Circles_end) {
    mesh::Graph graph = test::findMesh();
    graph.edges.push_back(graph.edges[2]);
    graph.edges.back().source = 3;
    graph.edges.back().target = 0;
    EXPECT_EQ(common(graph, "rate >= 0").path.size(), 3U);
}

} // namespace
} // namespace meshdeck::traffic
