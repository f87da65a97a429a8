#include "meshes.h"

#include <cmath>

#include <gtest/gtest.h>

namespace meshdeck::layout {
namespace {

class RandomMesh : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomMesh, Layout_anyMesh_isSound) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 40 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
}

TEST_P(RandomMesh, Layout_anyMesh_fitsTheWindow) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 40 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_LT(result->bounds.width, 3 * result->bounds.height);
    EXPECT_LT(result->bounds.height, 3 * result->bounds.width);
}

// What a person reads keeps every line off every card.
TEST_P(RandomMesh, Routes_readableMesh_passNoNode) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 10 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_EQ(routesThroughNodes(input, *result), 0);
}

// In a large one a few lines share what room there is.
TEST_P(RandomMesh, Routes_largeMesh_passFewNodes) {
    const LayoutInput input = randomMesh(GetParam(), 100 + 40 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_LE(routesThroughNodes(input, *result), static_cast<int>(input.edges.size()) / 15);
}

TEST_P(RandomMesh, Layout_sameInput_samePicture) {
    const LayoutInput input = randomMesh(GetParam(), 40);
    const auto first = layout(input);
    const auto second = layout(input);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->positions, second->positions);
    EXPECT_EQ(first->groups, second->groups);
    EXPECT_EQ(first->routes, second->routes);
}

TEST_P(RandomMesh, Layout_callsChange_nodesStay) {
    LayoutInput input = randomMesh(GetParam(), 40);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    input.edges.resize(input.edges.size() / 2);
    input.edges.push_back({End::node(0), End::node(7)});
    const auto after = layout(input);
    ASSERT_TRUE(after);
    EXPECT_EQ(before->positions, after->positions);
}

TEST_P(RandomMesh, Layout_nodeVanishes_othersStay) {
    LayoutInput input = randomMesh(GetParam(), 40);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    input.nodes.pop_back();
    const auto after = layout(input);
    ASSERT_TRUE(after);
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        EXPECT_EQ(after->positions[i], before->positions[i]);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMesh, testing::Range(1U, 9U));

TEST(Layout, Layout_nothing_isEmpty) {
    const auto result = layout({});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->positions.empty());
}

TEST(Layout, Layout_chain_runsLeftToRight) {
    const auto result = layout(nodesAndCalls(3, {{0, 1}, {1, 2}}));
    ASSERT_TRUE(result);
    EXPECT_LT(result->positions[0].x + 150, result->positions[1].x);
    EXPECT_LT(result->positions[1].x + 150, result->positions[2].x);
    EXPECT_EQ(result->positions[0].y, result->positions[2].y);
}

TEST(Layout, Layout_cycle_ends) {
    const auto result = layout(nodesAndCalls(2, {{0, 1}, {1, 0}, {0, 0}}));
    ASSERT_TRUE(result);
    ASSERT_EQ(result->routes.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_GE(result->routes[i].size(), 4U);
    }
}

TEST(Layout, Layout_edgeOfAGroup_leavesItsOutline) {
    LayoutInput input = nodesAndCalls(3, {});
    input.groups = {{kNone, 22, 12}};
    input.nodes[0].group = input.nodes[1].group = 0;
    input.edges = {{End::group(0), End::node(2)}};
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_TRUE(onOutline(result->routes[0].front(), result->groups[0]));
    EXPECT_GT(result->positions[2].x - 75, result->groups[0].right());
}

TEST(Layout, Layout_endThatDoesNotExist_hasNoRoute) {
    LayoutInput input = nodesAndCalls(2, {{0, 5}, {-1, 1}, {0, 1}});
    input.groups = {{kNone, 22, 12}}; // without nodes
    input.edges.push_back({End::group(0), End::node(1)});
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->routes[0].empty());
    EXPECT_TRUE(result->routes[1].empty());
    EXPECT_EQ(result->routes[2].size() % 3, 1U);
    EXPECT_TRUE(result->routes[3].empty());
    EXPECT_TRUE(result->groups[0].isEmpty());
}

TEST(Layout, Layout_laneBetweenColumns_avoidsTheNodeThere) {
    const auto result = layout(nodesAndCalls(3, {{0, 1}, {1, 2}, {0, 2}}));
    ASSERT_TRUE(result);
    const Point b = result->positions[1];
    for (const RoutePoint& p : result->routes[2]) {
        const bool inColumn = std::abs(p.x - b.x) < 75.01 && std::abs(p.x - b.x) > 0;
        EXPECT_FALSE(inColumn && std::abs(p.y - b.y) < 23) << p.x << ' ' << p.y;
    }
}

TEST(Layout, Layout_stopRequested_isCancelled) {
    std::stop_source stop;
    stop.request_stop();
    const auto result = layout(randomMesh(3, 40), stop.get_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
}

TEST(Layout, Layout_groupsInACircle_ends) {
    LayoutInput input = nodesAndCalls(1, {});
    input.groups = {{1, 20, 10}, {0, 20, 10}};
    input.nodes[0].group = 0;
    ASSERT_TRUE(layout(input));
}

} // namespace
} // namespace meshdeck::layout
