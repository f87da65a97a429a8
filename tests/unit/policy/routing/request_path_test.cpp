// Requests followed to the end (request_path.h), one question a test.
#include "policy/request_path.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kShop = R"(
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {clusterIP: 10.0.0.1, selector: {app: reviews}, ports: [{name: http, port: 9080, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: empty, namespace: shop}
spec: {clusterIP: 10.0.0.2, selector: {app: nobody}, ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare, namespace: files}
spec: {clusterIP: 10.0.0.3, selector: {app: bare}, ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: reviews-v1-0, namespace: shop, labels: {app: reviews, version: v1}}
spec: {containers: [{name: reviews}]}
status: {podIP: 10.1.0.1, phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: reviews-v2-0, namespace: shop, labels: {app: reviews, version: v2}}
spec: {containers: [{name: reviews}]}
status: {podIP: 10.1.0.2, phase: Running}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}, {name: v9, labels: {version: v9}}]}
---
)";

std::string vs(const std::string& http) {
    return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: reviews, namespace: shop}\n"
           "spec: {hosts: [reviews], http: " + http + "}\n---\n";
}

Request toReviews(std::string path = "/") {
    Request request;
    request.from.type = Proxy::Type::Sidecar;
    request.from.ns = "shop";
    request.from.name = "web";
    request.from.labels = {{"app", "web"}};
    request.port = 9080;
    request.host = "reviews";
    request.path = std::move(path);
    return request;
}

RequestResult run(const std::string& yaml, const Request& request, config::MeshConfig mesh = {}) {
    return Simulator(test::worldOf(kShop + yaml, std::move(mesh))).run(request);
}

bool says(const RequestResult& result, std::string_view words) {
    return std::ranges::any_of(result.reasons, [words](const auto& reason) { return reason.find(words) != std::string::npos; });
}

TEST(RequestPath, NoRule_goesToTheService) {
    const RequestResult result = run("", toReviews());
    EXPECT_EQ(name(result.verdict), "routed");
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(result.cluster, "outbound|9080||reviews.shop.svc.cluster.local");
    EXPECT_EQ(result.listener, "0.0.0.0_9080");
    EXPECT_EQ(result.routeConfig, "9080");
    EXPECT_EQ(result.virtualHost, "reviews.shop.svc.cluster.local:9080");
    ASSERT_EQ(result.destinations.size(), 1U);
    EXPECT_EQ(result.destinations.front().endpoints, (std::vector<std::string>{"10.1.0.1:8080", "10.1.0.2:8080"}));
    ASSERT_FALSE(result.hops.empty());
    EXPECT_EQ(result.hops.front().at, "client sidecar shop/web");
}

TEST(RequestPath, Split_sharesByWeight_zeroIsLeftOut) {
    const RequestResult result = run(vs("[{route: [{destination: {host: reviews, subset: v1}, weight: 3},"
                                        "{destination: {host: reviews, subset: v2}, weight: 1},"
                                        "{destination: {host: reviews}}]}]"),
                                     toReviews());
    ASSERT_EQ(result.destinations.size(), 2U);
    EXPECT_DOUBLE_EQ(result.destinations[0].percent, 75);
    EXPECT_DOUBLE_EQ(result.destinations[1].percent, 25);
    EXPECT_EQ(result.destinations[0].endpoints, std::vector<std::string>{"10.1.0.1:8080"});
    EXPECT_EQ(result.cluster, "outbound|9080|v1|reviews.shop.svc.cluster.local");
    EXPECT_EQ(result.matchedPointer, "/spec/http/0");
}

TEST(RequestPath, OneDestination_weightZero_getsEverything) {
    const RequestResult result = run(vs("[{route: [{destination: {host: reviews, subset: v1}, weight: 0}]}]"), toReviews());
    ASSERT_EQ(result.destinations.size(), 1U);
    EXPECT_DOUBLE_EQ(result.destinations[0].percent, 100);
}

TEST(RequestPath, SubsetUndefined_noCluster) {
    const RequestResult result = run(vs("[{route: [{destination: {host: reviews, subset: v3}}]}]"), toReviews());
    EXPECT_EQ(result.verdict, Verdict::NoCluster);
    EXPECT_EQ(result.status, 503);
    EXPECT_EQ(result.responseFlag, "NC");
    EXPECT_TRUE(says(result, "defines subset v3"));
}

TEST(RequestPath, SubsetWithoutPods_noEndpoints) {
    const RequestResult result = run(vs("[{route: [{destination: {host: reviews, subset: v9}}]}]"), toReviews());
    EXPECT_EQ(result.verdict, Verdict::NoEndpoints);
    EXPECT_EQ(result.responseFlag, "UH");
    EXPECT_EQ(result.body, "no healthy upstream");
}

TEST(RequestPath, PortTheServiceLacks_noCluster) {
    const RequestResult result = run(vs("[{route: [{destination: {host: reviews, port: {number: 81}}}]}]"), toReviews());
    EXPECT_EQ(result.verdict, Verdict::NoCluster);
    EXPECT_TRUE(says(result, "has no port 81"));
}

TEST(RequestPath, ServiceWithoutPods_noEndpoints_unlessNoPodsAreKnown) {
    Request request = toReviews();
    request.host = "empty";
    EXPECT_EQ(run("", request).verdict, Verdict::NoEndpoints);
    request.host = "bare.files";
    const RequestResult unknown = run("", request);
    EXPECT_EQ(unknown.verdict, Verdict::Routed);
    EXPECT_TRUE(says(unknown, "is not known from the config"));
}

