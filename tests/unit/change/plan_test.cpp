#include "change/plan.h"

#include <gtest/gtest.h>

#include "../config/resource_of.h"
#include "change/order.h"

namespace meshdeck::change {

namespace {

using config::Json;
using config::resourceOfYaml;

mesh::ResourcePtr reviews(const std::string& routes) {
    return resourceOfYaml("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                          "metadata: {name: reviews, namespace: bookinfo, uid: u1, resourceVersion: '7'}\n"
                          "spec:\n  hosts: [reviews]\n  http:\n" + routes);
}

mesh::ResourcePtr ninetyTen() {
    return reviews("  - route:\n"
                   "    - {destination: {host: reviews, subset: v1}, weight: 90}\n"
                   "    - {destination: {host: reviews, subset: v2}, weight: 10}\n");
}

WeightEdit edit(mesh::ResourcePtr base, std::vector<int> weights, std::size_t index = 0) {
    return {std::move(base), "http", index, std::move(weights), {}};
}

Json file(const std::string& yaml) { return config::parseYaml(yaml).value().front(); }

} // namespace

TEST(PlanWeights, Edit_isOneGuardedPatchOfTheChangedWeights) {
    const auto plan = planWeights(edit(ninetyTen(), {70, 30}));
    ASSERT_TRUE(plan) << plan.error().what;
    EXPECT_EQ(plan->sentence, "reviews: v2 10 % \u2192 30 %");
    ASSERT_EQ(plan->objects.size(), 1U);
    EXPECT_EQ(toJson(plan->objects[0].patch).dump(),
              R"([{"op":"replace","path":"/metadata/resourceVersion","value":"7"},)"
              R"({"op":"test","path":"/metadata/uid","value":"u1"},)"
              R"({"op":"test","path":"/spec/http/0/route/0/weight","value":90},)"
              R"({"op":"replace","path":"/spec/http/0/route/0/weight","value":70},)"
              R"({"op":"test","path":"/spec/http/0/route/1/weight","value":10},)"
              R"({"op":"replace","path":"/spec/http/0/route/1/weight","value":30}])");
    EXPECT_EQ(*config::at(plan->objects[0].after, "/spec/http/0/route/1/weight"), 30);
    EXPECT_EQ(config::at(plan->objects[0].after, "/metadata/resourceVersion"), nullptr);
}

TEST(PlanWeights, OmittedWeight_isAdded) {
    const auto plan = planWeights(edit(reviews("  - route:\n"
                                               "    - {destination: {host: reviews, subset: v1}, weight: 100}\n"
                                               "    - {destination: {host: reviews, subset: v2}}\n"),
                                       {99, 1}));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->objects[0].patch.back(), (PatchOperation{PatchOperation::Op::Add, "/spec/http/0/route/1/weight", 1}));
    EXPECT_EQ(plan->sentence, "reviews: v2 0 % \u2192 1 %");
}

TEST(PlanWeights, StoredWeights_makeAPlanWithoutObjects) {
    const auto plan = planWeights(edit(ninetyTen(), {90, 10}));
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->objects.empty());
    EXPECT_EQ(plan->sentence, "reviews: weights stay as they are");
}

TEST(PlanWeights, ImpossibleWeights_areRefusedWithAReason) {
    const auto what = [](std::vector<int> weights, std::size_t index = 0) {
        const auto plan = planWeights(edit(ninetyTen(), std::move(weights), index));
        EXPECT_TRUE(!plan && plan.error().kind == ErrorKind::InvalidArgument);
        return plan ? "" : plan.error().what;
    };
    EXPECT_EQ(what({100}), "1 weights for 2 destinations");
    EXPECT_EQ(what({110, -10}), "a weight is negative");
    EXPECT_EQ(what({0, 0}), "all weights are zero");
    EXPECT_EQ(what({90, 20}), "the weights sum to 110, not to 100");
    EXPECT_EQ(what({50, 50}, 3), "VirtualService bookinfo/reviews has no route spec.http[3]");
}

TEST(PlanWeights, SumThatIsStoredAlready_isKept) {
    const auto plan = planWeights(edit(reviews("  - route:\n"
                                               "    - {destination: {host: reviews, subset: v1}, weight: 1}\n"
                                               "    - {destination: {host: reviews, subset: v2}, weight: 1}\n"),
                                       {2, 0}));
    EXPECT_TRUE(plan);
}

TEST(PlanWeights, GatewayApiWeights_areRelative) {
    const auto base = resourceOfYaml("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
                                     "metadata: {name: r, namespace: shop, uid: u, resourceVersion: '1'}\n"
                                     "spec: {rules: [{backendRefs: [{name: a, port: 1}, {name: b, port: 1, weight: 3}]}]}\n");
    const auto plan = planWeights(WeightEdit{base, "rules", 0, {1, 1}, {}});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->sentence, "r: a 25 % \u2192 50 %");
    EXPECT_EQ(plan->objects[0].patch.size(), 4U) << "an omitted weight is 1 already";
    EXPECT_FALSE(planWeights(WeightEdit{base, "rules", 0, {1, 1'000'001}, {}}));
}

