#include "layout/layout.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace meshdeck::layout {
namespace {

// Namespaces with apps in some of them, and calls that mostly go forward; the same seed gives the same mesh.
LayoutInput randomMesh(std::uint32_t seed, std::size_t nodes) {
    std::mt19937 random(seed);
    LayoutInput input;
    const std::size_t namespaces = 1 + nodes / 12;
    for (std::size_t i = 0; i < namespaces; ++i) {
        input.groups.push_back({kNone, 28, 14});
        input.groups.push_back({static_cast<int>(2 * i), 22, 12});
    }
    for (std::size_t i = 0; i < nodes; ++i) {
        const int n = static_cast<int>(random() % namespaces);
        input.nodes.push_back({150, 46, 2 * n + (random() % 5 == 0 ? 1 : 0), {}, false});
    }
    for (std::size_t i = 0; i < 2 * nodes; ++i) {
        const int a = static_cast<int>(random() % nodes), b = static_cast<int>(random() % nodes);
        const bool back = random() % 10 == 0;
        input.edges.push_back({End::node(back ? std::max(a, b) : std::min(a, b)),
                               End::node(back ? std::min(a, b) : std::max(a, b))});
    }
    return input;
}

// Free nodes joined by calls.
LayoutInput nodesAndCalls(std::size_t nodes, const std::vector<std::pair<int, int>>& calls) {
    LayoutInput input;
    input.nodes.resize(nodes);
    for (const auto& [source, target] : calls) {
        input.edges.push_back({End::node(source), End::node(target)});
    }
    return input;
}

void takePrevious(LayoutInput& input, const LayoutResult& result) {
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        input.nodes[i].previous = result.positions[i];
    }
}

Rect boxOf(const LayoutInput& input, const LayoutResult& result, std::size_t i) {
    const Point at = result.positions[i];
    return {at.x - input.nodes[i].width / 2, at.y - input.nodes[i].height / 2, input.nodes[i].width,
            input.nodes[i].height};
}

bool overlap(const Rect& a, const Rect& b) {
    return a.x < b.right() - 0.01 && b.x < a.right() - 0.01 && a.y < b.bottom() - 0.01 && b.y < a.bottom() - 0.01;
}

bool inside(const Rect& inner, const Rect& outer) {
    return inner.x >= outer.x - 0.01 && inner.y >= outer.y - 0.01 && inner.right() <= outer.right() + 0.01 &&
           inner.bottom() <= outer.bottom() + 0.01;
}

bool onOutline(const RoutePoint& p, const Rect& box) {
    const bool side = std::abs(p.x - box.x) < 0.01 || std::abs(p.x - box.right()) < 0.01;
    return side && p.y >= box.y - 0.01 && p.y <= box.bottom() + 0.01;
}

class RandomMesh : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomMesh, Nodes_anyMesh_neverOverlap) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 15 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    ASSERT_EQ(result->positions.size(), input.nodes.size());
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        for (std::size_t k = i + 1; k < input.nodes.size(); ++k) {
            EXPECT_FALSE(overlap(boxOf(input, *result, i), boxOf(input, *result, k))) << i << " lies on " << k;
        }
    }
}

TEST_P(RandomMesh, Groups_anyMesh_containTheirNodesAndNoOthers) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 15 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        const Rect node = boxOf(input, *result, i);
        const auto own = static_cast<std::size_t>(input.nodes[i].group), ns = own - own % 2;
        EXPECT_TRUE(inside(node, result->groups[own]));
        EXPECT_TRUE(inside(node, result->groups[ns]));
        for (std::size_t g = 0; g < input.groups.size(); ++g) {
            if (g != own && g != ns && !result->groups[g].isEmpty()) {
                EXPECT_FALSE(overlap(node, result->groups[g])) << i << " lies in " << g;
            }
        }
    }
}

TEST_P(RandomMesh, Routes_anyMesh_areCubicsBetweenOutlines) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 15 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    for (std::size_t i = 0; i < input.edges.size(); ++i) {
        const auto route = result->routes[i];
        ASSERT_EQ(route.size() % 3, 1U);
        EXPECT_TRUE(onOutline(route.front(), boxOf(input, *result, static_cast<std::size_t>(input.edges[i].source.index)))) << i;
        EXPECT_TRUE(onOutline(route.back(), boxOf(input, *result, static_cast<std::size_t>(input.edges[i].target.index)))) << i;
    }
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
