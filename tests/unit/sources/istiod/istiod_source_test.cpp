#include "sources/istiod/istiod_source.h"

#include <condition_variable>

#include "fake_istiod.h"
#include "recorded.h"

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;
using test::FakeIstiod;

class CollectingSink final : public DeltaSink {
public:
    void deliver(Delta delta) override {
        const std::lock_guard lock(m_mutex);
        m_deltas.push_back(std::move(delta));
        m_changed.notify_all();
    }
    // The n-th (from 1) health that arrives.
    mesh::SourceHealth health(std::size_t n) {
        std::unique_lock lock(m_mutex);
        mesh::SourceHealth found;
        const bool came = m_changed.wait_for(lock, 20s, [&] {
            std::size_t seen = 0;
            for (const Delta& delta : m_deltas) {
                if (const auto* one = std::get_if<mesh::SourceHealth>(&delta); one != nullptr && ++seen == n) {
                    found = *one;
                    return true;
                }
            }
            return false;
        });
        EXPECT_TRUE(came) << "no health number " << n;
        return found;
    }
    std::size_t reports() {
        const std::lock_guard lock(m_mutex);
        return static_cast<std::size_t>(std::count_if(m_deltas.begin(), m_deltas.end(), [](const Delta& delta) {
            return std::holds_alternative<ProxiesDelta>(delta);
        }));
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Delta> m_deltas;
};

CredentialsProvider anyCredentials() {
    return [](const std::stop_token&) -> Result<IstiodCredentials> {
        return IstiodCredentials{"", "t", systemClock().wallTime() + 1h};
    };
}

std::unique_ptr<IstiodSource> sourceFor(const FakeIstiod& server, Duration interval) {
    IstiodOptions options;
    options.address = server.address();
    options.plaintext = true;
    return std::make_unique<IstiodSource>(options, anyCredentials(), systemClock(), interval);
}

FakeIstiod::Reaction answering(const std::string& recording) {
    FakeIstiod::Reaction reaction;
    reaction.response = test::recordedExchange(recording).response;
    return reaction;
}

TEST(IstiodSource, Start_deliversProxiesAndIsLive) {
    FakeIstiod server;
    server.react({answering("syncz with a root-namespace token")});
    CollectingSink sink;
    const auto source = sourceFor(server, 1h);
    source->start(sink);
    const mesh::SourceHealth health = sink.health(1);
    EXPECT_EQ(health.name, "istiod");
    EXPECT_EQ(health.state, mesh::SourceState::Live);
    EXPECT_TRUE(health.lastSuccess.has_value());
    EXPECT_EQ(sink.reports(), 1U);
}

TEST(IstiodSource, Interval_asksAgainByItself) {
    FakeIstiod server;
    server.react({answering("syncz with a root-namespace token")});
    CollectingSink sink;
    const auto source = sourceFor(server, 5ms);
    source->start(sink);
    EXPECT_EQ(sink.health(3).state, mesh::SourceState::Live);
}

TEST(IstiodSource, Refresh_asksNow) {
    FakeIstiod server;
    server.react({answering("syncz with a root-namespace token")});
    CollectingSink sink;
    const auto source = sourceFor(server, 1h);
    source->start(sink);
    (void)sink.health(1);
    source->refresh();
    EXPECT_EQ(sink.health(2).state, mesh::SourceState::Live);
}

TEST(IstiodSource, Refused_isDeniedWithIstiodsWordsAndAHint) {
    FakeIstiod server;
    FakeIstiod::Reaction refusal;
    refusal.end = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "authentication failure");
    server.react({refusal});
    CollectingSink sink;
    const auto source = sourceFor(server, 1h);
    source->start(sink);
    const mesh::SourceHealth health = sink.health(1);
    EXPECT_EQ(health.state, mesh::SourceState::Denied);
    EXPECT_EQ(health.detail, "istiod does not accept our token: authentication failure");
    EXPECT_NE(health.hint.find("istio-ca"), std::string::npos);
    EXPECT_EQ(sink.reports(), 0U);
}

TEST(IstiodSource, GoneAfterAnAnswer_isStale) {
    FakeIstiod server;
    FakeIstiod::Reaction gone;
    gone.end = grpc::Status(grpc::StatusCode::INTERNAL, "boom");
    server.react({answering("syncz with a root-namespace token"), gone});
    CollectingSink sink;
    const auto source = sourceFor(server, 5ms);
    source->start(sink);
    EXPECT_EQ(sink.health(2).state, mesh::SourceState::Stale);
}

TEST(IstiodSource, Proxies_givesAFreshAnswerAndShowsItToTheSink) {
    FakeIstiod server;
    server.react({answering("syncz with a root-namespace token"), answering("syncz while a proxy rejects its listeners")});
    CollectingSink sink;
    const auto source = sourceFor(server, 1h);
    source->start(sink);
    (void)sink.health(1);
    const auto report = source->proxies({});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(overall(report->proxies.at(0)), mesh::SyncState::Rejected);
    EXPECT_EQ(sink.reports(), 2U);
}

TEST(IstiodSource, Stop_whileAQuestionHangs_returnsAndDeliversNothingMore) {
    FakeIstiod server;
    FakeIstiod::Reaction silent;
    silent.silent = true;
    server.react({silent});
    CollectingSink sink;
    const auto source = sourceFor(server, 1h);
    source->start(sink);
    server.awaitRequests(1);
    source->stop();
    EXPECT_EQ(sink.reports(), 0U);
    EXPECT_EQ(source->proxies({}).error().kind, ErrorKind::Cancelled);
}

TEST(IstiodBackoff, RateLimit_waitsLongerThanAServerThatIsGone) {
    const Duration interval = 10s;
    for (int failures = 1; failures < 40; ++failures) {
        EXPECT_GT(istiodBackoff(ErrorKind::TooManyRequests, failures, interval),
                  istiodBackoff(ErrorKind::Unreachable, failures, interval));
    }
    EXPECT_EQ(istiodBackoff(ErrorKind::Unreachable, 1, interval), Duration(800));
    EXPECT_EQ(istiodBackoff(ErrorKind::Unreachable, 2, interval), Duration(1600));
    EXPECT_EQ(istiodBackoff(ErrorKind::Unreachable, 99, interval), Duration(30s));
    EXPECT_EQ(istiodBackoff(ErrorKind::Forbidden, 1, interval), Duration(5min));
}

} // namespace
} // namespace meshdeck::sources
