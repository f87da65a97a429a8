#include "sources/istiod/istiod_source.h"

#include <algorithm>
#include <utility>

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;

mesh::SourceState stateAfter(ErrorKind kind, bool everAnswered) {
    switch (kind) {
    case ErrorKind::Unauthenticated:
    case ErrorKind::Forbidden: return mesh::SourceState::Denied;
    case ErrorKind::NotServed:
    case ErrorKind::NotFound: return mesh::SourceState::Absent;
    default: return everAnswered ? mesh::SourceState::Stale : mesh::SourceState::Absent;
    }
}

} // namespace

Duration istiodBackoff(ErrorKind kind, int failures, Duration interval) {
    const auto doubled = [failures](Duration first, Duration most) {
        return std::min<Duration>(most, first * (1LL << std::clamp(failures - 1, 0, 20)));
    };
    switch (kind) {
    case ErrorKind::Forbidden:
    case ErrorKind::NotServed:
    case ErrorKind::NotFound: return std::max<Duration>(interval, 5min);
    case ErrorKind::Unauthenticated:
    case ErrorKind::Tls: return doubled(30s, 5min);
    case ErrorKind::TooManyRequests: return doubled(15s, 2min);
    default: return doubled(800ms, 30s);
    }
}

IstiodSource::IstiodSource(IstiodOptions options, CredentialsProvider credentials, const Clock& clock, Duration interval)
    // Copies for both: which argument is made first is not known, so neither may be moved from.
    : IstiodSource(std::make_unique<IstiodClient>(options, credentials, clock),
                   std::make_unique<IstiodClient>(options, credentials, clock), clock, interval) {}

IstiodSource::IstiodSource(std::unique_ptr<SyncStateClient> poller, std::unique_ptr<SyncStateClient> watcher,
                           const Clock& clock, Duration interval)
    : m_poller(std::move(poller)), m_watcher(std::move(watcher)), m_clock(clock), m_interval(interval) {}

IstiodSource::~IstiodSource() {
    stop();
}

void IstiodSource::start(DeltaSink& sink) {
    const std::lock_guard lock(m_mutex);
    m_sink = &sink;
    m_strand = std::make_unique<Strand>("istiod");
    m_strand->post([this] { poll(); });
}

void IstiodSource::refresh() {
    const std::lock_guard lock(m_mutex);
    if (m_strand && !std::exchange(m_wished, true)) {
        m_strand->post([this] { poll(); });
    }
}

void IstiodSource::stop() {
    m_stop.request_stop(); // ends a question that is under way
    std::unique_ptr<Strand> strand;
    {
        const std::lock_guard lock(m_mutex);
        m_sink = nullptr;
        strand = std::move(m_strand);
    }
}

Result<mesh::ProxyReport> IstiodSource::proxies(std::stop_token stop) {
    std::stop_source either;
    const std::stop_callback byCaller(stop, [&] { either.request_stop(); });
    const std::stop_callback byUs(m_stop.get_token(), [&] { either.request_stop(); });
    Result<SynczAnswer> answer = m_watcher->syncz(either.get_token());
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    deliver(ProxiesDelta{answer->report}); // what the engine saw, the window shows
    return std::move(answer->report);
}

void IstiodSource::poll() {
    {
        const std::lock_guard lock(m_mutex);
        m_wished = false;
    }
    const Result<SynczAnswer> answer = m_poller->syncz(m_stop.get_token());
    if (!answer && answer.error().kind == ErrorKind::Cancelled && m_stop.stop_requested()) {
        return;
    }
    report(answer);
    if (answer) {
        m_failures = 0;
        schedule(m_interval);
        return;
    }
    ++m_failures;
    // A quarter more by the clock's low digits: many windows do not come back in step.
    const Duration wait = istiodBackoff(answer.error().kind, m_failures, m_interval);
    const auto jitter = m_clock.now().time_since_epoch().count() % 1000;
    schedule(wait + wait * jitter / 4000);
}

void IstiodSource::schedule(Duration after) {
    const std::uint64_t id = ++m_timer;
    const std::lock_guard lock(m_mutex);
    if (m_strand) {
        m_strand->postAfter(after, [this, id] {
            if (id == m_timer) {
                poll();
            }
        });
    }
}

void IstiodSource::report(const Result<SynczAnswer>& answer) {
    mesh::SourceHealth health;
    health.name = name();
    if (answer) {
        m_everAnswered = true;
        deliver(ProxiesDelta{answer->report});
        if (!answer->istioVersion.empty()) {
            deliver(ClusterDelta{{}, answer->istioVersion});
        }
        health.lastSuccess = answer->report.time;
        health.detail = answer->report.partial;
        health.state = health.detail.empty() ? mesh::SourceState::Live : mesh::SourceState::Partial;
    } else {
        health.state = stateAfter(answer.error().kind, m_everAnswered);
        health.detail = answer.error().what;
        health.hint = answer.error().hint;
    }
    deliver(std::move(health));
}

void IstiodSource::deliver(Delta delta) {
    const std::lock_guard lock(m_mutex);
    if (m_sink != nullptr) {
        m_sink->deliver(std::move(delta));
    }
}

} // namespace meshdeck::sources
