#include "sources/fallback_source.h"

#include <atomic>

#include <gtest/gtest.h>

#include "support/delta_collector.h"

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;
using mesh::SourceState;

mesh::SourceHealth healthOf(const std::string& name, SourceState state, std::string detail = {}) {
    mesh::SourceHealth health;
    health.name = name;
    health.state = state;
    health.detail = std::move(detail);
    return health;
}

// What the sources made so far have seen; outlives them.
struct Log {
    std::mutex mutex;
    std::vector<std::string> lines;

    void add(std::string line) {
        const std::lock_guard lock(mutex);
        lines.push_back(std::move(line));
    }
    std::vector<std::string> all() {
        const std::lock_guard lock(mutex);
        return lines;
    }
};

// Says on start how it does, from a thread of its own as all sources do.
class FakeSource final : public Source {
public:
    FakeSource(std::string name, SourceState state, Log& log) : m_name(std::move(name)), m_state(state), m_log(log) {}
    ~FakeSource() override { stop(); }
    std::string name() const override { return m_name; }
    void start(DeltaSink& sink) override {
        m_log.add(m_name + " starts");
        m_thread = std::jthread([this, &sink] { sink.deliver(healthOf(m_name, m_state, "its own words")); });
    }
    void refresh() override { m_log.add(m_name + " refreshes"); }
    void setInView(std::vector<std::string> namespaces) override {
        m_log.add(m_name + " sees " + std::to_string(namespaces.size()));
    }
    void stop() override {
        if (m_thread.joinable()) {
            m_thread.join();
            m_log.add(m_name + " stops");
        }
    }

private:
    std::string m_name;
    SourceState m_state;
    Log& m_log;
    std::jthread m_thread;
};

class FallbackSourceTest : public testing::Test {
protected:
    // The answers to the first questions; the last one stands for all that follow.
    std::unique_ptr<FallbackSource> make(std::vector<std::optional<SourceState>> answers) {
        FallbackOptions options;
        options.probeEvery = 1ms;
        options.patience = 1ms;
        return make(std::move(answers), options);
    }
    std::unique_ptr<FallbackSource> make(std::vector<std::optional<SourceState>> answers, FallbackOptions options) {
        return std::make_unique<FallbackSource>(
            [this, answers = std::move(answers)](const std::stop_token&) -> Result<std::unique_ptr<Source>> {
                const auto state = answers.at(std::min(asked++, answers.size() - 1));
                if (!state) {
                    return fail(ErrorKind::Unreachable, "nobody is there");
                }
                return std::make_unique<FakeSource>("prometheus", *state, log);
            },
            [this] { return std::make_unique<FakeSource>("scrape", SourceState::Live, log); }, options);
    }
    bool waitFor(const std::string& name, SourceState state) {
        return sink.waitFor([&](const auto& deltas) { return isLast(deltas, name, state); });
    }
    bool waitForRetired(const std::string& name) {
        return sink.waitFor([&](const auto& deltas) {
            return std::any_of(deltas.begin(), deltas.end(), [&](const Delta& delta) {
                const auto* retired = std::get_if<SourceRetired>(&delta);
                return retired != nullptr && retired->name == name;
            });
        });
    }
    static bool isLast(const std::vector<Delta>& deltas, const std::string& name, SourceState state) {
        const auto last = std::find_if(deltas.rbegin(), deltas.rend(), [&](const Delta& delta) {
            const auto* health = std::get_if<mesh::SourceHealth>(&delta);
            return health != nullptr && health->name == name;
        });
        return last != deltas.rend() && std::get<mesh::SourceHealth>(*last).state == state;
    }

    std::atomic<std::size_t> asked = 0;
    Log log;
    test::DeltaCollector sink;
};

