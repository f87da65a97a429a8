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
        input.groups.push_back({"ns" + std::to_string(i), "", 28, 14});
        input.groups.push_back({"app" + std::to_string(i), "ns" + std::to_string(i), 22, 12});
    }
    for (std::size_t i = 0; i < nodes; ++i) {
        const std::string n = std::to_string(random() % namespaces);
        input.nodes.push_back({"n" + std::to_string(i), 150, 46, (random() % 5 == 0 ? "app" : "ns") + n});
    }
    for (std::size_t i = 0; i < 2 * nodes; ++i) {
        const std::size_t a = random() % nodes, b = random() % nodes;
        const bool back = random() % 10 == 0;
        input.edges.push_back({"e" + std::to_string(i), "n" + std::to_string(back ? std::max(a, b) : std::min(a, b)),
                               "n" + std::to_string(back ? std::min(a, b) : std::max(a, b))});
    }
    return input;
}

Rect boxOf(const LayoutInput& input, const LayoutResult& result, std::size_t i) {
    const Point at = result.positions.at(input.nodes[i].id);
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

bool onOutline(const Point& p, const Rect& box) {
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
            EXPECT_FALSE(overlap(boxOf(input, *result, i), boxOf(input, *result, k)))
                << input.nodes[i].id << " lies on " << input.nodes[k].id;
        }
    }
}

TEST_P(RandomMesh, Groups_anyMesh_containTheirNodesAndNoOthers) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 15 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        const Rect node = boxOf(input, *result, i);
        const std::string own = input.nodes[i].group;
        const std::string ns = "ns" + own.substr(own.find_first_of("0123456789"));
        EXPECT_TRUE(inside(node, result->groups.at(own)));
        EXPECT_TRUE(inside(node, result->groups.at(ns)));
        for (const auto& [id, box] : result->groups) {
            if (id != own && id != ns) {
                EXPECT_FALSE(overlap(node, box)) << input.nodes[i].id << " lies in " << id;
            }
        }
    }
}

TEST_P(RandomMesh, Routes_anyMesh_areCubicsBetweenOutlines) {
    const LayoutInput input = randomMesh(GetParam(), 20 + 15 * GetParam());
    const auto result = layout(input);
    ASSERT_TRUE(result);
    std::map<std::string, Rect> boxes;
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        boxes[input.nodes[i].id] = boxOf(input, *result, i);
    }
    for (const LayoutEdge& edge : input.edges) {
        const Route& route = result->routes.at(edge.id);
        ASSERT_EQ(route.size() % 3, 1U);
        EXPECT_TRUE(onOutline(route.front(), boxes[edge.source])) << edge.id;
        EXPECT_TRUE(onOutline(route.back(), boxes[edge.target])) << edge.id;
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
    input.previous = before->positions;
    input.edges.resize(input.edges.size() / 2);
    input.edges.push_back({"new", "n0", "n7"});
    const auto after = layout(input);
    ASSERT_TRUE(after);
    EXPECT_EQ(before->positions, after->positions);
}

TEST_P(RandomMesh, Layout_nodeVanishes_othersStay) {
    LayoutInput input = randomMesh(GetParam(), 40);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    input.previous = before->positions;
    input.nodes.pop_back();
    const auto after = layout(input);
    ASSERT_TRUE(after);
    for (const auto& [id, at] : after->positions) {
        EXPECT_EQ(at, before->positions.at(id));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMesh, testing::Range(1U, 9U));

TEST(Layout, Layout_nothing_isEmpty) {
    const auto result = layout({});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->positions.empty());
}

TEST(Layout, Layout_chain_runsLeftToRight) {
    LayoutInput input;
    input.nodes = {{"a", 150, 46, ""}, {"b", 150, 46, ""}, {"c", 150, 46, ""}};
    input.edges = {{"1", "a", "b"}, {"2", "b", "c"}};
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_LT(result->positions.at("a").x + 150, result->positions.at("b").x);
    EXPECT_LT(result->positions.at("b").x + 150, result->positions.at("c").x);
    EXPECT_EQ(result->positions.at("a").y, result->positions.at("c").y);
}

TEST(Layout, Layout_cycle_ends) {
    LayoutInput input;
    input.nodes = {{"a", 150, 46, ""}, {"b", 150, 46, ""}};
    input.edges = {{"1", "a", "b"}, {"2", "b", "a"}, {"3", "a", "a"}};
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->routes.size(), 3U);
}

TEST(Layout, Layout_edgeOfAGroup_leavesItsOutline) {
    LayoutInput input;
    input.groups = {{"app", "", 22, 12}};
    input.nodes = {{"v1", 150, 46, "app"}, {"v2", 150, 46, "app"}, {"target", 150, 46, ""}};
    input.edges = {{"bundle", "app", "target"}};
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_TRUE(onOutline(result->routes.at("bundle").front(), result->groups.at("app")));
    EXPECT_GT(result->positions.at("target").x - 75, result->groups.at("app").right());
}

TEST(Layout, Layout_laneBetweenColumns_avoidsTheNodeThere) {
    LayoutInput input;
    input.nodes = {{"a", 150, 46, ""}, {"b", 150, 46, ""}, {"c", 150, 46, ""}};
    input.edges = {{"1", "a", "b"}, {"2", "b", "c"}, {"long", "a", "c"}};
    const auto result = layout(input);
    ASSERT_TRUE(result);
    const Point b = result->positions.at("b");
    for (const Point& p : result->routes.at("long")) {
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
    LayoutInput input;
    input.groups = {{"g", "h", 20, 10}, {"h", "g", 20, 10}};
    input.nodes = {{"a", 150, 46, "g"}};
    ASSERT_TRUE(layout(input));
}

} // namespace
} // namespace meshdeck::layout
