#include "session/session.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace meshdeck::session {
namespace {

using namespace std::chrono_literals;

// One node named after the number of samples; knows the pods it was built with by the node's version.
mesh::Graph countingGraph(const traffic::SampleSet& samples, const traffic::ClusterFacts& facts,
                          const traffic::GraphOptions& options, const traffic::HealthThresholds&) {
    mesh::Graph graph;
    graph.type = options.type;
    graph.time = samples.time;
    mesh::Node node;
    node.id = "n" + std::to_string(samples.samples.size());
    node.kind = mesh::NodeKind::Workload;
    node.version = std::to_string(facts.inventory->pods.size());
    graph.nodes.push_back(node);
    return graph;
}

class FakeSource final : public sources::Source {
public:
    FakeSource(std::string name, std::atomic<int>& stops, std::atomic<int>& refreshes)
        : m_name(std::move(name)), m_stops(stops), m_refreshes(refreshes) {}
    std::string name() const override { return m_name; }
    void start(sources::DeltaSink& sink) override { m_sink = &sink; }
    void refresh() override {
        ++m_refreshes;
        mesh::SourceHealth health;
        health.name = m_name;
        health.state = mesh::SourceState::Denied;
        m_sink->deliver(health);
    }
    void setInView(std::vector<std::string> namespaces) override {
        mesh::SourceHealth health;
        health.name = m_name;
        health.state = mesh::SourceState::Live;
        for (const std::string& ns : namespaces) {
            health.detail += ns + " ";
        }
        m_sink->deliver(health);
    }
    void stop() override { ++m_stops; }

private:
    std::string m_name;
    std::atomic<int>& m_stops;
    std::atomic<int>& m_refreshes;
    sources::DeltaSink* m_sink = nullptr;
};

sources::ObjectsDelta podDelta(const std::string& name) {
    mesh::Pod pod;
    pod.ns = "a";
    pod.name = name;
    sources::ObjectsDelta delta;
    delta.kind = "Pod";
    delta.upserted.emplace_back(pod);
    return delta;
}

sources::TrafficDelta traffic(std::size_t samples, int seconds = 0) {
    auto set = std::make_shared<traffic::SampleSet>();
    set->time = ServerTime(std::chrono::seconds(1'700'000'000 + seconds));
    set->samples.resize(samples);
    return {set};
}

class SessionTest : public testing::Test {
protected:
    SessionTest() {
        SessionConfig config;
        config.context = "test";
        config.publishEvery = 5ms;
        config.checkHealthEvery = 2ms;
        config.pollIntervals = {{"prometheus", Duration(15s)}};
        session.emplace(std::move(config), clock, countingGraph);
    }

    mesh::SnapshotPtr await(const std::function<bool(const mesh::MeshSnapshot&)>& done) {
        const mesh::SnapshotPtr seen = session->waitFor(done, 20s);
        EXPECT_TRUE(done(*seen));
        return seen;
    }
    mesh::SnapshotPtr awaitPods(std::size_t count) {
        return await([count](const mesh::MeshSnapshot& one) { return one.inventory->pods.size() == count; });
    }

    ManualClock clock;
    std::atomic<int> stops = 0; // outlive the session, which stops its sources
    std::atomic<int> refreshes = 0;
    std::optional<Session> session;
};

TEST_F(SessionTest, Latest_beforeAnything_isEmptyAndNotNull) {
    const mesh::SnapshotPtr first = session->latest();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->generation, 0U);
    EXPECT_EQ(first->context, "test");
    EXPECT_TRUE(first->inventory->pods.empty());
    EXPECT_EQ(first->graph, nullptr);
}

TEST_F(SessionTest, Deliver_objects_publishesThemUnderAGrowingGeneration) {
    session->start();
    session->deliver(podDelta("1"));
    const auto one = awaitPods(1);
    session->deliver(podDelta("2"));
    const auto two = awaitPods(2);
    EXPECT_EQ(two->generation, one->generation + 1);
    EXPECT_EQ(one->inventory->pods.size(), 1U);
}

TEST_F(SessionTest, Snapshots_shareThePartsThatDidNotChange) {
    session->start();
    session->deliver(podDelta("1"));
    session->deliver(traffic(2));
    const auto one = await([](const auto& s) { return s.graph != nullptr && s.inventory->pods.size() == 1; });
    session->deliver(sources::ProxiesDelta{});
    const auto two = await([](const auto& s) { return s.proxies != nullptr; });
    EXPECT_EQ(one->inventory, two->inventory);
    EXPECT_EQ(one->config, two->config);
    EXPECT_EQ(one->graph, two->graph);
    EXPECT_EQ(one->history, two->history);
    EXPECT_EQ(mesh::changesBetween(one.get(), *two), static_cast<std::uint32_t>(mesh::SnapshotChange::Proxies));
}

TEST_F(SessionTest, Deliver_nothingNew_publishesNothing) {
    session->start();
    session->deliver(podDelta("1"));
    const auto one = awaitPods(1);
    session->deliver(podDelta("1"));
    session->deliver(sources::ProxiesDelta{});
    const auto two = await([](const auto& s) { return s.proxies != nullptr; });
    EXPECT_EQ(two->generation, one->generation + 1);
}

TEST_F(SessionTest, Graph_followsTrafficObjectsAndOptions) {
    session->start();
    session->deliver(traffic(3));
    await([](const auto& s) { return s.graph && s.graph->nodes[0].id == "n3" && s.graph->nodes[0].version == "0"; });
    session->deliver(podDelta("1"));
    await([](const auto& s) { return s.graph->nodes[0].version == "1"; });
    traffic::GraphOptions options;
    options.type = mesh::GraphType::Service;
    session->setGraphOptions(options);
    const auto last = await([](const auto& s) { return s.graph->type == mesh::GraphType::Service; });
    EXPECT_EQ(last->history->at("n3").size(), 1U); // three pictures of one refresh
}

TEST_F(SessionTest, Deltas_ofOneSource_areFoldedInTheirOrder) {
    session->start();
    sources::ObjectsDelta gone;
    gone.deleted = {{"", "Pod", "a", "1"}};
    for (int i = 0; i < 200; ++i) {
        session->deliver(podDelta("1"));
        session->deliver(gone);
    }
    session->deliver(podDelta("last"));
    const auto end = await([](const auto& s) { return s.inventory->pods.contains("a/last"); });
    EXPECT_EQ(end->inventory->pods.size(), 1U);
}

TEST_F(SessionTest, LiveSource_thatFallsSilent_becomesStaleByTheClock) {
    session->addSource(std::make_unique<FakeSource>("prometheus", stops, refreshes));
    // The strand's timer reads the clock, so it is moved before the session runs: by a health that is old already.
    mesh::SourceHealth live;
    live.name = "prometheus";
    live.state = mesh::SourceState::Live;
    live.lastSuccess = clock.wallTime();
    session->deliver(live);
    await([](const auto& s) { return s.source("prometheus")->state == mesh::SourceState::Live; });
    clock.advance(31s);
    session->start();
    const auto stale = await([](const auto& s) { return s.source("prometheus")->state == mesh::SourceState::Stale; });
    EXPECT_FALSE(stale->source("prometheus")->detail.empty());
}

TEST_F(SessionTest, Burst_of5000Deltas_isPublishedInFewSnapshotsAndComplete) {
    std::atomic<int> published = 0;
    session->onSnapshot([&](const mesh::SnapshotPtr&) { ++published; });
    session->start();
    for (int i = 0; i < 5000; ++i) {
        session->deliver(podDelta(std::to_string(i)));
    }
    awaitPods(5000);
    session->stop();
    EXPECT_GE(published, 1);
    EXPECT_LT(published, 500);
}

TEST_F(SessionTest, Listener_isCalledOnOneThreadThatIsNotTheCallers) {
    std::mutex mutex;
    std::vector<std::thread::id> threads;
    session->onSnapshot([&](const mesh::SnapshotPtr&) {
        const std::lock_guard lock(mutex);
        threads.push_back(std::this_thread::get_id());
    });
    session->start();
    session->deliver(podDelta("1"));
    awaitPods(1);
    session->deliver(podDelta("2"));
    awaitPods(2);
    session->stop();
    ASSERT_EQ(threads.size(), 2U);
    EXPECT_EQ(threads[0], threads[1]);
    EXPECT_NE(threads[0], std::this_thread::get_id());
}

TEST_F(SessionTest, Stop_twice_stopsSourcesOnceAndDropsWhatComesLater) {
    session->addSource(std::make_unique<FakeSource>("one", stops, refreshes));
    session->start();
    session->stop();
    session->stop();
    EXPECT_EQ(stops, 1);
    const auto before = session->latest();
    session->deliver(podDelta("late"));
    session->refresh();
    EXPECT_EQ(session->waitFor([](const auto&) { return false; }, 1h), before); // an ended session does not wait
    EXPECT_EQ(refreshes, 0);
}

TEST_F(SessionTest, Refresh_asksEverySource) {
    session->addSource(std::make_unique<FakeSource>("one", stops, refreshes));
    session->addSource(std::make_unique<FakeSource>("two", stops, refreshes));
    session->start();
    EXPECT_FALSE(settled(*session->latest()));
    session->refresh();
    await([](const auto& s) { return settled(s); });
    EXPECT_EQ(refreshes, 2);
}

TEST(Settled, TelemetryLiveWithoutGraph_isNotSettled) {
    mesh::MeshSnapshot snapshot;
    mesh::SourceHealth health;
    health.name = "scrape";
    health.state = mesh::SourceState::Live;
    snapshot.sources = {health};
    EXPECT_FALSE(settled(snapshot));
    snapshot.graph = std::make_shared<mesh::Graph>();
    EXPECT_TRUE(settled(snapshot));
}

TEST(Settled, ScrapeWithoutACluster_isNotWaitedFor) {
    mesh::MeshSnapshot snapshot;
    snapshot.sources.resize(2);
    snapshot.sources[0].name = "kubernetes";
    snapshot.sources[0].state = mesh::SourceState::Connecting;
    snapshot.sources[1].name = "scrape";
    snapshot.sources[1].state = mesh::SourceState::Connecting;
    EXPECT_FALSE(settled(snapshot));
    snapshot.sources[0].state = mesh::SourceState::Live;
    EXPECT_FALSE(settled(snapshot));
    snapshot.sources[0].state = mesh::SourceState::Stale;
    EXPECT_TRUE(settled(snapshot));
}

TEST(Settled, FirstFailureWithAHint_isNotWaitedFor) {
    mesh::MeshSnapshot snapshot;
    snapshot.sources.resize(2);
    snapshot.sources[0].name = "kubernetes";
    snapshot.sources[0].state = mesh::SourceState::Connecting;
    snapshot.sources[0].detail = "127.0.0.1:6443 refuses the connection";
    snapshot.sources[1].name = "scrape";
    snapshot.sources[1].state = mesh::SourceState::Connecting;
    EXPECT_FALSE(settled(snapshot)); // may pass by itself
    snapshot.sources[0].hint = "is the server running?";
    EXPECT_TRUE(settled(snapshot));
}

TEST_F(SessionTest, SetInView_reachesTheSources_andEmptyMeansWhatTheGraphAsksFor) {
    session->addSource(std::make_unique<FakeSource>("prometheus", stops, refreshes));
    session->start();
    const auto awaitView = [&](const std::string& seen) {
        await([&](const mesh::MeshSnapshot& one) {
            const mesh::SourceHealth* health = one.source("prometheus");
            return health != nullptr && health->detail == seen;
        });
    };
    traffic::GraphOptions options;
    options.namespaces = {"a", "b", "c"};
    session->setGraphOptions(options);
    awaitView("a b c ");
    session->setInView({"b"});
    awaitView("b ");
    session->setInView({});
    awaitView("a b c ");
}

TEST_F(SessionTest, RetiredSource_isForgotten) {
    session->start();
    mesh::SourceHealth health;
    health.name = "scrape";
    health.state = mesh::SourceState::Live;
    session->deliver(health);
    await([](const mesh::MeshSnapshot& one) { return one.source("scrape") != nullptr; });
    session->deliver(sources::SourceRetired{"scrape"});
    await([](const mesh::MeshSnapshot& one) { return one.source("scrape") == nullptr; });
}

} // namespace
} // namespace meshdeck::session
