#include "sources/prometheus/engine.h"

#include <algorithm>
#include <cmath>

#include "base/redaction.h"
#include "base/text.h"
#include "sources/prometheus/overview.h"

namespace meshdeck::sources {
namespace {

using mesh::SourceState;
using namespace std::chrono_literals;

// A full refresh costs about this many times what the pairs alone do (facts/real-servers.md 5: 3.7-4.4 s to 1.6 s).
constexpr double kFullFactor = 2.5;
// Beyond this the mesh is big: only what is in view is asked for with all labels.
constexpr Duration kAffordable = 2s;
// In a big mesh the overview is asked for with every so many-th refresh: what is out of view changes the map little.
constexpr int kOverviewEvery = 3;
// An open window takes at most a tenth of the server's time.
constexpr int kRestFactor = 10;
constexpr Duration kSkewWorthSaying = 60s;
// All labels of more namespaces than these cost as much as those of the mesh: who sees so many sees no details.
constexpr std::size_t kMostInView = 20;

std::string urlEncode(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

std::string unixSeconds(ServerTime time) {
    const auto ms = time.time_since_epoch().count();
    std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
    return std::to_string(ms / 1000) + "." + fraction;
}

SourceState stateOf(const Error& error, bool everAnswered) {
    if (error.kind == ErrorKind::Unauthenticated || error.kind == ErrorKind::Forbidden) {
        return SourceState::Denied;
    }
    return everAnswered ? SourceState::Stale : SourceState::Absent;
}

} // namespace

struct PrometheusSource::Engine::Life {
    std::mutex mutex;
    Engine* engine = nullptr; // null after the end
};

PrometheusSource::Engine::Engine(PrometheusOptions options, const Clock& clock, HttpTransport transport,
                                 std::unique_ptr<HttpClient> client)
    : m_options(std::move(options))
    , m_clock(clock)
    , m_life(std::make_shared<Life>())
    , m_transport(std::move(transport))
    , m_client(std::move(client)) {}

PrometheusSource::Engine::~Engine() {
    stop();
}

void PrometheusSource::Engine::start(DeltaSink& sink) {
    m_sink = &sink;
    m_life->engine = this;
    m_strand = std::make_unique<Strand>("prometheus");
    m_work = m_strand.get();
    m_strand->post([this] {
        say(SourceState::Connecting, "", "");
        begin();
    });
}

void PrometheusSource::Engine::stop() {
    {
        const std::lock_guard lock(m_life->mutex);
        m_life->engine = nullptr; // answers still on their way find nobody
    }
    m_strand.reset();
    m_client.reset();
}

void PrometheusSource::Engine::wish() {
    if (m_strand) {
        m_strand->post([this] { m_asking ? void(m_wished = true) : begin(); });
    }
}

void PrometheusSource::Engine::setInView(std::vector<std::string> namespaces) {
    if (!m_strand) {
        m_inView = {namespaces.begin(), namespaces.end()};
        return;
    }
    m_strand->post([this, view = std::set<std::string>(namespaces.begin(), namespaces.end())] {
        if (m_inView == view) {
            return;
        }
        m_inView = view;
        // With all labels of everything at hand, looking elsewhere needs no new question.
        if (m_big) {
            m_asking ? void(m_wished = true) : begin();
        }
    });
}

void PrometheusSource::Engine::begin() {
    m_asking = true;
    m_wished = false;
    ++m_round;
    m_roundCost = {};
    if (m_first) {
        launch(RefreshKind::FirstOverview, overviewQueries(m_options.window, m_options.idleEdges, true));
    } else if (m_big && (looked().empty() || m_sinceOverview + 1 >= kOverviewEvery || !m_overview)) {
        launch(RefreshKind::Overview, overviewQueries(m_options.window, m_options.idleEdges, false));
    } else {
        launchFull();
    }
}

void PrometheusSource::Engine::launchFull() {
    launch(RefreshKind::Full,
           fullQueries(m_options.window, m_options.idleEdges, m_big ? looked() : std::vector<std::string>{}));
}

// The namespaces in view that may be asked for with all labels.
std::vector<std::string> PrometheusSource::Engine::looked() const {
    return m_inView.size() > kMostInView ? std::vector<std::string>()
                                         : std::vector<std::string>(m_inView.begin(), m_inView.end());
}

void PrometheusSource::Engine::launch(RefreshKind kind, std::vector<PromQuery> queries) {
    const auto refresh = std::make_shared<Refresh>(kind, std::move(queries));
    for (std::size_t i = 0; i < refresh->queries().size(); ++i) {
        ask(refresh, i, m_options.timeout, true);
    }
}

HttpRequest PrometheusSource::Engine::request(const PromQuery& query, Duration timeout) const {
    HttpRequest request;
    request.method = "POST";
    request.url = m_options.url;
    while (request.url.ends_with('/')) {
        request.url.pop_back();
    }
    request.url += "/api/v1/query";
    request.headers = m_options.headers;
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    if (!m_options.bearer.empty() && maySendBearer(m_options.url)) {
        request.headers.emplace_back("Authorization", "Bearer " + m_options.bearer);
    }
    request.body = "query=" + urlEncode(query.promql) + "&timeout=" + std::to_string(timeout.count()) + "ms";
    if (m_options.time) {
        request.body += "&time=" + unixSeconds(*m_options.time);
    }
    // Beside the server's own limit, so that its plain words reach us first.
    request.timeout = timeout + 2s;
    return request;
}

void PrometheusSource::Engine::ask(const std::shared_ptr<Refresh>& refresh, std::size_t query, Duration timeout,
                                   bool mayRetry) {
    const MonotonicTime asked = m_clock.now();
    m_transport(request(refresh->queries()[query], timeout),
                [life = m_life, refresh, query, asked, mayRetry](Result<HttpResponse> response) {
                    const std::lock_guard lock(life->mutex);
                    Engine* const engine = life->engine;
                    if (engine == nullptr) {
                        return;
                    }
                    const auto took = std::chrono::duration_cast<Duration>(engine->m_clock.now() - asked);
                    auto shared = std::make_shared<Result<HttpResponse>>(std::move(response));
                    engine->m_work->post([engine, refresh, query, shared, took, mayRetry] {
                        engine->answered(refresh, query, std::move(*shared), took, mayRetry);
                    });
                });
}

void PrometheusSource::Engine::answered(const std::shared_ptr<Refresh>& refresh, std::size_t query,
                                        Result<HttpResponse> response, Duration took, bool mayRetry) {
    if (refresh->answer(query, std::move(response), took, mayRetry)) {
        ask(refresh, query, m_options.timeout * 2, false); // once more, with more time: an idle moment may do
        return;
    }
    if (refresh->done()) {
        m_roundCost += refresh->cost();
        finish(*refresh);
    }
}

void PrometheusSource::Engine::finish(Refresh& refresh) {
    if (refresh.failure()) {
        failed(*refresh.failure());
        return;
    }
    if (const auto time = refresh.serverTime(); time && !m_options.time) {
        m_skew = *time - m_clock.wallTime();
    }
    if (refresh.kind() == RefreshKind::Full) {
        finishFull(refresh);
        return;
    }
    std::unique_ptr<traffic::SampleSet> samples = refresh.take();
    stamp(*samples, refresh);
    settleOverview(*samples);
    if (refresh.kind() == RefreshKind::FirstOverview) {
        m_first = false;
        m_big = std::chrono::duration<double>(refresh.cost()).count() * kFullFactor >
                std::chrono::duration<double>(kAffordable).count();
        // The first picture is there at once, if only in outline.
        samples->partial += (samples->partial.empty() ? "" : "; ") + std::string("outline only, details follow");
        deliver(std::move(samples), true);
        m_big ? launch(RefreshKind::Overview, overviewQueries(m_options.window, m_options.idleEdges, false))
              : launchFull();
        return;
    }
    m_sinceOverview = 0;
    m_overview = std::move(samples);
    if (!looked().empty()) {
        launchFull();
        return;
    }
    auto copy = std::make_unique<traffic::SampleSet>();
    stamp(*copy, refresh);
    copy->partial = m_overview->partial + (m_overview->partial.empty() ? "" : "; ") +
                    "latency and mTLS only where few namespaces are in view";
    appendOverview(*m_overview, {}, *copy);
    deliver(std::move(copy));
    endRound();
}

void PrometheusSource::Engine::finishFull(Refresh& refresh) {
    std::unique_ptr<traffic::SampleSet> samples = refresh.take();
    stamp(*samples, refresh);
    if (m_big && m_overview) {
        ++m_sinceOverview;
        appendOverview(*m_overview, m_inView, *samples);
    } else if (!m_big && refresh.cost() > kAffordable * 2) {
        m_big = true; // from the next round on
    }
    deliver(std::move(samples));
    endRound();
}

void PrometheusSource::Engine::stamp(traffic::SampleSet& samples, const Refresh& refresh) {
    samples.time = m_options.time.value_or(refresh.serverTime().value_or(m_clock.wallTime() + m_skew));
    samples.window = m_options.window;
    samples.origin = "Prometheus " + redact(m_options.url) + ", " + text::age(m_options.window);
}

void PrometheusSource::Engine::deliver(std::unique_ptr<traffic::SampleSet> samples, bool outline) {
    m_lastSuccess = samples->time;
    const std::string partial = samples->partial;
    m_sink->deliver(TrafficDelta{std::shared_ptr<const traffic::SampleSet>(std::move(samples))});
    m_lastCost = std::max(m_roundCost, Duration(0));
    if (outline) {
        // Not settled yet: who prints one graph and leaves should wait for the whole of it.
        say(SourceState::Connecting, partial, "");
        return;
    }
    say(partial.empty() ? SourceState::Live : SourceState::Partial, liveDetail(partial), "");
}

std::string PrometheusSource::Engine::liveDetail(const std::string& partial) const {
    std::string detail = partial;
    const auto add = [&](const std::string& clause) { detail += (detail.empty() ? "" : "; ") + clause; };
    const bool slower = nextDelay() > m_options.interval;
    if ((slower || detail.empty()) && !m_options.time) {
        add("asked every " + text::age(nextDelay()) + (slower ? ", for" : ":") + " one refresh costs the server " +
            text::latency(Milliseconds(static_cast<double>(m_lastCost.count()))));
    }
    if (m_skew > kSkewWorthSaying || m_skew < -kSkewWorthSaying) {
        add("the server's clock is " + text::age(m_skew > Duration(0) ? m_skew : -m_skew) +
            (m_skew > Duration(0) ? " ahead of ours" : " behind ours"));
    }
    if (!m_options.bearer.empty() && !maySendBearer(m_options.url)) {
        add("the token was not sent, the connection is not encrypted");
    }
    return detail;
}

void PrometheusSource::Engine::failed(const Error& error) {
    say(stateOf(error, m_lastSuccess.has_value()), text::safe(error.what, false, 300), error.hint);
    m_lastCost = m_roundCost;
    endRound();
}

Duration PrometheusSource::Engine::nextDelay() const {
    return std::max(m_options.interval, m_lastCost * kRestFactor);
}

void PrometheusSource::Engine::endRound() {
    m_asking = false;
    m_lastCost = m_roundCost;
    if (m_wished) {
        begin();
        return;
    }
    if (m_options.time && m_lastSuccess) {
        return; // a fixed instant does not change
    }
    rest(nextDelay(), m_round);
}

// Until the next round. In a long pause what was said is said again each interval: silence would mean that we are gone.
void PrometheusSource::Engine::rest(Duration left, std::uint64_t round) {
    const Duration step = std::min(left, m_options.interval);
    m_work->postAfter(step, [this, left = left - step, round] {
        if (round != m_round || m_asking) {
            return;
        }
        if (left <= Duration(0)) {
            begin();
            return;
        }
        if (m_said.state == SourceState::Live || m_said.state == SourceState::Partial) {
            m_sink->deliver(m_said);
        }
        rest(left, round);
    });
}

void PrometheusSource::Engine::say(mesh::SourceState state, std::string detail, std::string hint) {
    mesh::SourceHealth health;
    health.name = "prometheus";
    health.state = state;
    health.lastSuccess = m_lastSuccess;
    health.detail = std::move(detail);
    health.hint = std::move(hint);
    m_said = health;
    m_sink->deliver(std::move(health));
}

} // namespace meshdeck::sources
