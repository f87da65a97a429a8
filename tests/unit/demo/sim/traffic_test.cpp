// What the config does to the traffic: splits, header routes, faults, timeouts, retries, ejection, limits, mirrors.
#include <gtest/gtest.h>

#include "unit/demo/sim/mesh_run.h"

namespace meshdeck::demo {

namespace {

const std::string kReviews = "reviews.bookinfo.svc.cluster.local";
const std::string kRatings = "ratings.bookinfo.svc.cluster.local";

Json virtualService(const std::string& name, const Json& rules) {
    return configObject("networking.istio.io/v1", "VirtualService", "bookinfo", name,
                        {{"hosts", Json::array({name})}, {"http", rules}});
}

Json to(const std::string& host, const std::string& subset, int weight = 0) {
    Json route = {{"destination", {{"host", host}, {"subset", subset}}}};
    if (weight > 0) {
        route["weight"] = weight;
    }
    return route;
}

Json ratingsRule(const Json& more) {
    Json rule = {{"route", Json::array({to("ratings", "v1")})}};
    rule.update(more);
    return Json::array({rule});
}

} // namespace

TEST(Traffic, Bookinfo_followsTheConfiguredSplit) {
    MeshRun mesh("bookinfo");
    mesh.run(120);
    const double all = mesh.sent("productpage-v1", "", kReviews).requests;
    EXPECT_NEAR(all / 120, 120 * 0.9995, 6);
    EXPECT_NEAR(mesh.sent("productpage-v1", "reviews-v1", kReviews).requests / all, 0.8, 0.02);
    EXPECT_NEAR(mesh.sent("productpage-v1", "reviews-v2", kReviews).requests / all, 0.1, 0.02);
    EXPECT_NEAR(mesh.sent("productpage-v1", "reviews-v3", kReviews).requests / all, 0.1, 0.02);
    EXPECT_EQ(mesh.sent("reviews-v1", "ratings-v1").requests, 0);
    EXPECT_NEAR(mesh.sent("reviews-v2", "ratings-v1").requests, all * 0.1, all * 0.02);
}

TEST(Traffic, EditedWeights_moveTheTraffic) {
    MeshRun mesh("bookinfo");
    mesh.run(10);
    Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    reviews["spec"]["http"][0]["route"] = Json::array({to("reviews", "v1", 20), to("reviews", "v3", 80)});
    mesh.store.put(reviews);
    mesh.settle();
    const double v2Before = mesh.sent("productpage-v1", "reviews-v2").requests;
    const double all = mesh.sent("productpage-v1", "", kReviews).requests;
    const double v3 = mesh.during(60, "productpage-v1", "reviews-v3").requests;
    EXPECT_NEAR(v3 / (mesh.sent("productpage-v1", "", kReviews).requests - all), 0.8, 0.02);
    EXPECT_EQ(mesh.sent("productpage-v1", "reviews-v2").requests, v2Before);
}

TEST(Traffic, HeaderMatch_takesOnlyTheRequestsThatCarryIt) {
    MeshRun mesh("bookinfo");
    const Json match = {{"headers", {{"end-user", {{"exact", "jason"}}}}}};
    const Json jason = {{"match", Json::array({match})}, {"route", Json::array({to("reviews", "v2")})}};
    const Json rest = {{"route", Json::array({to("reviews", "v3")})}};
    mesh.store.put(virtualService("reviews", Json::array({jason, rest})));
    mesh.settle();
    const EdgeSum before = mesh.sent("productpage-v1", "reviews-v1");
    const double v2Before = mesh.sent("productpage-v1", "reviews-v2").requests;
    const double v3 = mesh.during(60, "productpage-v1", "reviews-v3").requests;
    const double v2 = mesh.sent("productpage-v1", "reviews-v2").requests - v2Before;
    EXPECT_NEAR(v2 / (v2 + v3), 0.1, 0.02);
    EXPECT_EQ(mesh.sent("productpage-v1", "reviews-v1").requests, before.requests);
}

TEST(Traffic, AbortFault_answersItsShareWithoutTheServer) {
    MeshRun mesh("bookinfo");
    const Json fault = {{"abort", {{"percentage", {{"value", 25}}}, {"httpStatus", 555}}}};
    mesh.store.put(virtualService("ratings", ratingsRule({{"fault", fault}})));
    mesh.settle();
    const EdgeSum before = mesh.sent("reviews-v2", "", kRatings);
    const EdgeSum reached = mesh.during(120, "reviews-v2", "ratings-v1");
    const EdgeSum all = mesh.sent("reviews-v2", "", kRatings);
    EXPECT_NEAR((all.errors - before.errors) / (all.requests - before.requests), 0.25, 0.04);
    EXPECT_NEAR(reached.requests / (all.requests - before.requests), 0.75, 0.04);
}

TEST(Traffic, FaultWithoutPercentage_doesNothing) {
    MeshRun mesh("bookinfo");
    mesh.store.put(virtualService("ratings", ratingsRule({{"fault", {{"abort", {{"httpStatus", 500}}}}}})));
    mesh.settle();
    EXPECT_EQ(mesh.during(20, "reviews-v2", "", kRatings).errors, 0);
}

TEST(Traffic, DelayBeyondTheCallersTimeout_endsIn504AtTheCaller) {
    MeshRun mesh("bookinfo");
    const Json fault = {{"delay", {{"percentage", {{"value", 100}}}, {"fixedDelay", "2s"}}}};
    mesh.store.put(virtualService("ratings", ratingsRule({{"fault", fault}})));
    Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    reviews["spec"]["http"][0]["timeout"] = "0.5s";
    mesh.store.put(reviews);
    mesh.run(20); // the delay has to fill the response times of reviews
    const EdgeSum v1 = mesh.during(20, "productpage-v1", "reviews-v1");
    const EdgeSum v2 = mesh.during(20, "productpage-v1", "reviews-v2");
    EXPECT_EQ(v1.errors, 0);
    EXPECT_GT(v2.errors / v2.requests, 0.95);
}

TEST(Traffic, Retries_addRequestsAtTheServerOnly) {
    MeshRun bookinfo("bookinfo");
    Json reviews = bookinfo.store.get("VirtualService", "bookinfo", "reviews");
    reviews["spec"]["http"][0]["route"] = Json::array({to("reviews", "v3")});
    bookinfo.store.put(reviews);
    bookinfo.settle();
    const EdgeSum without = bookinfo.during(120, "productpage-v1", "reviews-v3");
    EXPECT_NEAR(without.errors / without.requests, 0.002, 0.0015);
    reviews["spec"]["http"][0]["retries"] = {{"attempts", 3}, {"retryOn", "5xx"}};
    bookinfo.store.put(reviews);
    bookinfo.settle();
    EXPECT_EQ(bookinfo.during(60, "productpage-v1", "reviews-v3").errors, 0);
}

TEST(Traffic, MissingSubset_is503WithoutAnEndpoint) {
    MeshRun mesh("bookinfo");
    Json reviews = mesh.store.get("VirtualService", "bookinfo", "reviews");
    reviews["spec"]["http"][0]["route"] = Json::array({to("reviews", "v9")});
    mesh.store.put(reviews);
    mesh.settle();
    const EdgeSum all = mesh.during(10, "productpage-v1", "", kReviews);
    EXPECT_GT(all.requests, 1000);
    EXPECT_EQ(all.errors, all.requests);
}

TEST(Traffic, EndpointsThatKeepFailing_areEjected) {
    MeshRun mesh("bookinfo");
    // Three endpoints in one cluster: reviews v1, and v2 and v3 whose every answer is late, seen as 504 by the caller.
    Json rule = mesh.store.get("DestinationRule", "bookinfo", "reviews");
    rule["spec"]["trafficPolicy"] = {
        {"outlierDetection", {{"consecutive5xxErrors", 5}, {"baseEjectionTime", "30s"}, {"maxEjectionPercent", 100}}}};
    mesh.store.put(rule);
    const Json fault = {{"delay", {{"percentage", {{"value", 100}}}, {"fixedDelay", "5s"}}}};
    mesh.store.put(virtualService("ratings", ratingsRule({{"fault", fault}})));
    Json route = {{"destination", {{"host", "reviews"}}}};
    Json one = {{"route", Json::array({route})}, {"timeout", "1s"}};
    mesh.store.put(virtualService("reviews", Json::array({one})));
    mesh.run(20);
    const EdgeSum v2 = mesh.during(10, "productpage-v1", "reviews-v2");
    const EdgeSum v1 = mesh.during(10, "productpage-v1", "reviews-v1");
    EXPECT_LT(v2.requests, 0.2 * v1.requests);
    EXPECT_GT(v1.requests, 800);
}

TEST(Traffic, RequestLimit_overflowsWhatDoesNotFit) {
    MeshRun mesh("bookinfo");
    Json rule = mesh.store.get("DestinationRule", "bookinfo", "details");
    rule["spec"]["trafficPolicy"] = {{"connectionPool", {{"http", {{"http2MaxRequests", 1}}}}}};
    mesh.store.put(rule);
    mesh.settle();
    const EdgeSum limited = mesh.during(60, "productpage-v1", "", "details.bookinfo.svc.cluster.local");
    // 120 requests/s of about 4.4 ms keep half a place busy: Erlang's formula loses about a third of them.
    EXPECT_GT(limited.errors / limited.requests, 0.2);
    EXPECT_LT(limited.errors / limited.requests, 0.5);
}

TEST(Traffic, SameSeed_sendsTheSame) {
    MeshRun a("boutique", 7);
    MeshRun b("boutique", 7);
    a.run(20);
    b.run(20);
    EXPECT_EQ(a.sent("", "").requests, b.sent("", "").requests);
    EXPECT_EQ(a.sent("", "").errors, b.sent("", "").errors);
    MeshRun c("boutique", 8);
    c.run(20);
    EXPECT_NE(a.sent("", "").requests, c.sent("", "").requests);
}

TEST(Traffic, Boutique_hasTheShopsRates) {
    MeshRun mesh("boutique");
    mesh.run(10);
    const std::vector<std::tuple<std::string, std::string, double>> expected = {
        {"shop-gateway", "frontend-v1", 620},  {"frontend-v1", "catalog-v1", 744},
        {"frontend-v1", "currency-v1", 930},   {"recommendation-v1", "catalog-v1", 310},
        {"frontend-v1", "checkout-v1", 111.6}, {"checkout-v1", "shipping-v1", 111.6},
        {"stock-import-v1", "catalog-v1", 3.2}};
    std::vector<EdgeSum> before;
    for (const auto& [source, destination, rate] : expected) {
        before.push_back(mesh.sent(source, destination));
    }
    mesh.run(300);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto& [source, destination, rate] = expected[i];
        const double sent = mesh.sent(source, destination).requests - before[i].requests;
        EXPECT_NEAR(sent / 300, rate, 0.05 * rate + 0.3) << source << " -> " << destination;
    }
    const EdgeSum canary = mesh.sent("frontend-v1", "checkout-v2");
    EXPECT_NEAR(canary.errors / canary.requests, 0.06, 0.012);
    const EdgeSum refused = mesh.sent("email-v1", "payment-v1");
    EXPECT_EQ(refused.denied, refused.requests);
    EXPECT_NEAR(refused.requests / 310, 0.8, 0.2);
    const EdgeSum front = mesh.sent("shop-gateway", "frontend-v1");
    EXPECT_NEAR(front.errors / front.requests, 0.0012, 0.0006);
}

} // namespace meshdeck::demo