TEST(RequestPath, NothingMatches_404) {
    const RequestResult result = run(vs("[{match: [{uri: {prefix: /a}}], route: [{destination: {host: reviews}}]}]"), toReviews("/b"));
    EXPECT_EQ(result.verdict, Verdict::NoRoute);
    EXPECT_EQ(result.status, 404);
    ASSERT_EQ(result.rejected.size(), 1U);
    EXPECT_EQ(result.rejected[0].got, "/b");
}

TEST(RequestPath, UnknownHost_byOutboundPolicy) {
    Request request = toReviews();
    request.host = "elsewhere.example.com";
    const RequestResult open = run("", request);
    EXPECT_EQ(open.verdict, Verdict::Routed);
    EXPECT_EQ(open.cluster, "PassthroughCluster");
    config::MeshConfig mesh;
    mesh.registryOnly = true;
    const RequestResult closed = run("", request, mesh);
    EXPECT_EQ(closed.verdict, Verdict::NoVirtualHost);
    EXPECT_EQ(closed.status, 502);
    EXPECT_EQ(closed.virtualHost, "block_all");
}

TEST(RequestPath, Fault_withoutPercentage_doesNothing) {
    EXPECT_EQ(run(vs("[{fault: {abort: {httpStatus: 500}}, route: [{destination: {host: reviews}}]}]"), toReviews()).status, 200);
    const RequestResult half = run(vs("[{fault: {abort: {httpStatus: 500, percentage: {value: 50}}}, route: [{destination: {host: reviews}}]}]"), toReviews());
    EXPECT_EQ(half.status, 200);
    EXPECT_TRUE(says(half, "50 % of such requests are answered with 500"));
    const RequestResult all = run(vs("[{fault: {delay: {fixedDelay: 2s, percentage: {value: 100}}, abort: {httpStatus: 500, percentage: {value: 100}}}, route: [{destination: {host: reviews}}]}]"), toReviews());
    EXPECT_EQ(all.verdict, Verdict::Fault);
    EXPECT_EQ(all.status, 500);
    EXPECT_EQ(all.delayMs, 2000);
}

TEST(RequestPath, TimeoutAndRetries_followFromTheAnswer) {
    Request request = toReviews();
    request.answerStatus = 503;
    const RequestResult retried = run(vs("[{retries: {attempts: 3, retryOn: 5xx}, route: [{destination: {host: reviews}}]}]"), request);
    EXPECT_EQ(retried.attempts, 4);
    EXPECT_EQ(retried.status, 503);
    request.answerStatus = 200;
    request.answerDelayMs = 350;
    const RequestResult late = run(vs("[{timeout: 0.2s, route: [{destination: {host: reviews}}]}]"), request);
    EXPECT_EQ(late.status, 504);
    EXPECT_EQ(late.responseFlag, "UT");
    EXPECT_EQ(late.timeoutMs, 200);
}

TEST(RequestPath, Preflight_allowedOrigin_answeredByTheProxy) {
    const std::string rule = vs("[{corsPolicy: {allowOrigins: [{exact: 'https://a.example.com'}], allowMethods: [GET, PUT]}, route: [{destination: {host: reviews}}]}]");
    Request request = toReviews();
    request.method = "OPTIONS";
    request.headers = {{"origin", "https://a.example.com"}, {"access-control-request-method", "PUT"}};
    const RequestResult allowed = run(rule, request);
    EXPECT_EQ(allowed.verdict, Verdict::Direct);
    EXPECT_EQ(allowed.status, 200);
    EXPECT_EQ(allowed.attempts, 0);
    request.headers[0].second = "https://b.example.com";
    EXPECT_EQ(run(rule, request).verdict, Verdict::Routed);
}

TEST(RequestPath, EnvoyFilterOnTheWay_isSaid) {
    const RequestResult result = run("apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: lua, namespace: shop}\n"
                                     "spec: {workloadSelector: {labels: {app: web}}, configPatches: [{applyTo: HTTP_FILTER, match: {context: SIDECAR_OUTBOUND}, patch: {operation: INSERT_BEFORE}}]}\n",
                                     toReviews());
    EXPECT_EQ(result.verdict, Verdict::Routed);
    EXPECT_TRUE(says(result, "EnvoyFilter shop/lua patches this proxy"));
}

TEST(RequestPath, Outside_reachesTheWorkload_orIsRefused) {
    Request request = toReviews();
    request.from = {};
    request.outside = true;
    request.host = "reviews.shop";
    const RequestResult open = run("", request);
    EXPECT_EQ(open.verdict, Verdict::Routed);
    EXPECT_EQ(open.status, 200);
    request.host = "nowhere.example.com";
    EXPECT_EQ(run("", request).verdict, Verdict::CannotTell);
}

TEST(RequestPath, Head_hasNoBody) {
    Request request = toReviews();
    request.method = "HEAD";
    EXPECT_EQ(run(vs("[{directResponse: {status: 418, body: {string: hello}}}]"), request).body, std::nullopt);
    request.method = "GET";
    EXPECT_EQ(run(vs("[{directResponse: {status: 418, body: {string: hello}}}]"), request).body, "hello");
}

TEST(RequestPath, GatewayWithoutRules_answers404_closedPortNothing) {
    Request request = toReviews();
    request.direction = Request::Direction::Gateway;
    request.from.type = Proxy::Type::Router;
    request.from.labels = {{"istio", "ingressgateway"}};
    request.port = 80;
    const std::string gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gw, namespace: shop}\n"
                                "spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}\n---\n";
    const RequestResult open = run(gateway, request);
    EXPECT_EQ(open.status, 404);
    request.port = 81;
    EXPECT_EQ(run(gateway, request).verdict, Verdict::NoListener);
}

} // namespace
} // namespace meshdeck::policy
