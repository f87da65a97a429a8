#include "session/session.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "session/health_fold.h"
#include "session/object_fold.h"
#include "session/red_history.h"

namespace meshdeck::session {

// Everything behind the session. Members below "strand only" are touched by the strand's thread alone; the inbox and
// the published snapshot have a mutex each.
class Session::Fold {
public:
    Fold(SessionConfig config, const Clock& clock, GraphBuilder builder)
        : m_config(std::move(config)), m_clock(clock), m_traffic(std::move(builder), m_config.graph, m_config.thresholds),
          m_history(m_config.historyPoints), m_health(m_config.pollIntervals, clock),
          m_strand(std::make_unique<Strand>("session")) {
        m_latest = snapshot();
    }

    void addSource(std::unique_ptr<sources::Source> source) {
        m_health.expect(source->name());
        m_sources.push_back(std::move(source));
        const std::lock_guard lock(m_latestMutex);
        m_latest = snapshot();
    }

    void onSnapshot(std::function<void(mesh::SnapshotPtr)> listener) { m_listener = std::move(listener); }

    void start(sources::DeltaSink& sink) {
        post([this] { watchHealth(); });
        for (const auto& source : m_sources) {
            source->start(sink);
        }
    }

    void stop() {
        if (m_stopped.exchange(true)) {
            return;
        }
        std::unique_ptr<Strand> strand;
        {
            const std::lock_guard lock(m_inboxMutex);
            strand = std::move(m_strand);
        }
        strand.reset(); // joins; from here on nothing is folded, and nobody but us calls the sources
        {
            const std::lock_guard lock(m_latestMutex);
            m_ended = true;
            m_published.notify_all(); // a source that waits for a snapshot must come back to be stopped
        }
        for (const auto& source : m_sources) {
            source->stop();
        }
    }

    void deliver(sources::Delta delta) {
        const std::lock_guard lock(m_inboxMutex);
        if (!m_strand) {
            return;
        }
        m_inbox.push_back(std::move(delta));
        if (m_inbox.size() == 1) {
            m_strand->post([this] { drain(); });
        }
    }

    void post(std::function<void()> job) {
        const std::lock_guard lock(m_inboxMutex);
        if (m_strand) {
            m_strand->post(std::move(job));
        }
    }

    void setGraphOptions(traffic::GraphOptions options) {
        std::vector<std::string> namespaces(options.namespaces.begin(), options.namespaces.end());
        if (m_traffic.setOptions(std::move(options))) {
            m_asked = std::move(namespaces);
            look();
            changed();
        }
    }

    void setInView(std::vector<std::string> namespaces) {
        m_inView = std::move(namespaces);
        look();
    }

    void refresh() {
        for (const auto& source : m_sources) {
            source->refresh();
        }
    }

    mesh::SnapshotPtr latest() const {
        const std::lock_guard lock(m_latestMutex);
        return m_latest;
    }

    mesh::SnapshotPtr waitFor(const std::function<bool(const mesh::MeshSnapshot&)>& done, Duration limit) const {
        const auto until = std::chrono::steady_clock::now() + limit;
        std::unique_lock lock(m_latestMutex);
        while (true) {
            const mesh::SnapshotPtr seen = m_latest;
            lock.unlock();
            const bool enough = done(*seen);
            lock.lock();
            if (enough || m_ended) {
                return seen;
            }
            if (!m_published.wait_until(lock, until, [&] { return m_latest != seen || m_ended; })) {
                return m_latest;
            }
        }
    }

private:
    void postAfter(Duration delay, std::function<void()> job) {
        const std::lock_guard lock(m_inboxMutex);
        if (m_strand) {
            m_strand->postAfter(delay, std::move(job));
        }
    }

    // Strand only, all that follows.
    void look() {
        for (const auto& source : m_sources) {
            source->setInView(m_inView.empty() ? m_asked : m_inView);
        }
    }

    void drain() {
        std::vector<sources::Delta> deltas;
        {
            const std::lock_guard lock(m_inboxMutex);
            deltas.swap(m_inbox);
        }
        for (sources::Delta& delta : deltas) {
            std::visit([this](auto& one) { fold(one); }, delta);
        }
        changed();
    }

    void fold(sources::ObjectsDelta& delta) { m_objects.apply(delta); }
    void fold(sources::TrafficDelta& delta) { m_traffic.setSamples(std::move(delta.samples)); }
    void fold(sources::ProxiesDelta& delta) {
        m_proxies = std::make_shared<const mesh::ProxyReport>(std::move(delta.report));
    }
    void fold(sources::ClusterDelta& delta) {
        if (!delta.istioVersion.empty()) {
            m_istioVersion = std::move(delta.istioVersion);
        }
    }
    void fold(mesh::SourceHealth& health) { m_health.apply(health); }
    void fold(sources::SourceRetired& retired) { m_health.forget(retired.name); }

    void watchHealth() {
        if (m_health.checkStaleness()) {
            changed();
        }
        postAfter(m_config.checkHealthEvery, [this] { watchHealth(); });
    }

    // Publishes now, or soon when the last publication is too fresh.
    void changed() {
        if (m_scheduled) {
            return;
        }
        const auto sinceLast = std::chrono::duration_cast<Duration>(m_clock.now() - m_lastPublication);
        if (!m_everPublished || sinceLast >= m_pause) {
            publish();
            return;
        }
        m_scheduled = true;
        postAfter(m_pause - sinceLast, [this] {
            m_scheduled = false;
            publish();
        });
    }

