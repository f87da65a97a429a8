#include "sources/prometheus/prometheus_source.h"

#include <condition_variable>
#include <deque>
#include <thread>

#include <gtest/gtest.h>

#include "sources/prometheus/overview.h"

namespace meshdeck::sources {
namespace {

using mesh::SourceState;
using traffic::SampleSet;

// Collects deltas; tests wait on conditions, never on time.
class Sink final : public DeltaSink {
public:
    void deliver(Delta delta) override {
        const std::lock_guard lock(m_mutex);
        if (auto* traffic = std::get_if<TrafficDelta>(&delta)) {
            m_traffic.push_back(traffic->samples);
        } else if (auto* health = std::get_if<mesh::SourceHealth>(&delta)) {
            m_health.push_back(*health);
        }
        m_changed.notify_all();
    }
    // The first health that fits, once it has come.
    mesh::SourceHealth waitForHealth(const std::function<bool(const mesh::SourceHealth&)>& fits) {
        std::unique_lock lock(m_mutex);
        mesh::SourceHealth found;
        const bool came = m_changed.wait_for(lock, std::chrono::seconds(60), [&] {
            for (const auto& health : m_health) {
                if (fits(health)) {
                    found = health;
                    return true;
                }
            }
            return false;
        });
        EXPECT_TRUE(came);
        return found;
    }
    std::vector<std::shared_ptr<const SampleSet>> traffic() {
        const std::lock_guard lock(m_mutex);
        return m_traffic;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::shared_ptr<const SampleSet>> m_traffic;
    std::vector<mesh::SourceHealth> m_health;
};

HttpResponse json(const std::string& body, int status = 200) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"content-type", "application/json"}};
    response.body = body;
    return response;
}

std::string vectorOf(const std::string& labels, const std::string& value) {
    return R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{)" + labels +
           R"(},"value":[1700000000,")" + value + R"("]}]}})";
}

// Answers at once, by a function of the request; remembers what was asked.
class Server {
public:
    explicit Server(std::function<Result<HttpResponse>(const HttpRequest&)> answer)
        : m_answer(std::move(answer)) {}
    HttpTransport transport() {
        return [this](HttpRequest request, std::function<void(Result<HttpResponse>)> done) {
            {
                const std::lock_guard lock(m_mutex);
                m_requests.push_back(request);
            }
            done(m_answer(request));
        };
    }
    std::vector<HttpRequest> requests() {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }

private:
    std::function<Result<HttpResponse>(const HttpRequest&)> m_answer;
    std::mutex m_mutex;
    std::vector<HttpRequest> m_requests;
};

const std::string kPair =
    R"("reporter":"source","source_workload":"a","source_workload_namespace":"n","destination_workload":"b","destination_workload_namespace":"n")";

PrometheusOptions options() {
    PrometheusOptions result;
    result.url = "http://prometheus.example:9090/base/";
    result.interval = std::chrono::hours(1);
    return result;
}

bool isDetailed(const mesh::SourceHealth& health) {
    return health.state == SourceState::Live;
}

