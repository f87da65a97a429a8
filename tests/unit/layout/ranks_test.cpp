#include "layout/ranks.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace meshdeck::layout {
namespace {

int against(const std::vector<int>& order, const std::vector<Link>& links) {
    std::vector<int> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        place[idx(order[i])] = static_cast<int>(i);
    }
    return static_cast<int>(std::count_if(links.begin(), links.end(), [&](const Link& l) { return place[idx(l.first)] > place[idx(l.second)]; }));
}

std::vector<int> ranksOf(int count, const std::vector<Link>& links, int cap) {
    return ranks(count, listsOf(count, links), listsOf(count, links, true), cap);
}

TEST(Cycles, OrderAgainstCycles_acyclic_keepsAllCalls) {
    const std::vector<Link> links{{3, 1}, {1, 0}, {3, 2}, {2, 0}, {0, 4}};
    EXPECT_EQ(against(orderAgainstCycles(5, listsOf(5, links), listsOf(5, links, true)), links), 0);
}

TEST(Cycles, OrderAgainstCycles_ring_breaksOneCall) {
    std::vector<Link> links;
    for (int i = 0; i < 50; ++i) {
        links.emplace_back(i, (i + 1) % 50);
    }
    const std::vector<int> order = orderAgainstCycles(50, listsOf(50, links), listsOf(50, links, true));
    EXPECT_EQ(order.size(), 50U);
    EXPECT_EQ(against(order, links), 1);
}

TEST(Ranks, Ranks_diamond_areLongestPaths) {
    EXPECT_EQ(ranksOf(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {0, 3}}, 8), (std::vector<int>{0, 1, 1, 2}));
}

TEST(Ranks, Ranks_callerNobodyCalls_standsRightBeforeItsCallee) {
    EXPECT_EQ(ranksOf(4, {{0, 1}, {1, 2}, {3, 2}}, 8), (std::vector<int>{0, 1, 2, 1}));
}

// Tiers of ten, everybody calls the tier below; a few calls upwards chain the longest path through tier after tier.
TEST(Ranks, Ranks_fewCallsUpwards_stayNearTheTrueTiers) {
    std::vector<Link> links;
    const int tiers = 6, wide = 30;
    for (int t = 0; t + 1 < tiers; ++t) {
        for (int i = 0; i < wide; ++i) {
            links.emplace_back(t * wide + i, (t + 1) * wide + i);
            links.emplace_back(t * wide + i, (t + 1) * wide + (i + 7) % wide);
        }
    }
    for (int i = 0; i + 1 < wide; ++i) { // the last tier calls back into the second, each at the next place
        links.emplace_back((tiers - 1) * wide + i, wide + (i + 11) % wide);
    }
    const std::vector<int> rank = ranksOf(tiers * wide, links, 10);
    EXPECT_LE(*std::max_element(rank.begin(), rank.end()), 9);
    const auto forward = std::count_if(links.begin(), links.end(), [&](const Link& l) { return rank[idx(l.first)] < rank[idx(l.second)]; });
    EXPECT_GT(forward, static_cast<std::ptrdiff_t>(links.size()) * 6 / 10);
}

TEST(Ranks, Ranks_realChain_staysOneRankEach) {
    std::vector<Link> links;
    for (int i = 0; i + 1 < 100; ++i) {
        links.emplace_back(i, i + 1);
    }
    const std::vector<int> rank = ranksOf(100, links, 10);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(rank[idx(i)], i);
    }
}

} // namespace
} // namespace meshdeck::layout