TEST(PlanWeights, TwoRoutesOfOneObject_becomeOnePatch) {
    const auto base = reviews("  - route:\n"
                              "    - {destination: {host: reviews, subset: v1}, weight: 90}\n"
                              "    - {destination: {host: reviews, subset: v2}, weight: 10}\n"
                              "  - route:\n"
                              "    - {destination: {host: reviews, subset: v1}, weight: 50}\n"
                              "    - {destination: {host: reviews, subset: v3}, weight: 50}\n");
    const auto plan = planWeights({edit(base, {80, 20}, 0), edit(base, {40, 60}, 1)});
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->objects.size(), 1U);
    EXPECT_EQ(plan->objects[0].patch.size(), 10U);
    EXPECT_EQ(plan->sentence, "reviews: v2 10 % \u2192 20 %; reviews: v3 50 % \u2192 60 %");
    EXPECT_FALSE(planWeights({edit(base, {80, 20}, 0), edit(base, {70, 30}, 0)}));
}

TEST(PlanObjects, FieldsTheFileDoesNotName_stay) {
    const auto live = resourceOfYaml("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                                     "metadata: {name: a, namespace: shop, uid: u, resourceVersion: '1', labels: {x: one, z: z}}\n"
                                     "spec: {hosts: [a], http: [{timeout: 3s, retries: {attempts: 2}}], exportTo: ['.']}\n");
    const auto plan = planObjects({{file("apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n"
                                         "metadata: {name: a, namespace: shop, labels: {z: null, w: w}}\n"
                                         "spec: {hosts: [a], http: [{timeout: 2s}]}\n"),
                                    live}});
    ASSERT_TRUE(plan) << plan.error().what;
    ASSERT_EQ(plan->objects.size(), 1U);
    EXPECT_EQ(plan->objects[0].after.dump(),
              R"({"apiVersion":"networking.istio.io/v1","kind":"VirtualService",)"
              R"("metadata":{"name":"a","namespace":"shop","labels":{"x":"one","w":"w"}},)"
              R"("spec":{"hosts":["a"],"http":[{"timeout":"2s"}],"exportTo":["."]}})");
    EXPECT_EQ(plan->sentence, "VirtualService shop/a: 4 fields");
}

TEST(PlanObjects, WhatIsThereAlready_isNotTouchedAndWhatIsNotIsCreated) {
    const Json wanted = file("apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {type: ClusterIP}\n");
    EXPECT_TRUE(planObjects({{wanted, config::resourceOf(wanted)}})->objects.empty());
    const auto plan = planObjects({{wanted, nullptr}});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->objects[0].operation, Operation::Create);
    EXPECT_EQ(plan->sentence, "Service shop/a: new");
    EXPECT_FALSE(planObjects({{wanted, nullptr}, {wanted, nullptr}}));
    EXPECT_FALSE(planObjects({{file("kind: X\n"), nullptr}}));
}

TEST(Order, SubsetsComeBeforeTheirRoutesAndGoAfterThem) {
    const auto rule = [](const std::string& subsets) {
        return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"
               "metadata: {name: r, namespace: shop, uid: u, resourceVersion: '1'}\nspec: {host: r, subsets: " + subsets + "}\n";
    };
    const Json route = file("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: r, namespace: shop}\n"
                            "spec: {hosts: [r]}\n");
    const Json service = file("apiVersion: v1\nkind: Service\nmetadata: {name: r, namespace: shop}\n");
    const auto kinds = [](const Plan& plan) {
        std::string text;
        for (const auto& object : plan.objects) {
            text += object.ref.kind + " ";
        }
        return text;
    };
    const auto one = resourceOfYaml(rule("[{name: v1}]"));
    const auto adds = planObjects({{route, nullptr}, {file(rule("[{name: v1}, {name: v2}]")), one}, {service, nullptr}});
    ASSERT_TRUE(adds) << adds.error().what;
    EXPECT_EQ(kinds(*adds), "Service DestinationRule VirtualService ");
    EXPECT_TRUE(mustArriveBefore(adds->objects[1], adds->objects[2]));
    EXPECT_FALSE(mustArriveBefore(adds->objects[0], adds->objects[1]));
    const auto removes = planObjects({{file(rule("[]")), one}, {route, nullptr}});
    ASSERT_TRUE(removes);
    EXPECT_EQ(kinds(*removes), "VirtualService DestinationRule ");
    EXPECT_TRUE(mustArriveBefore(removes->objects[0], removes->objects[1]));
    EXPECT_FALSE(planObjects({{file(rule("[{name: v2}]")), one}, {route, nullptr}})) << "a rename takes three steps";
    EXPECT_TRUE(planObjects({{file(rule("[{name: v2}]")), one}}));
}

} // namespace meshdeck::change