    void publish() {
        const MonotonicTime begin = m_clock.now();
        m_everPublished = true;
        const std::shared_ptr<mesh::MeshSnapshot> next = snapshot();
        m_lastPublication = m_clock.now();
        // Folding a big mesh again and again must not eat a core: at most a fifth of the time goes into it.
        m_pause = std::max(m_config.publishEvery, 4 * std::chrono::duration_cast<Duration>(m_lastPublication - begin));
        {
            const std::lock_guard lock(m_latestMutex);
            if (mesh::changesBetween(m_latest.get(), *next) == 0 && m_latest->istioVersion == next->istioVersion &&
                m_latest->history == next->history) {
                return;
            }
            next->generation = m_latest->generation + 1;
            m_latest = next;
        }
        m_published.notify_all();
        if (m_listener) {
            m_listener(next);
        }
    }

    // All that is known now, without a generation yet.
    std::shared_ptr<mesh::MeshSnapshot> snapshot() {
        auto next = std::make_shared<mesh::MeshSnapshot>();
        next->time = m_clock.wallTime();
        next->context = m_config.context;
        next->istioVersion = m_istioVersion;
        next->inventory = m_objects.inventory();
        next->config = m_objects.config();
        next->proxies = m_proxies;
        next->sources = m_health.sources();
        next->graph = m_traffic.graph(next->inventory, next->config);
        if (next->graph && next->graph != m_historyOf) {
            m_history.append(*next->graph);
            m_historyOf = next->graph;
        }
        next->history = m_history.history();
        return next;
    }

    const SessionConfig m_config;
    const Clock& m_clock;
    std::vector<std::unique_ptr<sources::Source>> m_sources; // fixed from start() on
    std::function<void(mesh::SnapshotPtr)> m_listener;       // likewise
    std::atomic<bool> m_stopped = false;

    // Strand only (and the constructing thread before start)
    ObjectFold m_objects;
    TrafficFold m_traffic;
    HistoryFold m_history;
    HealthFold m_health;
    std::vector<std::string> m_asked;  // namespaces of the graph options
    std::vector<std::string> m_inView; // of them those that are looked at; empty: all
    std::shared_ptr<const mesh::ProxyReport> m_proxies;
    std::shared_ptr<const mesh::Graph> m_historyOf;
    std::string m_istioVersion;
    bool m_everPublished = false;
    MonotonicTime m_lastPublication{};
    Duration m_pause{};
    bool m_scheduled = false;

    std::mutex m_inboxMutex;
    std::vector<sources::Delta> m_inbox;
    std::unique_ptr<Strand> m_strand; // null once stopped

    mutable std::mutex m_latestMutex;
    mutable std::condition_variable m_published;
    mesh::SnapshotPtr m_latest;
    bool m_ended = false;
};

Session::Session(SessionConfig config, const Clock& clock, GraphBuilder builder)
    : m_fold(std::make_unique<Fold>(std::move(config), clock, std::move(builder))) {}

Session::~Session() {
    stop();
}

void Session::addSource(std::unique_ptr<sources::Source> source) {
    m_fold->addSource(std::move(source));
}

void Session::onSnapshot(std::function<void(mesh::SnapshotPtr)> listener) {
    m_fold->onSnapshot(std::move(listener));
}

void Session::start() {
    m_fold->start(*this);
}

void Session::stop() {
    m_fold->stop();
}

void Session::deliver(sources::Delta delta) {
    m_fold->deliver(std::move(delta));
}

void Session::setGraphOptions(traffic::GraphOptions options) {
    m_fold->post([this, options = std::move(options)]() mutable { m_fold->setGraphOptions(std::move(options)); });
}

void Session::setInView(std::vector<std::string> namespaces) {
    m_fold->post([this, namespaces = std::move(namespaces)]() mutable { m_fold->setInView(std::move(namespaces)); });
}

void Session::refresh() {
    m_fold->post([this] { m_fold->refresh(); });
}

mesh::SnapshotPtr Session::latest() const {
    return m_fold->latest();
}

mesh::SnapshotPtr Session::waitFor(const std::function<bool(const mesh::MeshSnapshot&)>& done, Duration limit) const {
    return m_fold->waitFor(done, limit);
}

namespace {

bool answers(const mesh::SourceHealth& source) {
    return source.state == mesh::SourceState::Live || source.state == mesh::SourceState::Partial;
}

// A source that still tries, but whose first failure is known and needs somebody: it says what to do. Failures that
// pass by themselves (429, a server that starts) carry no hint, see the sources.
bool waiting(const mesh::SourceHealth& source) {
    return source.state == mesh::SourceState::Connecting && source.hint.empty();
}

} // namespace

bool settled(const mesh::MeshSnapshot& snapshot) {
    const mesh::SourceHealth* cluster = snapshot.source("kubernetes");
    const bool noCluster = cluster != nullptr && !waiting(*cluster) && !answers(*cluster);
    return std::all_of(snapshot.sources.begin(), snapshot.sources.end(), [&](const mesh::SourceHealth& source) {
        if (answers(source) && (source.name == "prometheus" || source.name == "scrape")) {
            return snapshot.graph != nullptr; // its health may overtake its data
        }
        if (answers(source) && source.name == "istiod") {
            return snapshot.proxies != nullptr;
        }
        // Without the cluster's pods there is nothing that could be scraped.
        return !waiting(source) || (noCluster && source.name == "scrape");
    });
}

} // namespace meshdeck::session
