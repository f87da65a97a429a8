#include "sources/fallback_source.h"

#include <algorithm>
#include <utility>

namespace meshdeck::sources {

namespace {

constexpr int kMostVain = 5; // 30 s become 16 min

bool refused(const Error& error) {
    return error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::Unauthenticated;
}

bool fails(mesh::SourceState state) {
    return state == mesh::SourceState::Stale || state == mesh::SourceState::Absent ||
           state == mesh::SourceState::Denied;
}

bool answers(mesh::SourceState state) {
    return state == mesh::SourceState::Live || state == mesh::SourceState::Partial;
}

} // namespace

class FallbackSource::Watch final : public DeltaSink {
public:
    Watch(DeltaSink& sink, std::string preferred, std::function<void()> wake)
        : m_sink(sink), m_preferred(std::move(preferred)), m_wake(std::move(wake)) {}

    void deliver(Delta delta) override {
        if (const auto* health = std::get_if<mesh::SourceHealth>(&delta); health && health->name == m_preferred) {
            note(*health);
        }
        m_sink.deliver(std::move(delta));
    }

    void beginAnew() {
        const std::lock_guard lock(m_mutex);
        m_failingSince.reset();
        m_answered = false;
    }
    [[nodiscard]] bool answered() const {
        const std::lock_guard lock(m_mutex);
        return m_answered;
    }
    [[nodiscard]] std::optional<MonotonicTime> failingSince() const {
        const std::lock_guard lock(m_mutex);
        return m_failingSince;
    }
    [[nodiscard]] Error trouble() const {
        const std::lock_guard lock(m_mutex);
        return m_trouble;
    }

private:
    void note(const mesh::SourceHealth& health) {
        {
            const std::lock_guard lock(m_mutex);
            m_answered = m_answered || answers(health.state);
            if (!fails(health.state)) {
                m_failingSince.reset();
                return;
            }
            if (!m_failingSince) {
                m_failingSince = std::chrono::steady_clock::now();
            }
            const bool denied = health.state == mesh::SourceState::Denied;
            m_trouble = {denied ? ErrorKind::Forbidden : ErrorKind::Unreachable, health.detail, health.hint, ""};
        }
        m_wake();
    }

    DeltaSink& m_sink;
    const std::string m_preferred;
    const std::function<void()> m_wake;
    mutable std::mutex m_mutex;
    std::optional<MonotonicTime> m_failingSince;
    Error m_trouble;
    bool m_answered = false;
};

FallbackSource::FallbackSource(Preferred preferred, Fallback fallback, FallbackOptions options)
    : m_makePreferred(std::move(preferred)), m_makeFallback(std::move(fallback)), m_options(std::move(options)) {}

FallbackSource::~FallbackSource() {
    stop();
}

void FallbackSource::start(DeltaSink& sink) {
    m_sink = &sink;
    m_watch = std::make_unique<Watch>(sink, m_options.preferred, [this] {
        { const std::lock_guard lock(m_mutex); } // whoever looked a moment ago waits by now
        m_wake.notify_all();
    });
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void FallbackSource::run(const std::stop_token& stop) {
    while (true) {
        auto preferred = m_makePreferred(stop);
        if (stop.stop_requested()) {
            return;
        }
        std::optional<Error> why;
        if (preferred) {
            servePreferred(*std::move(preferred));
            why = waitForTrouble(stop);
        } else {
            why = preferred.error();
        }
        if (!why || stop.stop_requested()) {
            return;
        }
        serveFallback(*why);
        waitForProbe(stop, *why);
        if (stop.stop_requested()) {
            return;
        }
    }
}

void FallbackSource::servePreferred(std::unique_ptr<Source> source) {
    m_watch->beginAnew();
    serve(std::move(source));
    if (std::exchange(m_falling, false)) {
        m_sink->deliver(SourceRetired{m_options.fallback});
    }
}

void FallbackSource::serveFallback(const Error& why) {
    if (!m_falling) {
        // First what is on its way, then what is missing: nobody must think for a moment that all have answered.
        say(m_options.fallback, mesh::SourceState::Connecting, m_options.meanwhile, {});
    }
    std::unique_ptr<Source> fallback = std::exchange(m_falling, true) ? nullptr : m_makeFallback();
    if (fallback) {
        serve(std::move(fallback));
    }
    say(m_options.preferred, mesh::SourceState::Absent, m_options.consequence + ": " + why.what,
        why.hint.empty() ? m_options.hint : why.hint);
}

// The one before ends first: its last word must not come after the first one of this.
void FallbackSource::serve(std::unique_ptr<Source> source) {
    std::unique_ptr<Source> before;
    {
        const std::lock_guard lock(m_mutex);
        before = std::move(m_inner);
    }
    if (before) {
        before->stop();
    }
    const std::lock_guard lock(m_mutex);
    if (m_stopped) {
        return;
    }
    m_inner = std::move(source);
    m_inner->setInView(m_inView);
    m_inner->start(*m_watch);
}

std::optional<Error> FallbackSource::waitForTrouble(const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        const auto since = m_watch->failingSince();
        if (!since) {
            m_wake.wait(lock, stop, [&] { return m_watch->failingSince().has_value(); });
            continue;
        }
        const MonotonicTime until = *since + m_options.patience;
        // It may recover meanwhile, and then fail anew.
        (void)m_wake.wait_until(lock, stop, until, [] { return false; });
        if (m_watch->failingSince() == since && std::chrono::steady_clock::now() >= until) {
            m_vain = m_watch->answered() ? 0 : std::min(m_vain + 1, kMostVain);
            return m_watch->trouble();
        }
    }
    return std::nullopt;
}

void FallbackSource::waitForProbe(const std::stop_token& stop, const Error& why) {
    // One that says that it is there and never answers is tried less and less.
    const Duration pause = refused(why) ? m_options.probeRefused : m_options.probeEvery * (1 << m_vain);
    std::unique_lock lock(m_mutex);
    m_probeNow = false;
    (void)m_wake.wait_for(lock, stop, pause, [this] { return m_probeNow; });
}

void FallbackSource::say(const std::string& name, mesh::SourceState state, std::string detail, std::string hint) {
    mesh::SourceHealth health;
    health.name = name;
    health.state = state;
    health.detail = std::move(detail);
    health.hint = std::move(hint);
    m_sink->deliver(std::move(health));
}

void FallbackSource::refresh() {
    {
        const std::lock_guard lock(m_mutex);
        m_probeNow = true;
        if (m_inner) {
            m_inner->refresh();
        }
    }
    m_wake.notify_all();
}

void FallbackSource::setInView(std::vector<std::string> namespaces) {
    const std::lock_guard lock(m_mutex);
    m_inView = std::move(namespaces);
    if (m_inner) {
        m_inner->setInView(m_inView);
    }
}

void FallbackSource::stop() {
    m_thread.request_stop(); // also cancels what is being asked
    if (m_thread.joinable()) {
        m_thread.join();
    }
    std::unique_ptr<Source> inner;
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
        inner = std::move(m_inner);
    }
    if (inner) {
        inner->stop(); // without the lock, which its last words may want
    }
}

} // namespace meshdeck::sources
