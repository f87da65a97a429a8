// Edits of a mesh that is on the screen: what did not change stays where it is.
#include "meshes.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace meshdeck::layout {
namespace {

class Edits : public testing::TestWithParam<std::uint32_t> {};

void removeNode(LayoutInput& input, std::size_t node) {
    const int gone = static_cast<int>(node), last = static_cast<int>(input.nodes.size()) - 1;
    std::erase_if(input.edges, [&](const LayoutEdge& e) { return e.source == End::node(gone) || e.target == End::node(gone); });
    for (LayoutEdge& edge : input.edges) {
        for (End* end : {&edge.source, &edge.target}) {
            end->index = !end->isGroup && end->index == last ? gone : end->index;
        }
    }
    input.nodes[node] = input.nodes.back();
    input.nodes.pop_back();
}

void addNode(LayoutInput& input, std::mt19937& random) {
    const int node = static_cast<int>(input.nodes.size());
    input.nodes.push_back({150, 46, static_cast<int>(random() % input.groups.size()), {}, false});
    for (int k = 0; k < 2; ++k) {
        const int other = static_cast<int>(random() % static_cast<std::size_t>(node));
        input.edges.push_back(random() % 2 == 0 ? LayoutEdge{End::node(node), End::node(other)} : LayoutEdge{End::node(other), End::node(node)});
    }
}

void addNamespace(LayoutInput& input, std::mt19937& random) {
    const int group = static_cast<int>(input.groups.size());
    input.groups.push_back({kNone, 28, 14});
    for (int k = 0; k < 4; ++k) {
        addNode(input, random);
        input.nodes.back().group = group;
    }
}

void edit(LayoutInput& input, std::mt19937& random) {
    switch (random() % 5) {
    case 0: removeNode(input, random() % input.nodes.size()); break;
    case 1: addNode(input, random); break;
    case 2: addNamespace(input, random); break;
    case 3: input.edges.erase(input.edges.begin() + static_cast<std::ptrdiff_t>(random() % input.edges.size())); break;
    default:
        input.edges.push_back({End::node(static_cast<int>(random() % input.nodes.size())),
                               End::node(static_cast<int>(random() % input.nodes.size()))});
    }
}

TEST_P(Edits, Layout_randomEdits_keepWhatDidNotChange) {
    std::mt19937 random(GetParam());
    LayoutInput input = randomMesh(GetParam(), 60 + 20 * GetParam());
    auto before = layout(input);
    ASSERT_TRUE(before);
    int pushed = 0;
    int stood = 0; // edits after which most nodes had not moved at all
    for (int step = 0; step < 25; ++step) {
        takePrevious(input, *before);
        edit(input, random);
        const auto after = layout(input);
        ASSERT_TRUE(after);
        expectSound(input, *after);
        if (testing::Test::HasFatalFailure()) {
            FAIL() << "at step " << step;
        }
        std::vector<double> moved;
        for (std::size_t i = 0; i < input.nodes.size(); ++i) {
            if (const auto& old = input.nodes[i].previous) {
                moved.push_back(std::hypot(after->positions[i].x - old->x, after->positions[i].y - old->y));
            }
        }
        std::sort(moved.begin(), moved.end());
        pushed += moved[moved.size() / 2] >= 150 ? 1 : 0; // a box at the left grew wider than the street beside it
        stood += moved[moved.size() / 2] == 0 ? 1 : 0;
        before = after;
    }
    EXPECT_GE(stood, 20);
    EXPECT_LE(pushed, 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Edits, testing::Range(1U, 11U));

TEST(Stay, Layout_newNode_standsNearItsNeighbours) {
    LayoutInput input = randomMesh(4, 120);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    const int caller = 17;
    input.nodes.push_back({150, 46, input.nodes[17].group, {}, false});
    input.edges.push_back({End::node(caller), End::node(120)});
    const auto after = layout(input);
    ASSERT_TRUE(after);
    expectSound(input, *after);
    const Point a = after->positions[17], b = after->positions[120];
    EXPECT_LT(std::hypot(a.x - b.x, a.y - b.y), 700);
}

// Neighbours far below in another box drew a new node, and its box with it, down to them.
TEST(Stay, Layout_newNodeWithFarNeighbours_staysInItsBox) {
    LayoutInput input = randomMesh(7, 300);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    std::size_t lowest = 0;
    for (std::size_t i = 0; i < 300; ++i) {
        lowest = before->positions[i].y > before->positions[lowest].y ? i : lowest;
    }
    for (int group = 0; group < static_cast<int>(input.groups.size()); group += 2) {
        input.nodes.push_back({150, 46, group, {}, false});
        input.edges.push_back({End::node(static_cast<int>(lowest)), End::node(static_cast<int>(input.nodes.size()) - 1)});
    }
    input.nodes.push_back({150, 46, 0, {}, false}); // and one without any neighbour
    const auto after = layout(input);
    ASSERT_TRUE(after);
    expectSound(input, *after);
    EXPECT_LT(after->bounds.height, before->bounds.height + 600);
}

TEST(Stay, Layout_pinnedNode_staysExactlyAndOthersGiveWay) {
    LayoutInput input = randomMesh(2, 80);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    input.nodes[5].pinned = true;
    input.nodes[5].previous = Point{before->positions[9].x + 10, before->positions[9].y + 5};
    const auto after = layout(input);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->positions[5], *input.nodes[5].previous);
    EXPECT_FALSE(cover(boxOf(input, *after, 5), boxOf(input, *after, 9)));
}

TEST(Stay, Layout_onlyPinnedKnown_isFreshAroundThem) {
    LayoutInput input = randomMesh(2, 80);
    input.nodes[5].pinned = true;
    input.nodes[5].previous = Point{400, 300};
    const auto result = layout(input);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->positions[5], (Point{400, 300}));
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        if (i != 5) {
            EXPECT_FALSE(cover(boxOf(input, *result, 5), boxOf(input, *result, i))) << i;
        }
    }
}

TEST(Stay, Layout_cardGrows_neighboursMakeRoom) {
    LayoutInput input = randomMesh(3, 60);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    input.nodes[8].height += 60;
    const auto after = layout(input);
    ASSERT_TRUE(after);
    expectSound(input, *after);
}

TEST(Stay, Layout_sameEdit_samePicture) {
    LayoutInput input = randomMesh(9, 200);
    const auto before = layout(input);
    ASSERT_TRUE(before);
    takePrevious(input, *before);
    std::mt19937 random(1);
    addNamespace(input, random);
    const auto first = layout(input), second = layout(input);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->positions, second->positions);
    EXPECT_EQ(first->routes, second->routes);
}

} // namespace
} // namespace meshdeck::layout