TEST(PrometheusSource, firstRefresh_deliversAnOutlineAndThenTheDetails) {
    Server server([](const HttpRequest&) { return json(vectorOf(kPair, "2")); });
    const ManualClock clock;
    Sink sink;
    PrometheusSource source(options(), clock, server.transport());
    source.start(sink);
    const auto outline = sink.waitForHealth([](const auto& each) { return each.detail.find("outline") == 0; });
    EXPECT_EQ(outline.state, SourceState::Connecting); // a one-shot command waits for the details
    sink.waitForHealth(isDetailed);
    source.stop();
    const auto traffic = sink.traffic();
    ASSERT_EQ(traffic.size(), 2U);
    EXPECT_EQ(traffic[0]->samples.size(), 1U);
    EXPECT_NE(traffic[0]->partial.find("outline"), std::string::npos);
    EXPECT_EQ(traffic[1]->samples.size(), 5U);
    EXPECT_EQ(traffic[1]->time, ServerTime(std::chrono::seconds(1'700'000'000)));
    const auto requests = server.requests();
    EXPECT_LE(requests.size(), 8U);
    EXPECT_EQ(requests[0].url, "http://prometheus.example:9090/base/api/v1/query");
    EXPECT_EQ(requests[0].method, "POST");
}

TEST(PrometheusSource, bearerOverPlainHttp_isNotSentAndSaidSo) {
    Server server([](const HttpRequest&) { return json(vectorOf(kPair, "2")); });
    const ManualClock clock;
    Sink sink;
    PrometheusOptions withToken = options();
    withToken.bearer = "secret-token";
    PrometheusSource source(withToken, clock, server.transport());
    source.start(sink);
    const auto health = sink.waitForHealth(isDetailed);
    source.stop();
    EXPECT_NE(health.detail.find("not sent"), std::string::npos);
    for (const HttpRequest& request : server.requests()) {
        for (const auto& [name, value] : request.headers) {
            EXPECT_EQ(value.find("secret-token"), std::string::npos);
        }
    }
    EXPECT_TRUE(maySendBearer("https://prometheus.example"));
    EXPECT_TRUE(maySendBearer("http://127.0.0.1:9090"));
    EXPECT_FALSE(maySendBearer("http://127.0.0.1.example:9090"));
}

TEST(PrometheusSource, fixedTime_isAskedForAndStandsInTheSamples) {
    Server server([](const HttpRequest&) { return json(vectorOf(kPair, "2")); });
    const ManualClock clock;
    Sink sink;
    PrometheusOptions fixed = options();
    fixed.time = ServerTime(std::chrono::seconds(1523364075));
    PrometheusSource source(fixed, clock, server.transport());
    source.start(sink);
    sink.waitForHealth(isDetailed);
    source.stop();
    EXPECT_NE(server.requests()[0].body.find("&time=1523364075.000"), std::string::npos);
    EXPECT_EQ(sink.traffic().back()->time, *fixed.time);
}

TEST(PrometheusSource, latencyRefused_isPartialAndTheRatesCome) {
    Server server([](const HttpRequest& request) {
        return request.body.find("histogram_quantile") != std::string::npos
                   ? json(R"({"status":"error","errorType":"execution","error":"too many samples"})", 422)
                   : json(vectorOf(kPair, "2"));
    });
    const ManualClock clock;
    Sink sink;
    PrometheusSource source(options(), clock, server.transport());
    source.start(sink);
    const auto health =
        sink.waitForHealth([](const auto& each) { return each.detail.find("latency") != std::string::npos; });
    source.stop();
    EXPECT_EQ(health.state, SourceState::Partial);
    EXPECT_NE(health.detail.find("no latency: too many samples"), std::string::npos);
    EXPECT_EQ(sink.traffic().back()->samples.size(), 4U);
}

TEST(PrometheusSource, timeoutOfTheServer_isAskedOnceMore) {
    std::atomic<int> asked = 0;
    Server server([&](const HttpRequest&) {
        return ++asked == 1 ? json(R"({"status":"error","errorType":"timeout","error":"query timed out"})", 503)
                            : json(vectorOf(kPair, "2"));
    });
    const ManualClock clock;
    Sink sink;
    PrometheusSource source(options(), clock, server.transport());
    source.start(sink);
    sink.waitForHealth(isDetailed);
    source.stop();
    EXPECT_EQ(server.requests().size(), 7U); // the overview twice, then five
}

TEST(PrometheusSource, refusals_areDeniedAbsentOrPlain) {
    const auto healthOf = [](std::function<Result<HttpResponse>(const HttpRequest&)> answer) {
        Server server(std::move(answer));
        const ManualClock clock;
        Sink sink;
        PrometheusSource source(options(), clock, server.transport());
        source.start(sink);
        auto health = sink.waitForHealth([](const auto& each) { return each.state != SourceState::Connecting; });
        source.stop();
        EXPECT_TRUE(sink.traffic().empty());
        return health;
    };
    EXPECT_EQ(healthOf([](const auto&) { return json("{}", 403); }).state, SourceState::Denied);
    EXPECT_EQ(healthOf([](const auto&) { return json("{}", 401); }).state, SourceState::Denied);
    const auto gone = healthOf([](const auto&) { return fail(ErrorKind::Unreachable, "connection refused"); });
    EXPECT_EQ(gone.state, SourceState::Absent);
    EXPECT_EQ(gone.detail, "connection refused");
    const auto page = healthOf([](const auto&) {
        HttpResponse response;
        response.status = 200;
        response.headers = {{"content-type", "text/html"}};
        response.body = "<html>log in</html>";
        return Result<HttpResponse>(response);
    });
    EXPECT_EQ(page.detail, "HTTP 200 without JSON (text/html)");
}

TEST(PrometheusSource, slowServer_isAskedRarelyAndInViewOnly) {
    ManualClock clock;
    Server server([&](const HttpRequest& request) {
        // The clock is only moved while the source's strand waits for this answer.
        clock.advance(request.body.find("canonical") != std::string::npos ? std::chrono::milliseconds(10)
                                                                          : std::chrono::milliseconds(2000));
        return json(vectorOf(kPair, "2"));
    });
    Sink sink;
    PrometheusOptions slow = options();
    slow.interval = std::chrono::seconds(15);
    PrometheusSource source(slow, clock, server.transport());
    source.setInView({"shop"});
    source.start(sink);
    const auto health = sink.waitForHealth([](const auto& each) {
        return each.detail.find("asked every") != std::string::npos && each.detail.find("outline") == std::string::npos;
    });
    source.stop();
    EXPECT_NE(health.detail.find("asked every 80 s"), std::string::npos) << health.detail;
    std::size_t full = 0;
    for (const HttpRequest& request : server.requests()) {
        if (request.body.find("canonical") != std::string::npos) {
            ++full;
            EXPECT_NE(request.body.find("shop"), std::string::npos);
        }
    }
    EXPECT_EQ(full, 5U);
}

TEST(PrometheusSource, stopWhileAnswersAreOut_deliversNothingMore) {
    std::mutex mutex;
    std::vector<std::function<void(Result<HttpResponse>)>> waiting;
    std::condition_variable asked;
    Sink sink;
    const ManualClock clock;
    {
        PrometheusSource source(options(), clock, [&](HttpRequest, std::function<void(Result<HttpResponse>)> done) {
            const std::lock_guard lock(mutex);
            waiting.push_back(std::move(done));
            asked.notify_all();
        });
        source.start(sink);
        std::unique_lock lock(mutex);
        ASSERT_TRUE(asked.wait_for(lock, std::chrono::seconds(60), [&] { return !waiting.empty(); }));
        lock.unlock();
        source.stop();
    }
    waiting[0](json(vectorOf(kPair, "2")));
    EXPECT_TRUE(sink.traffic().empty());
}

TEST(Overview, totalsAndErrors_addUpToTheTotals) {
    SampleSet samples;
    traffic::Sample total;
    total.labels[static_cast<std::size_t>(traffic::Label::SourceWorkload)] = samples.strings.intern("a");
    total.value = 10;
    traffic::Sample failed = total;
    failed.labels[static_cast<std::size_t>(traffic::Label::ResponseCode)] = samples.strings.intern("503");
    failed.value = 4;
    samples.samples = {total, failed};
    settleOverview(samples);
    EXPECT_DOUBLE_EQ(samples.samples[0].value, 6);
    EXPECT_DOUBLE_EQ(samples.samples[1].value, 4);
}

} // namespace
} // namespace meshdeck::sources
