#include "config/routes.h"

#include <gtest/gtest.h>

#include "resource_of.h"

namespace meshdeck::config {

namespace {

const char* const kReviews = R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - name: jason
    match:
    - headers: {end-user: {exact: jason}}
    route:
    - destination: {host: reviews, subset: v3}
  - name: primary
    timeout: 3s
    fault: {delay: {fixedDelay: 2s}}
    mirror: {host: audit}
    route:
    - destination: {host: reviews.bookinfo.svc.cluster.local, subset: v1, port: {number: 9080}}
      weight: 80
    - destination: {host: reviews, subset: v2}
      weight: 20
    - destination: {host: reviews, subset: v4}
  - redirect: {uri: /}
  tls:
  - match: [{sniHosts: [a.example], port: 443}]
    route: [{destination: {host: a.example}}]
  tcp:
  - route: [{destination: {host: db}, weight: 0}]
)";

} // namespace

TEST(WeightedRoutes, VirtualService_givesEveryRouteInOrder) {
    const auto routes = weightedRoutes(*resourceOfYaml(kReviews));
    ASSERT_EQ(routes.size(), 5U);
    EXPECT_EQ(routes[0].match, "header end-user is jason");
    EXPECT_EQ(routes[0].shares()[0]->value, 100);
    const WeightedRoute& primary = routes[1];
    EXPECT_EQ(primary.name, "primary");
    EXPECT_EQ(primary.match, "any request");
    EXPECT_TRUE(primary.fault && primary.mirror);
    EXPECT_EQ(primary.timeout, "3s");
    ASSERT_EQ(primary.destinations.size(), 3U);
    EXPECT_EQ(primary.destinations[0].ns, "bookinfo");
    EXPECT_EQ(primary.destinations[0].port, 9080);
    EXPECT_EQ(primary.destinations[1].pointer, "/spec/http/1/route/1");
    EXPECT_EQ(primary.shares()[0]->value, 80);
    EXPECT_EQ(primary.shares()[2]->value, 0) << "an omitted weight beside others gets nothing";
    EXPECT_TRUE(routes[2].destinations.empty());
    EXPECT_EQ(routes[3].section, "tls");
    EXPECT_EQ(routes[3].match, "SNI is a.example and port 443");
    EXPECT_EQ(routes[3].destinations[0].ns, "");
    EXPECT_EQ(routes[4].section, "tcp");
    EXPECT_EQ(routes[4].shares()[0]->value, 100) << "a single destination gets everything";
}

TEST(WeightedRoutes, HttpRoute_countsAnOmittedWeightAsOne) {
    const auto routes = weightedRoutes(*resourceOfYaml(R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: reviews, namespace: bookinfo}
spec:
  rules:
  - name: main
    matches: [{path: {type: PathPrefix, value: /reviews}, headers: [{name: x, value: beta}]}]
    timeouts: {request: 2s}
    filters: [{type: RequestMirror}]
    backendRefs:
    - {name: reviews-v1, port: 9080}
    - {name: reviews-v2, namespace: other, port: 9080, weight: 3}
  - backendRefs: [{name: pool, group: inference.networking.k8s.io, kind: InferencePool, weight: 0}]
)"));
    ASSERT_EQ(routes.size(), 2U);
    EXPECT_EQ(routes[0].section, "rules");
    EXPECT_EQ(routes[0].match, "path starts with /reviews and header x is beta");
    EXPECT_TRUE(routes[0].mirror);
    EXPECT_EQ(routes[0].timeout, "2s");
    EXPECT_EQ(routes[0].shares()[0]->value, 25);
    EXPECT_EQ(routes[0].destinations[1].ns, "other");
    EXPECT_EQ(routes[0].destinations[1].pointer, "/spec/rules/0/backendRefs/1");
    EXPECT_EQ(routes[1].destinations[0].ns, "");
    EXPECT_FALSE(routes[1].shares()[0]);
}

TEST(WeightedRoutes, BrokenShapes_arePassedOver) {
    const auto routes = weightedRoutes(*resourceOfYaml(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: x, namespace: shop}
spec: {http: [7, {route: [{weight: many, destination: {host: [], port: 1}}, null]}], tls: {}}
)"));
    ASSERT_EQ(routes.size(), 2U);
    ASSERT_EQ(routes[1].destinations.size(), 2U);
    EXPECT_FALSE(routes[1].destinations[0].weight);
    EXPECT_FALSE(routes[1].shares()[0]);
}

TEST(ResolveHost, OnlyNamesWithoutADot_areCompleted) {
    EXPECT_EQ(resolveHost("reviews", "shop"), (ServiceName{"reviews", "shop"}));
    EXPECT_EQ(resolveHost("reviews.shop.svc.cluster.local", "x"), (ServiceName{"reviews", "shop"}));
    for (const char* outside : {"reviews.shop", "api.example.com", "*.shop.svc.cluster.local", "", "a..svc.b", "a.b.svc"}) {
        EXPECT_FALSE(resolveHost(outside, "shop")) << outside;
    }
}

TEST(DestinationRule, SubsetsAndCircuitBreakers_areRead) {
    const auto rule = destinationRule(*resourceOfYaml(R"(
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: bookinfo}
spec:
  host: reviews
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}, trafficPolicy: {portLevelSettings: [{outlierDetection: {}}]}}
)"));
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->host, "reviews");
    ASSERT_EQ(rule->subsets.size(), 2U);
    EXPECT_EQ(rule->subsets[0].labels.at("version"), "v1");
    EXPECT_TRUE(rule->circuitBreaker);
    EXPECT_FALSE(destinationRule(*resourceOfYaml(kReviews)));
}

} // namespace meshdeck::config
