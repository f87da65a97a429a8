// Whatever the mesh and the request: an answer with a verdict, the same one every time (request_path.h).
#include <cmath>

#include <gtest/gtest.h>

#include "policy/request_path.h"
#include "support/random_mesh.h"
#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

class RequestTotal : public testing::TestWithParam<std::uint32_t> {};

void holdsAlways(const RequestResult& result) {
    EXPECT_FALSE(name(result.verdict).empty());
    EXPECT_TRUE(result.verdict != Verdict::CannotTell || !result.reasons.empty()) << "cannot tell, without a reason";
    EXPECT_TRUE(result.verdict != Verdict::Denied || result.authorization);
    EXPECT_GE(result.attempts, 0);
    EXPECT_TRUE(std::isfinite(result.delayMs) && result.delayMs >= 0);
    double sum = 0;
    for (const DestinationShare& share : result.destinations) {
        EXPECT_GT(share.percent, 0);
        sum += share.percent;
    }
    EXPECT_TRUE(result.destinations.empty() || std::abs(sum - 100) < 1e-6) << sum;
}

TEST_P(RequestTotal, RandomMeshAndRequests_alwaysAVerdict) {
    meshdeck::test::RandomMesh random(GetParam());
    const std::string yaml = random.config();
    SCOPED_TRACE(yaml);
    const WorldPtr world = policy::test::worldOf(yaml);
    const Simulator simulator(world);
    for (int i = 0; i < 40; ++i) {
        const Request request = random.request();
        const RequestResult result = simulator.run(request);
        holdsAlways(result);
        const RequestResult again = i % 8 == 0 ? Simulator(world).run(request) : simulator.run(request);
        EXPECT_EQ(again.verdict, result.verdict);
        EXPECT_EQ(again.status, result.status);
        EXPECT_EQ(again.cluster, result.cluster);
        EXPECT_EQ(again.reasons, result.reasons);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RequestTotal, testing::Range(1U, 65U));

} // namespace
} // namespace meshdeck::policy