TEST_F(FallbackSourceTest, preferredAnswers_servesAlone) {
    const auto source = make({SourceState::Live});
    source->setInView({"shop"});
    source->start(sink);
    ASSERT_TRUE(waitFor("prometheus", SourceState::Live));
    source->refresh();
    source->stop();
    EXPECT_EQ(log.all(), (std::vector<std::string>{"prometheus sees 1", "prometheus starts", "prometheus refreshes",
                                                   "prometheus stops"}));
    EXPECT_EQ(source->name(), "prometheus");
}

TEST_F(FallbackSourceTest, nobodyAnswers_fallsBackAndSaysWhyAndWhatToDo) {
    FallbackOptions once;
    once.probeEvery = 1h;
    const auto source = make({std::nullopt}, once);
    source->start(sink);
    ASSERT_TRUE(waitFor("scrape", SourceState::Live));
    ASSERT_TRUE(waitFor("prometheus", SourceState::Absent));
    source->stop();
    const auto deltas = sink.deltas();
    const auto& first = std::get<mesh::SourceHealth>(deltas.front());
    EXPECT_EQ(first.name, "scrape"); // who waits must not think for a moment that all have answered
    EXPECT_EQ(first.state, SourceState::Connecting);
    for (const Delta& delta : deltas) {
        const auto& health = std::get<mesh::SourceHealth>(delta);
        if (health.name == "prometheus") {
            EXPECT_EQ(health.detail, "no Prometheus, the pods are scraped: nobody is there");
            EXPECT_EQ(health.hint, "name one with --prometheus URL");
        }
    }
    EXPECT_EQ(asked, 1U);
}

TEST_F(FallbackSourceTest, preferredComesUpLater_takesOver) {
    const auto source = make({std::nullopt, std::nullopt, SourceState::Live});
    source->setInView({"a", "b"});
    source->start(sink);
    ASSERT_TRUE(waitFor("prometheus", SourceState::Live));
    ASSERT_TRUE(waitForRetired("scrape"));
    source->stop();
    EXPECT_EQ(asked, 3U);
    EXPECT_EQ(log.all(), (std::vector<std::string>{"scrape sees 2", "scrape starts", "scrape stops", "prometheus sees 2",
                                                   "prometheus starts", "prometheus stops"}));
}

TEST_F(FallbackSourceTest, preferredStopsAnswering_fallsBackWithItsWordsAndReturns) {
    const auto source = make({SourceState::Stale, std::nullopt, SourceState::Live});
    source->start(sink);
    ASSERT_TRUE(waitForRetired("scrape"));
    ASSERT_TRUE(waitFor("prometheus", SourceState::Live));
    source->stop();
    bool said = false;
    for (const Delta& delta : sink.deltas()) {
        const auto* health = std::get_if<mesh::SourceHealth>(&delta);
        said = said || (health && health->detail == "no Prometheus, the pods are scraped: its own words");
    }
    EXPECT_TRUE(said);
}

TEST_F(FallbackSourceTest, refresh_whileTheFallbackServes_triesThePreferredAtOnce) {
    FallbackOptions patient;
    patient.probeEvery = 1h;
    const auto source = make({std::nullopt, SourceState::Live}, patient);
    source->start(sink);
    ASSERT_TRUE(waitFor("prometheus", SourceState::Absent));
    // The wish may come a moment before the pause that it ends has begun.
    while (asked < 2) {
        source->refresh();
        std::this_thread::yield();
    }
    EXPECT_TRUE(waitFor("prometheus", SourceState::Live));
    source->stop();
}

TEST_F(FallbackSourceTest, stopWhileWaiting_comesBackAtOnce) {
    FallbackOptions slow;
    slow.probeEvery = 1h;
    slow.patience = 1h;
    for (const auto& answers : {std::vector<std::optional<SourceState>>{std::nullopt}, {SourceState::Stale}, {SourceState::Live}}) {
        const auto source = make(answers, slow);
        source->start(sink);
        source->stop();
    }
    const auto before = log.all();
    EXPECT_EQ(std::count(before.begin(), before.end(), "scrape starts"),
              std::count(before.begin(), before.end(), "scrape stops"));
}

} // namespace
} // namespace meshdeck::sources
