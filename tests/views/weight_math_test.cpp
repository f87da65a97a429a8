#include "changes/weight_math.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace meshdeck::views {
namespace {

using Weights = std::vector<int>;

TEST(MoveWeight, Two_oneUp_otherDown) {
    EXPECT_EQ(moveWeight({90, 10}, {}, 1, 30), (Weights{70, 30}));
}

TEST(MoveWeight, Three_othersGiveInProportion) {
    EXPECT_EQ(moveWeight({80, 10, 10}, {}, 1, 55), (Weights{40, 55, 5}));
}

TEST(MoveWeight, Pinned_holds) {
    EXPECT_EQ(moveWeight({80, 10, 10}, {false, false, true}, 1, 30), (Weights{60, 30, 10}));
}

TEST(MoveWeight, MoreThanTheOthersHave_isCut) {
    EXPECT_EQ(moveWeight({80, 10, 10}, {false, false, true}, 1, 100), (Weights{0, 90, 10}));
}

TEST(MoveWeight, AllOthersPinned_nothingMoves) {
    EXPECT_EQ(moveWeight({80, 20}, {true, false}, 1, 50), (Weights{80, 20}));
}

TEST(MoveWeight, OthersAtZero_shareEvenly) {
    EXPECT_EQ(moveWeight({100, 0, 0}, {}, 0, 90), (Weights{90, 5, 5}));
}

TEST(MoveWeight, AnyMove_keepsTheSum) {
    for (int value = -5; value <= 110; ++value) {
        for (std::size_t index = 0; index < 3; ++index) {
            const Weights moved = moveWeight({33, 33, 34}, {}, index, value);
            EXPECT_EQ(std::accumulate(moved.begin(), moved.end(), 0), 100) << index << ' ' << value;
            EXPECT_GE(*std::min_element(moved.begin(), moved.end()), 0);
        }
    }
}

TEST(MoveWeight, IndexOutside_nothingMoves) {
    EXPECT_EQ(moveWeight({50, 50}, {}, 7, 10), (Weights{50, 50}));
}

} // namespace
} // namespace meshdeck::views
