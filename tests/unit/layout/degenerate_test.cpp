#include "meshes.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace meshdeck::layout {
namespace {

double aspectOf(const LayoutResult& result) {
    return std::max(result.bounds.width / result.bounds.height, result.bounds.height / result.bounds.width);
}

TEST(Degenerate, Layout_oneNode_isThere) {
    const LayoutInput input = nodesAndCalls(1, {});
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
}

TEST(Degenerate, Layout_selfCallsAndDoubles_haveRoutes) {
    const LayoutInput input = nodesAndCalls(2, {{0, 0}, {0, 1}, {0, 1}, {0, 1}, {1, 0}, {1, 1}});
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
}

TEST(Degenerate, Layout_thousandsWithoutCalls_fillTheWindow) {
    const LayoutInput input = nodesAndCalls(3000, {});
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
    EXPECT_LT(aspectOf(*result), 3);
}

TEST(Degenerate, Layout_hubCalledByEveryone_fitsTheWindow) {
    std::vector<std::pair<int, int>> calls;
    for (int i = 1; i < 400; ++i) {
        calls.emplace_back(i, 0);
    }
    const LayoutInput input = nodesAndCalls(400, calls);
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
    EXPECT_LT(aspectOf(*result), 3);
}

TEST(Degenerate, Layout_chainOfFiveThousand_isWrapped) {
    std::vector<std::pair<int, int>> calls;
    for (int i = 0; i + 1 < 5000; ++i) {
        calls.emplace_back(i, i + 1);
    }
    const LayoutInput input = nodesAndCalls(5000, calls);
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
    EXPECT_LT(aspectOf(*result), 3);
}

TEST(Degenerate, Layout_oneGreatCycle_ends) {
    std::vector<std::pair<int, int>> calls;
    for (int i = 0; i < 200; ++i) {
        calls.emplace_back(i, (i + 1) % 200);
    }
    const LayoutInput input = nodesAndCalls(200, calls);
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
    EXPECT_LT(aspectOf(*result), 3);
}

// Clusters hold namespaces, namespaces hold apps; some nodes are free at every level, some calls are of boxes.
TEST(Degenerate, Layout_threeLevelsOfBoxes_areSound) {
    LayoutInput input;
    for (int cluster = 0; cluster < 3; ++cluster) {
        const int c = static_cast<int>(input.groups.size());
        input.groups.push_back({kNone, 30, 20});
        for (int ns = 0; ns < 5; ++ns) {
            const int n = static_cast<int>(input.groups.size());
            input.groups.push_back({c, 26, 16});
            input.groups.push_back({n, 18, 14, true});
            for (int k = 0; k < 6 + 3 * ns; ++k) {
                input.nodes.push_back({150, 46, k < 3 ? n + 1 : n, {}, false});
            }
        }
        input.nodes.push_back({150, 46, c, {}, false});
        input.nodes.push_back({170, 76, kNone, {}, false});
    }
    const int nodes = static_cast<int>(input.nodes.size());
    for (int i = 0; i < 2 * nodes; ++i) {
        input.edges.push_back({End::node(i * 7 % nodes), End::node(i * 13 % nodes + (i * 13 % nodes == i * 7 % nodes ? -1 : 0))});
        input.edges.back().target.index = std::max(0, input.edges.back().target.index);
    }
    input.edges.push_back({End::group(2), End::node(nodes - 1)});   // of an app
    input.edges.push_back({End::group(1), End::node(nodes - 1)});   // of a namespace
    input.edges.push_back({End::node(0), End::group(12)});          // to a namespace
    input.edges.push_back({End::group(0), End::group(11)});         // between clusters
    const auto result = layout(input);
    ASSERT_TRUE(result);
    expectSound(input, *result);
    EXPECT_LT(aspectOf(*result), 3);
}

TEST(Degenerate, Layout_wildIndices_countAsNone) {
    LayoutInput input = nodesAndCalls(3, {{0, 1}});
    input.groups = {{7, 20, 10}, {-5, 20, 10}};
    input.nodes[0].group = 9;
    input.nodes[1].group = -3;
    input.nodes[2].group = 0;
    ASSERT_TRUE(layout(input));
}

// A stop that comes while the layout works is seen within a bounded amount of work: no phase runs to its end.
TEST(Cancel, Layout_stoppedAtAnyReport_endsThere) {
    const LayoutInput input = randomMesh(5, 600);
    std::size_t reports = 0;
    ASSERT_TRUE(layout(input, {}, [&](const Progress&) { ++reports; }));
    ASSERT_GT(reports, 5U);
    for (std::size_t at = 1; at <= reports; at += 1 + reports / 12) {
        std::stop_source stop;
        std::size_t seen = 0;
        const auto result = layout(input, stop.get_token(), [&](const Progress&) {
            if (++seen == at) {
                stop.request_stop();
            }
        });
        ASSERT_FALSE(result) << at;
        EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
        EXPECT_LE(seen, at + 1);
    }
}

TEST(Progress, Layout_phases_comeInOrderAndNeverGoBack) {
    Progress last;
    std::size_t wrong = 0;
    ASSERT_TRUE(layout(randomMesh(6, 500), {}, [&](const Progress& now) {
        wrong += now.phase < last.phase || (now.phase == last.phase && now.done < last.done) || now.done > now.total ? 1 : 0;
        last = now;
    }));
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(last.phase, Phase::Routes);
}

} // namespace
} // namespace meshdeck::layout
