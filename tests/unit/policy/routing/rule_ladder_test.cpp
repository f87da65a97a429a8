// The ladder of rules says what the simulator did, condition by condition.
#include "policy/rule_ladder.h"

#include <algorithm>

#include "policy/request_path.h"
#include "support/random_mesh.h"
#include "unit/policy/world/world_of.h"

namespace meshdeck::policy {
namespace {

using State = LadderCondition::State;

constexpr const char* kReviews = R"(
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {clusterIP: 10.0.0.1, selector: {app: reviews}, ports: [{name: http, port: 9080}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  http:
  - name: mobile
    match: [{uri: {prefix: /}, headers: {user-agent: {regex: ".*Mobile.*"}}}]
    route: [{destination: {host: reviews, subset: v2}}]
  - name: batch
    match: [{method: {exact: GET}, sourceLabels: {app: batch}}]
    route: [{destination: {host: reviews, subset: v1}}]
  - name: beta
    match: [{uri: {exact: /no}}, {headers: {X-User-Group: {exact: beta}}, uri: {prefix: /}}, {uri: {prefix: /}}]
    route: [{destination: {host: reviews, subset: v3}, weight: 80}, {destination: {host: reviews, subset: v2}, weight: 20}]
  - name: default
    route: [{destination: {host: reviews, subset: v1}}]
)";

Request toReviews(Headers headers) {
    Request request;
    request.from.type = Proxy::Type::Sidecar;
    request.from.ns = "shop";
    request.from.labels = {{"app", "web"}};
    request.port = 9080;
    request.host = "reviews";
    request.headers = std::move(headers);
    return request;
}

std::vector<RuleLadder> laddersOf(const WorldPtr& world, const Request& request) {
    return ruleLadders(*world, Simulator(world).run(request));
}

} // namespace

TEST(RuleLadder, EarlierRules_tickedUpToTheConditionThatFailed) {
    const auto ladders = laddersOf(worldOf(kReviews), toReviews({{"x-user-group", "beta"}, {"user-agent", "curl/8.5.0"}}));
    ASSERT_EQ(ladders.size(), 1U);
    const auto& rules = ladders[0].rules;
    ASSERT_EQ(rules.size(), 4U);
    EXPECT_EQ(rules[0].state, LadderRule::State::DoesNotMatch);
    ASSERT_EQ(rules[0].matches.size(), 1U);
    ASSERT_EQ(rules[0].matches[0].conditions.size(), 2U);
    EXPECT_EQ(rules[0].matches[0].conditions[0].what, "uri prefix");
    EXPECT_EQ(rules[0].matches[0].conditions[0].state, State::Holds);
    EXPECT_EQ(rules[0].matches[0].conditions[1].what, "headers[user-agent] regex");
    EXPECT_EQ(rules[0].matches[0].conditions[1].state, State::Fails);
    EXPECT_EQ(rules[0].matches[0].conditions[1].got, "curl/8.5.0");
    EXPECT_EQ(rules[0].leadsTo, "v2");
}

// The proxy of another workload does not hold the rule at all: its method was never asked.
TEST(RuleLadder, SourceLabelsOfAnother_methodNotLookedAt) {
    const auto ladders = laddersOf(worldOf(kReviews), toReviews({}));
    ASSERT_EQ(ladders.size(), 1U);
    const LadderRule& batch = ladders[0].rules[1];
    EXPECT_EQ(batch.state, LadderRule::State::DoesNotMatch);
    ASSERT_EQ(batch.matches[0].conditions.size(), 2U);
    EXPECT_EQ(batch.matches[0].conditions[0].what, "sourceLabels");
    EXPECT_EQ(batch.matches[0].conditions[0].state, State::Fails);
    EXPECT_EQ(batch.matches[0].conditions[0].got, "app=web");
    EXPECT_EQ(batch.matches[0].conditions[1].state, State::NotLookedAt);
}

TEST(RuleLadder, MatchThatTookTheRequest_laterMatchesAndRulesNotLookedAt) {
    const auto ladders = laddersOf(worldOf(kReviews), toReviews({{"x-user-group", "beta"}}));
    ASSERT_EQ(ladders.size(), 1U);
    const LadderRule& beta = ladders[0].rules[2];
    EXPECT_EQ(beta.state, LadderRule::State::Matches);
    EXPECT_EQ(beta.leadsTo, "v3 80 %, v2 20 %");
    ASSERT_EQ(beta.matches.size(), 3U);
    EXPECT_EQ(beta.matches[0].conditions[0].state, State::Fails);
    EXPECT_EQ(beta.matches[0].conditions[0].got, "/");
    EXPECT_EQ(beta.matches[1].conditions[0].state, State::Holds);
    EXPECT_EQ(beta.matches[1].conditions[1].what, "headers[x-user-group] exact");
    EXPECT_EQ(beta.matches[1].conditions[1].state, State::Holds);
    EXPECT_EQ(beta.matches[2].conditions[0].state, State::NotLookedAt);
    EXPECT_EQ(ladders[0].rules[3].state, LadderRule::State::NotReached);
}

TEST(RuleLadder, NoVirtualService_noLadder) {
    const auto world = worldOf(std::string(kReviews).substr(0, std::string(kReviews).find("---")));
    EXPECT_TRUE(laddersOf(world, toReviews({})).empty());
}

// On random meshes: the rule that matched is the one the simulator names, once; nothing before it is unseen; every
// rejection of a rule is a crossed condition.
TEST(RuleLadder, RandomMeshes_sayWhatTheSimulatorDid) {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        test::RandomMesh random(seed);
        auto source = std::make_shared<config::SourceText>(config::SourceText{"random.yaml", random.config()});
        const auto objects = config::readConfig(source, "default");
        ASSERT_TRUE(objects) << seed;
        const WorldPtr world = World::build(*objects);
        const Simulator simulator(world);
        for (int i = 0; i < 20; ++i) {
            const RequestResult result = simulator.run(random.request());
            std::size_t matching = 0;
            std::size_t crossed = 0;
            for (const RuleLadder& ladder : ruleLadders(*world, result)) {
                for (const LadderRule& rule : ladder.rules) {
                    matching += rule.state == LadderRule::State::Matches ? 1U : 0U;
                    if (rule.state == LadderRule::State::Matches) {
                        EXPECT_EQ(rule.object, result.matchedObject);
                        EXPECT_TRUE(result.matchedPointer.starts_with(rule.pointer));
                    }
                    for (const LadderMatch& match : rule.matches) {
                        crossed += static_cast<std::size_t>(std::ranges::count(match.conditions, State::Fails, &LadderCondition::state));
                    }
                }
            }
            const bool written = result.matchedObject != nullptr &&
                                 (result.matchedObject->ref.kind == "VirtualService" || result.matchedObject->ref.kind.ends_with("Route"));
            EXPECT_EQ(matching, written ? 1U : 0U) << "seed " << seed << ", request " << i << " " << result.matchedPointer;
            const auto rejected = std::ranges::count_if(result.rejected, [](const Rejection& each) {
                return each.object != nullptr && (each.object->ref.kind == "VirtualService" || each.object->ref.kind.ends_with("Route"));
            });
            EXPECT_EQ(crossed, static_cast<std::size_t>(rejected)) << "seed " << seed << ", request " << i;
        }
    }
}

} // namespace meshdeck::policy
