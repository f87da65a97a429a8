#include "policy/expectations/expectations.h"

#include <gtest/gtest.h>

#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kMesh = R"(
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: shop}
spec: {selector: {app: ratings}, ports: [{port: 80, name: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ratings-v1, namespace: shop}
spec: {selector: {matchLabels: {app: ratings}}, template: {metadata: {labels: {app: ratings, v: one}}, spec: {containers: [{name: a}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: a}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ratings, namespace: shop}
spec: {host: ratings, subsets: [{name: v1, labels: {v: one}}, {name: v2, labels: {v: two}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings, namespace: shop}
spec:
  hosts: [ratings]
  http:
  - match: [{headers: {end-user: {exact: jason}}}]
    route: [{destination: {host: ratings, subset: v2}}]
  - route: [{destination: {host: ratings, subset: v1}, weight: 90}, {destination: {host: ratings, subset: v2}, weight: 10}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ratings, namespace: shop}
spec: {selector: {matchLabels: {app: ratings}}, rules: [{to: [{operation: {methods: [GET]}}]}]}
)";

ExpectationOutcome run(const std::string& request, const std::string& expect) {
    const auto file = readExpectations("t.yaml", "tests: [{name: t, request: " + request + ", expect: " + expect + "}]");
    if (!file) {
        ADD_FAILURE() << describe(file.error());
        return {};
    }
    const Simulator simulator(test::worldOf(kMesh));
    return runExpectation(file->tests.front(), simulator, "shop");
}

TEST(Expectations, splitAndPolicy_hold) {
    const auto split = run("{from: web, url: \"http://ratings/\"}", "{split: {v1: 90, v2: 10}, verdict: routed}");
    EXPECT_TRUE(split.passed()) << split.result.dump(1);
    const auto denied = run("{from: shop/web, url: \"http://ratings/\", method: POST, headers: {end-user: nobody}}",
                            "{verdict: denied, policy: AuthorizationPolicy shop/ratings, status: 403}");
    EXPECT_TRUE(denied.passed()) << denied.result.dump(1);
}

TEST(Expectations, failure_saysWhatMatchedAndWhatDidNot) {
    const auto outcome = run("{from: shop/web, url: \"http://ratings/\"}",
                             "{cluster: \"outbound|80|v2|ratings.shop.svc.cluster.local\"}");
    ASSERT_EQ(outcome.mismatches.size(), 1U);
    EXPECT_EQ(outcome.mismatches[0].field, "cluster");
    std::string why;
    for (const std::string& line : outcome.why) {
        why += line + "\n";
    }
    EXPECT_NE(why.find("spec.http[1]"), std::string::npos) << why;
    EXPECT_NE(why.find("end-user"), std::string::npos) << why;
}

TEST(ReadExpectations, mistakes_nameFileAndTest) {
    for (const char* text : {"", "tests: 1", "tests: [{request: {}}]\nconfigs: [a]", "tests: [{name: a}]",
                             "tests: [{request: {}, expects: {}}]", "tests: ["}) {
        const auto file = readExpectations("t.yaml", text);
        ASSERT_FALSE(file.has_value()) << text;
        EXPECT_NE(file.error().what.find("t.yaml"), std::string::npos) << file.error().what;
    }
}

TEST(WriteExpectations, file_comesBackTheSame) {
    const auto file = readExpectations("t.yaml", "config: [a/, b.yaml]\nnamespace: shop\ntests: [{name: x, request: {url: \"http://a/\"}, "
                                                 "expect: {status: 200}}, {request: {url: \"http://b/\"}}]");
    ASSERT_TRUE(file.has_value());
    const auto again = readExpectations("t.yaml", writeExpectations(*file));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->config, file->config);
    ASSERT_EQ(again->tests.size(), 2U);
    EXPECT_EQ(again->tests[0].request, file->tests[0].request);
    EXPECT_EQ(again->tests[0].expect, file->tests[0].expect);
    EXPECT_EQ(again->tests[1].name, "tests[1]");
}

} // namespace
} // namespace meshdeck::policy
