#include "base/statistics.h"

#include <cmath>

#include <gtest/gtest.h>

namespace meshdeck::statistics {

TEST(NormalQuantile, KnownConfidences_giveTheTextbookValues) {
    EXPECT_NEAR(normalQuantile(0.95), 1.959964, 1e-6);
    EXPECT_NEAR(normalQuantile(0.98), 2.326348, 1e-6);
    EXPECT_NEAR(normalQuantile(0.9999), 3.890592, 1e-6);
}

// Newcombe's paper of 1998 on single proportions, table I, method 3.
TEST(Wilson, PublishedExamples_areReproduced) {
    const Interval many = wilson(81, 263, 0.95);
    EXPECT_NEAR(many.low, 0.2553, 5e-5);
    EXPECT_NEAR(many.high, 0.3662, 5e-5);
    const Interval few = wilson(15, 148, 0.95);
    EXPECT_NEAR(few.low, 0.0624, 5e-5);
    EXPECT_NEAR(few.high, 0.1605, 5e-5);
    const Interval none = wilson(0, 20, 0.95);
    EXPECT_EQ(none.low, 0);
    EXPECT_NEAR(none.high, 0.1611, 5e-5);
}

// Newcombe's paper on differences, table II, method 10: (a) 56/70 against 48/80, (c) 6/7 against 2/7, (e) 5/56 against 0/29.
TEST(Newcombe, PublishedExamples_areReproduced) {
    const Interval a = newcombe(48, 80, 56, 70, 0.95);
    EXPECT_NEAR(a.low, 0.0524, 5e-5);
    EXPECT_NEAR(a.high, 0.3339, 5e-5);
    const Interval c = newcombe(2, 7, 6, 7, 0.95);
    EXPECT_NEAR(c.low, 0.0582, 5e-5);
    EXPECT_NEAR(c.high, 0.8062, 5e-5);
    const Interval e = newcombe(0, 29, 5, 56, 0.95);
    EXPECT_NEAR(e.low, -0.0381, 5e-5);
    EXPECT_NEAR(e.high, 0.1926, 5e-5);
}

TEST(Newcombe, WithoutTrials_everythingIsPossible) {
    const Interval nothing = newcombe(0, 0, 5, 10, 0.95);
    EXPECT_EQ(nothing.low, -1);
    EXPECT_EQ(nothing.high, 1);
}

TEST(RateRatio, CountsOfTwoExposures_areComparedPerSecond) {
    const Interval same = rateRatio(1000, 60, 2000, 120, 0.95);
    EXPECT_LT(same.low, 1);
    EXPECT_GT(same.high, 1);
    EXPECT_NEAR(std::sqrt(same.low * same.high), 1, 0.02);
    EXPECT_LT(rateRatio(1000, 60, 100, 60, 0.98).high, 0.2);
    EXPECT_EQ(rateRatio(0, 60, 0, 60, 0.95).low, 0);
    EXPECT_TRUE(std::isinf(rateRatio(0, 60, 0, 60, 0.95).high));
    EXPECT_TRUE(std::isinf(rateRatio(0, 60, 50, 60, 0.95).high)) << "nothing before: any growth is possible";
}

} // namespace meshdeck::statistics
