#include "change/breach_watch.h"

#include <gtest/gtest.h>

#include "fake_cluster.h"
#include "scripted_feed.h"

namespace meshdeck::change {

namespace {

using namespace std::chrono_literals;

class BreachWatching : public ::testing::Test {
protected:
    BreachWatching() {
        m_base = m_cluster.putYaml(kReviewsYaml);
        m_plan = planWeights(WeightEdit{m_base, "http", 0, {70, 30}, {}}).value();
    }
    BreachWatch watch() { return {m_feed, m_clock, {}}; }

    FakeCluster m_cluster;
    mesh::ResourcePtr m_base;
    Plan m_plan;
    ManualClock m_clock;
    ScriptedFeed m_feed{m_clock};
};

} // namespace

TEST_F(BreachWatching, CalmChange_isWatchedToItsEnd) {
    BreachWatch w = watch();
    ASSERT_TRUE(w.takeBaseline(m_plan, {}));
    ASSERT_EQ(w.comparisons().size(), 1U);
    EXPECT_EQ(w.comparisons()[0].subject.name, "reviews");
    EXPECT_DOUBLE_EQ(w.comparisons()[0].before.requests, 6000);
    const WatchReport report = w.watch({});
    EXPECT_EQ(report.verdict, BreachVerdict::NotWorse) << report.sentence();
    EXPECT_EQ(report.watched, 5min);
    EXPECT_DOUBLE_EQ(report.comparisons[0].after.requests, 30'000);
    EXPECT_TRUE(report.sentence().starts_with("not worse than before, 5 min after against 60 s before: reviews: errors 0 %"))
        << report.sentence();
}

TEST_F(BreachWatching, WindowsThatReachBeforeTheChange_areNotCounted) {
    BreachWatch w = watch();
    ASSERT_TRUE(w.takeBaseline(m_plan, {}));
    const MonotonicTime start = m_clock.now();
    m_feed.traffic = [&] { return Traffic{100, 50}; };
    const WatchReport report = w.watch({});
    EXPECT_EQ(report.verdict, BreachVerdict::Worse);
    EXPECT_EQ(m_clock.now() - start, 1min) << "the first whole window after the change already tells";
    EXPECT_EQ(report.watched, 1min);
    
}

TEST_F(BreachWatching, LateBreach_endsTheWatchAtOnce) {
    BreachWatch w = watch();
    ASSERT_TRUE(w.takeBaseline(m_plan, {}));
    const MonotonicTime start = m_clock.now();
    m_feed.traffic = [&] { return m_clock.now() - start > 150s ? Traffic{100, 60} : Traffic{}; };
    const WatchReport report = w.watch({});
    EXPECT_EQ(report.verdict, BreachVerdict::Worse);
    EXPECT_LT(m_clock.now() - start, 5min);
    EXPECT_TRUE(report.sentence().starts_with("worse than before, ")) << report.sentence();
}

TEST_F(BreachWatching, SilentTelemetry_isNotEnoughAndNeverFine) {
    BreachWatch w = watch();
    ASSERT_TRUE(w.takeBaseline(m_plan, {}));
    m_feed.silentFrom = m_clock.now() + 130s;
    const WatchReport report = w.watch({});
    EXPECT_EQ(report.verdict, BreachVerdict::NotEnough);
    EXPECT_NE(report.sentence().find("fallen silent"), std::string::npos) << report.sentence();
}

TEST_F(BreachWatching, NoTelemetryAtAll_refusesBeforeAnythingIsWritten) {
    m_feed.silentFrom = m_clock.now();
    const Status taken = watch().takeBaseline(m_plan, {});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, ErrorKind::Unreachable);
}

TEST_F(BreachWatching, BaselineOfFewRequests_waitsForAWholeWindow) {
    m_feed.traffic = [] { return Traffic{1, 0}; };
    const MonotonicTime start = m_clock.now();
    m_feed.window = [&] { return std::min<Duration>(60s, std::chrono::duration_cast<Duration>(m_clock.now() - start)); };
    BreachWatch w = watch();
    ASSERT_TRUE(w.takeBaseline(m_plan, {}));
    EXPECT_DOUBLE_EQ(w.comparisons()[0].before.requests, 60);
    EXPECT_EQ(m_clock.now() - start, 1min);
}

TEST(SubjectsOf, Policy_touchesTheAppsItSelects) {
    FakeCluster cluster;
    mesh::Inventory inventory;
    const auto workload = [&](const std::string& ns, const std::string& app) {
        mesh::Workload one;
        one.ns = ns;
        one.name = app + "-v1";
        one.templateLabels = {{"app", app}};
        inventory.workloads[ns + "/" + one.name] = one;
    };
    workload("shop", "cart");
    workload("shop", "payment");
    workload("other", "payment");
    const auto subjects = [&](const std::string& yaml) {
        Plan plan;
        PlannedObject object;
        object.operation = Operation::Create;
        object.after = config::parseYaml(yaml).value().front();
        object.ref = config::resourceOf(object.after)->ref;
        plan.objects.push_back(object);
        std::vector<std::string> names;
        for (const Subject& subject : subjectsOf(plan, &inventory)) {
            names.push_back(subject.ns + "/" + subject.name);
        }
        return names;
    };
    const std::string policy = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: ";
    EXPECT_EQ(subjects(policy + "shop}\nspec: {selector: {matchLabels: {app: payment}}}\n"),
              (std::vector<std::string>{"shop/payment"}));
    EXPECT_EQ(subjects(policy + "shop}\nspec: {}\n"), (std::vector<std::string>{"shop/cart", "shop/payment"}));
    EXPECT_EQ(subjects(policy + "istio-system}\nspec: {}\n"),
              (std::vector<std::string>{"other/payment", "shop/cart", "shop/payment"}));
    EXPECT_EQ(subjects("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d, namespace: shop}\n"
                       "spec: {host: cart}\n"),
              (std::vector<std::string>{"shop/cart"}));
    EXPECT_EQ(subjects("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: h, namespace: shop}\n"
                       "spec: {rules: [{backendRefs: [{name: cart-v1, port: 80}, {name: cart-v2, port: 80}]}]}\n"),
              (std::vector<std::string>{"shop/cart-v1", "shop/cart-v2"}));
}

TEST(SignalsOf, ServiceNodeBeforeItsVersions_isCountedOnce) {
    auto snapshot = snapshotOf(ServerTime{}, 60s, {100, 10});
    mesh::Graph graph = *snapshot->graph;
    mesh::Node service;
    service.id = "service";
    service.kind = mesh::NodeKind::Service;
    service.service = "reviews";
    service.ns = "bookinfo";
    graph.nodes.push_back(service);
    graph.edges[0].source = 2; // the service node calls the version
    mesh::Edge caller = graph.edges[0];
    caller.source = 0;
    caller.target = 2;
    graph.edges.push_back(caller);
    const GoldenSignals signals = signalsOf({"reviews", "bookinfo", "reviews", ""}, graph);
    EXPECT_DOUBLE_EQ(signals.requests, 6000);
    EXPECT_DOUBLE_EQ(signals.errors, 600);
}

} // namespace meshdeck::change
