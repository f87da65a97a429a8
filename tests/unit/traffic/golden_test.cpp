#include <gtest/gtest.h>

#include "unit/traffic/fixtures.h"
#include "unit/traffic/golden.h"

namespace meshdeck::traffic {
namespace {

class GoldenGraph : public testing::TestWithParam<test::GoldenCase> {};

TEST_P(GoldenGraph, samplesOfTheFixture_giveKialisGraph) {
    const auto samples = test::fixtureSamples(GetParam().fixtures);
    ASSERT_FALSE(samples->samples.empty());
    test::expectGolden(GetParam(), *samples);
}

INSTANTIATE_TEST_SUITE_P(Kiali, GoldenGraph, testing::ValuesIn(test::goldenCases()),
                         [](const auto& each) { return each.param.expected; });

} // namespace
} // namespace meshdeck::traffic
