#include "change/route_conditions.h"

#include <gtest/gtest.h>

#include "apply_fixture.h"

namespace meshdeck::change {

namespace {

using namespace std::chrono_literals;
using config::Json;

constexpr const char* kRoute = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop, generation: 3}
spec:
  parentRefs:
  - {name: edge, sectionName: https}
  - {group: "", kind: Service, name: cart, port: 80}
  rules: [{backendRefs: [{name: v1, port: 80, weight: 90}, {name: v2, port: 80, weight: 10}]}]
)";

Json condition(const std::string& type, const std::string& status, int generation, const std::string& reason = "Fine") {
    return {{"type", type}, {"status", status}, {"observedGeneration", generation}, {"reason", reason}, {"message", "words"}};
}

Json parent(const Json& ref, int generation, const std::string& accepted = "True", const std::string& resolved = "True") {
    return {{"parentRef", ref},
            {"controllerName", "istio.io/gateway-controller"},
            {"conditions", Json::array({condition("Accepted", accepted, generation, "NoMatchingParent"),
                                        condition("ResolvedRefs", resolved, generation, "BackendNotFound")})}};
}

const Json kEdge = {{"group", "gateway.networking.k8s.io"}, {"kind", "Gateway"}, {"name", "edge"}, {"sectionName", "https"}};
const Json kCart = {{"group", ""}, {"kind", "Service"}, {"namespace", "shop"}, {"name", "cart"}, {"port", 80}};

ObjectConditions of(const Json& parents) {
    Json object = config::parseYaml(kRoute).value().front();
    object["status"]["parents"] = parents;
    return conditionsOf(*config::resourceOf(object));
}

} // namespace

TEST(Conditions, AllParentsAcceptThisGeneration_isAccepted) {
    const ObjectConditions result = of(Json::array({parent(kEdge, 3), parent(kCart, 3)}));
    EXPECT_EQ(result.state, ConditionState::Accepted) << result.message;
}

TEST(Conditions, OlderGeneration_isNoAnswer) {
    const ObjectConditions result = of(Json::array({parent(kEdge, 3), parent(kCart, 2)}));
    EXPECT_EQ(result.state, ConditionState::Waiting);
    EXPECT_EQ(result.message, "no controller has spoken of Service shop/cart, port 80 yet");
    EXPECT_EQ(of(Json::array({parent(kEdge, 2, "False"), parent(kCart, 2)})).state, ConditionState::Waiting)
        << "a refusal of what was there before says nothing of what is there now";
}

TEST(Conditions, RefusedParent_saysWhichAndWhy) {
    const ObjectConditions result = of(Json::array({parent(kCart, 3), parent(kEdge, 3, "False")}));
    EXPECT_EQ(result.state, ConditionState::Refused);
    EXPECT_EQ(result.message, "Gateway shop/edge, listener https: Accepted is false: NoMatchingParent, words");
}

TEST(Conditions, MissingBackend_isRefusedThoughAccepted) {
    const ObjectConditions result = of(Json::array({parent(kEdge, 3, "True", "False"), parent(kCart, 3)}));
    EXPECT_EQ(result.state, ConditionState::Refused);
    EXPECT_NE(result.message.find("ResolvedRefs is false: BackendNotFound"), std::string::npos) << result.message;
}

TEST(Conditions, FormerParent_saysNothing) {
    const Json former = {{"kind", "Gateway"}, {"name", "old"}};
    EXPECT_EQ(of(Json::array({parent(former, 3, "False"), parent(kEdge, 3), parent(kCart, 3)})).state,
              ConditionState::Accepted);
}

TEST(Conditions, UnknownStatus_isNoAnswer) {
    EXPECT_EQ(of(Json::array({parent(kEdge, 3, "Unknown"), parent(kCart, 3)})).state, ConditionState::Waiting);
}

TEST(Conditions, Gateway_mustBeProgrammed) {
    Json gateway = config::parseYaml("apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
                                     "metadata: {name: edge, namespace: shop, generation: 2}\nspec: {}\n").value().front();
    gateway["status"]["conditions"] = Json::array({condition("Accepted", "True", 2)});
    EXPECT_EQ(conditionsOf(*config::resourceOf(gateway)).state, ConditionState::Waiting);
    gateway["status"]["conditions"].push_back(condition("Programmed", "False", 2, "AddressNotAssigned"));
    EXPECT_EQ(conditionsOf(*config::resourceOf(gateway)).state, ConditionState::Refused);
    gateway["status"]["conditions"][1]["status"] = "True";
    EXPECT_EQ(conditionsOf(*config::resourceOf(gateway)).state, ConditionState::Accepted);
}

TEST(Conditions, KindsWithoutThem_areNotAsked) {
    EXPECT_TRUE(hasConditions({"gateway.networking.k8s.io", "GRPCRoute", "shop", "a"}));
    EXPECT_FALSE(hasConditions({"networking.istio.io", "Gateway", "shop", "a"}));
    EXPECT_FALSE(hasConditions({"networking.istio.io", "VirtualService", "shop", "a"}));
}

class RouteApply : public ApplyFixture {
protected:
    RouteApply() { m_route = m_cluster.putYaml(kRoute); }
    // The controller answers what is stored, once it has been read `reads` times.
    void answerAfter(int reads, const std::string& accepted) {
        m_cluster.before = [this, reads, accepted, seen = 0](const std::string& call) mutable {
            if (call == "read" && m_cluster.writes > 0 && ++seen == reads) {
                Json object = *m_cluster.find(m_route->ref);
                const int generation = object["metadata"]["generation"].get<int>();
                m_cluster.edit(m_route->ref, "/status", {{"parents", Json::array({parent(kEdge, generation, accepted), parent(kCart, generation)})}},
                               "istiod");
            }
        };
    }
    Result<ApplyReport> applyWeights() {
        ApplyEngine e = engine();
        const auto plan = planWeights(WeightEdit{m_route, "rules", 0, {50, 50}, {}});
        EXPECT_TRUE(plan);
        const auto preview = e.preview(*plan, {});
        EXPECT_TRUE(preview && preview->ok());
        return e.apply(*preview, {"prod", 30s, false, {}}, {});
    }
    mesh::ResourcePtr m_route;
};

TEST_F(RouteApply, AcceptedByTheController_isReported) {
    answerAfter(3, "True");
    const auto report = applyWeights();
    ASSERT_TRUE(report);
    ASSERT_EQ(report->conditions.size(), 1U);
    EXPECT_EQ(report->conditions[0].state, ConditionState::Accepted) << report->conditions[0].message;
}

TEST_F(RouteApply, RefusedByTheController_isReportedAtOnce) {
    answerAfter(2, "False");
    const MonotonicTime start = m_clock.now();
    const auto report = applyWeights();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->outcome, Outcome::Applied) << "it is stored";
    EXPECT_EQ(report->conditions[0].state, ConditionState::Refused);
    EXPECT_LT(m_clock.now() - start, 5s);
}

TEST_F(RouteApply, SilentController_isWaitedForNoLongerThanAsked) {
    const MonotonicTime start = m_clock.now();
    const auto report = applyWeights();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->conditions[0].state, ConditionState::Waiting);
    EXPECT_GE(m_clock.now() - start, 30s);
    EXPECT_LT(m_clock.now() - start, 32s);
}

} // namespace meshdeck::change
