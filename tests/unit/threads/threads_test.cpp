// Many threads at once on what is made for it; ThreadSanitizer says what is wrong.
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/executor.h"
#include "base/mailbox.h"
#include "session/session.h"

namespace meshdeck {
namespace {

using namespace std::chrono_literals;

constexpr int kThreads = 4;
constexpr int kTimes = 2'000;

template <typename Work>
void inParallel(const Work& work) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&work, i] { work(i); });
    }
}

TEST(Threads, Mailbox_manyWriters_wakesForWhatIsTaken) {
    std::atomic<int> wakes = 0;
    std::atomic<bool> done = false;
    Mailbox<std::shared_ptr<std::vector<int>>> mailbox([&] { ++wakes; });
    int taken = 0;
    std::jthread reader([&] {
        while (!done || wakes > taken) {
            if (const auto value = mailbox.take()) {
                ++taken;
                EXPECT_EQ((*value)->size(), 10U);
            }
        }
    });
    inParallel([&](int) {
        for (int i = 0; i < kTimes; ++i) {
            mailbox.post(std::make_shared<std::vector<int>>(10, i));
        }
    });
    done = true;
    reader.join();
    EXPECT_EQ(wakes, taken);
}

TEST(Threads, Strand_jobsFromEverywhere_neverOverlap) {
    long sum = 0; // unprotected on purpose: the strand is the protection
    {
        Strand strand("work");
        inParallel([&](int thread) {
            for (int i = 0; i < kTimes; ++i) {
                thread % 2 == 0 ? strand.post([&] { ++sum; }) : strand.postAfter(Duration(0), [&] { ++sum; });
            }
        });
        std::promise<void> seen;
        std::function<void()> look = [&] { sum == kThreads * kTimes ? seen.set_value() : strand.post(look); };
        strand.post(look);
        seen.get_future().wait();
    }
    EXPECT_EQ(sum, kThreads * kTimes);
}

TEST(Threads, Strand_endsWhileOthersPost_dropsTheRest) {
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> ran = 0;
        auto strand = std::make_unique<Strand>("short");
        for (int i = 0; i < 100; ++i) {
            strand->post([&] { ++ran; });
            strand->postAfter(Duration(1), [&] { ++ran; });
        }
        strand.reset();
        EXPECT_LE(ran, 200);
    }
}

// Delivers from threads of its own as real sources do.
class BusySource final : public sources::Source {
public:
    explicit BusySource(std::string name) : m_name(std::move(name)) {}
    ~BusySource() override { stop(); }
    std::string name() const override { return m_name; }
    void start(sources::DeltaSink& sink) override {
        m_thread = std::jthread([this, &sink](const std::stop_token& stop) {
            for (int i = 0; !stop.stop_requested(); ++i) {
                deliver(sink, i);
            }
        });
    }
    void refresh() override { ++m_wishes; }
    void setInView(std::vector<std::string> namespaces) override { m_seen = namespaces.size(); }
    void stop() override {
        m_thread.request_stop();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }

private:
    void deliver(sources::DeltaSink& sink, int i) {
        mesh::Pod pod;
        pod.ns = m_name;
        pod.name = std::to_string(i % 50);
        pod.ip = std::to_string(i);
        sources::ObjectsDelta objects;
        objects.kind = "Pod";
        objects.upserted.emplace_back(pod);
        sink.deliver(std::move(objects));
        auto samples = std::make_shared<traffic::SampleSet>();
        samples->samples.resize(static_cast<std::size_t>(i % 7));
        sink.deliver(sources::TrafficDelta{std::move(samples)});
        mesh::SourceHealth health;
        health.name = m_name;
        health.state = i % 3 == 0 ? mesh::SourceState::Live : mesh::SourceState::Stale;
        sink.deliver(health);
        sink.deliver(sources::SourceRetired{m_name + std::to_string(i % 2)});
        std::this_thread::yield();
    }

    std::string m_name;
    std::atomic<int> m_wishes = 0;
    std::atomic<std::size_t> m_seen = 0;
    std::jthread m_thread;
};

mesh::Graph smallGraph(const traffic::SampleSet& samples, const traffic::ClusterFacts& facts,
                       const traffic::GraphOptions& options, const traffic::HealthThresholds&) {
    mesh::Graph graph;
    graph.type = options.type;
    mesh::Node& node = graph.nodes.emplace_back();
    node.id = std::to_string(samples.samples.size());
    node.version = std::to_string(facts.inventory->pods.size());
    return graph;
}

TEST(Threads, Session_sourcesReadersAndOrdersAtOnce_endsInPeace) {
    for (int round = 0; round < 3; ++round) {
        session::SessionConfig config;
        config.publishEvery = 1ms;
        config.checkHealthEvery = 1ms;
        config.pollIntervals = {{"one", Duration(1)}};
        session::Session session(std::move(config), systemClock(), smallGraph);
        Mailbox<mesh::SnapshotPtr> mailbox;
        session.onSnapshot([&](mesh::SnapshotPtr snapshot) { mailbox.post(std::move(snapshot)); });
        for (const char* name : {"one", "two", "three"}) {
            session.addSource(std::make_unique<BusySource>(name));
        }
        session.start();
        inParallel([&](int thread) {
            for (int i = 0; i < 100; ++i) {
                traffic::GraphOptions options;
                options.idleNodes = (i + thread) % 2 == 0;
                session.setGraphOptions(options);
                session.setInView(std::vector<std::string>(static_cast<std::size_t>(i % 3), "ns"));
                session.refresh();
                const auto generation = session.latest()->generation;
                const auto next = session.waitFor([&](const auto& one) { return one.generation > generation; }, 20s);
                EXPECT_GT(next->generation, generation);
                if (const auto posted = mailbox.take()) {
                    EXPECT_LE((*posted)->inventory->pods.size(), 150U);
                }
            }
        });
        session.stop();
    }
}

} // namespace
} // namespace meshdeck
