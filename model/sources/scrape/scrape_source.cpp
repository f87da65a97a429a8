#include "sources/scrape/scrape_source.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/executor.h"
#include "base/text.h"
#include "sources/scrape/counter_store.h"
#include "sources/scrape/scrape_plan.h"

namespace meshdeck::sources {

using mesh::SourceState;

namespace {

// At the start the cluster's pods are on their way: looked for often, but not for ever. Looking costs no request.
constexpr Duration kEager = std::chrono::milliseconds(20);
constexpr std::size_t kEagerRounds = 500;

constexpr std::string_view kEnvoyPage = "/stats/prometheus";

// Envoy's filter is an RE2 expression that is found anywhere in a statistic's name; "|" is %7C.
std::string filtered(const std::string& path, const Families& families) {
    if (path != kEnvoyPage || families == kAllFamilies) {
        return path;
    }
    std::string query = path + "?filter=istio_requests_total%7Cistio_request_messages%7Cistio_response_messages"
                               "%7Cistio_tcp_%7Cserver.uptime";
    if (families[static_cast<std::size_t>(Family::Durations)]) {
        query += "%7Cistio_request_duration_milliseconds";
    }
    return query;
}

} // namespace

// One strand; a round reads every pod once, then publishes what all of them together say.
class ScrapeSource::Engine {
public:
    Engine(ScrapeOptions options, PodPageFetcher& fetcher, std::function<std::vector<mesh::Pod>()> pods,
           const Clock& clock)
        : m_options(options)
        , m_fetcher(fetcher)
        , m_podsNow(std::move(pods))
        , m_clock(clock)
        , m_store(options.window)
        , m_pause(options.firstInterval)
        , m_plan(options)
        , m_life(std::make_shared<Life>()) {}
    ~Engine() { stop(); }

    void start(DeltaSink& sink) {
        m_sink = &sink;
        m_life->engine = this;
        m_strand = std::make_unique<Strand>("scrape");
        m_work = m_strand.get();
        m_strand->post([this] { begin(); });
    }

    void wish() {
        if (m_strand) {
            m_strand->post([this] { m_reading ? void(m_wished = true) : begin(); });
        }
    }

    void setInView(std::vector<std::string> namespaces) {
        std::set<std::string> view(namespaces.begin(), namespaces.end());
        if (!m_strand) {
            m_inView = std::move(view);
            return;
        }
        m_strand->post([this, view = std::move(view)] {
            const bool news = m_inView != view;
            m_inView = view;
            if (news && !m_reading && m_lastSuccess) {
                rest(m_options.interval, ++m_round); // sooner than a pause for what was not in view
            }
        });
    }

    void stop() {
        {
            const std::lock_guard lock(m_life->mutex);
            m_life->engine = nullptr; // pages still on their way find nobody
        }
        m_strand.reset();
    }

private:
    struct Life {
        std::mutex mutex;
        Engine* engine = nullptr;
    };

    void begin();
    void fetchNext();
    void received(std::size_t index, Result<std::string> page, MonotonicTime when);
    void endRound();
    void rest(Duration left, std::uint64_t round);
    void publish();
    void say(SourceState state, std::string detail, std::string hint = {});
    [[nodiscard]] std::string missing() const;
    [[nodiscard]] std::string pace() const;

    const ScrapeOptions m_options;
    PodPageFetcher& m_fetcher;
    const std::function<std::vector<mesh::Pod>()> m_podsNow;
    const Clock& m_clock;
    DeltaSink* m_sink = nullptr;

    // Of the strand.
    CounterStore m_store;
    Duration m_pause; // to the next reading
    std::set<std::string> m_inView;
    ScrapePlan m_plan;
    std::vector<ScrapeTurn> m_turns; // of this round
    std::size_t m_next = 0;
    std::size_t m_open = 0;
    std::size_t m_failed = 0;
    std::size_t m_badLines = 0;
    std::size_t m_emptyRounds = 0; // in a row, without any pod
    std::optional<Error> m_error; // the first of this round
    bool m_reading = false;
    bool m_readBefore = false; // a round has been read to its end
    bool m_wished = false;
    std::uint64_t m_round = 0;
    std::optional<ServerTime> m_lastSuccess;
    mesh::SourceHealth m_said;

    std::shared_ptr<Life> m_life;
    std::unique_ptr<Strand> m_strand;
    Strand* m_work = nullptr; // the same, for its own jobs: they may still run while the owner is being reset
};

void ScrapeSource::Engine::begin() {
    m_reading = true;
    m_wished = false;
    ++m_round;
    std::vector<mesh::Pod> pods = m_podsNow();
    m_store.keepOnly(pods);
    m_turns = m_plan.round(std::move(pods), m_inView, m_clock.now());
    m_next = m_open = m_failed = m_badLines = 0;
    m_error.reset();
    if (m_turns.empty()) {
        if (m_emptyRounds++ == 0 && m_plan.pods() == 0) {
            say(SourceState::Connecting, "no pod with a metrics page is known yet");
        }
        endRound();
        return;
    }
    m_emptyRounds = 0;
    if (!m_lastSuccess) {
        say(SourceState::Connecting, "rates after the second scrape");
    }
    fetchNext();
}

void ScrapeSource::Engine::fetchNext() {
    while (m_open < m_options.atOnce && m_next < m_turns.size()) {
        const std::size_t index = m_next++;
        ++m_open;
        const mesh::Pod& pod = m_turns[index].pod;
        const std::string path = pod.metricsPath.empty() ? std::string(kEnvoyPage) : pod.metricsPath;
        m_fetcher.fetch({pod.ns, pod.name, pod.metricsPort, filtered(path, m_turns[index].families)}, [life = m_life, index](Result<std::string> page) {
            const std::lock_guard lock(life->mutex);
            Engine* const engine = life->engine;
            if (engine == nullptr) {
                return;
            }
            auto shared = std::make_shared<Result<std::string>>(std::move(page));
            engine->m_work->post([engine, index, shared, when = engine->m_clock.now()] {
                engine->received(index, std::move(*shared), when);
            });
        });
    }
}

void ScrapeSource::Engine::received(std::size_t index, Result<std::string> page, MonotonicTime when) {
    --m_open;
    if (page) {
        m_badLines += m_store.add(m_turns[index].pod, *page, when, m_turns[index].families);
    } else {
        ++m_failed;
        m_error = m_error ? m_error : page.error();
    }
    if (m_next < m_turns.size()) {
        fetchNext();
    } else if (m_open == 0) {
        publish();
        endRound();
    }
}

std::string ScrapeSource::Engine::missing() const {
    std::string text;
    const auto add = [&](const std::string& clause) { text += (text.empty() ? "" : "; ") + clause; };
    if (m_failed > 0 && m_error) {
        add(std::to_string(m_failed) + " of " + std::to_string(m_turns.size()) +
            " pods did not answer: " + text::safe(m_error->what, false, 200));
    }
    if (m_plan.leftOut() > 0) {
        add(std::to_string(m_plan.leftOut()) + " pods are not read, " + std::to_string(m_options.maxPods) + " are the limit");
    }
    if (m_badLines > 0) {
        add(std::to_string(m_badLines) + " lines made no sense");
    }
    return text;
}

// What is as it should be and worth knowing all the same.
std::string ScrapeSource::Engine::pace() const {
    std::string text;
    if (m_plan.restEvery() > m_options.interval) {
        text = std::to_string(m_plan.rest()) + " pods are read every " + text::age(m_plan.restEvery());
    }
    if (!m_plan.sizesKnown()) {
        text += (text.empty() ? "" : "; ") + std::string("bytes of bodies follow");
    }
    return text;
}

void ScrapeSource::Engine::publish() {
    if (m_failed == m_turns.size() && m_error) {
        const bool denied = m_error->kind == ErrorKind::Forbidden || m_error->kind == ErrorKind::Unauthenticated;
        say(denied          ? SourceState::Denied
            : m_lastSuccess ? SourceState::Stale
                            : SourceState::Absent,
            text::safe(m_error->what, false, 200),
            denied ? "reading metrics needs the right to get pods/proxy" : m_error->hint);
        return;
    }
    // Rates need two readings. A first round gives them for proxies that have just started; never those alone.
    const bool firstRound = !std::exchange(m_readBefore, true);
    if (m_store.ready() == 0 || (firstRound && m_store.ready() < m_turns.size() - m_failed)) {
        return;
    }
    std::unique_ptr<traffic::SampleSet> samples = m_store.rates();
    if (!m_options.idleEdges) {
        std::erase_if(samples->samples, [](const traffic::Sample& sample) { return sample.value <= 0; });
    }
    samples->time = m_clock.wallTime();
    samples->origin = std::to_string(m_plan.pods() - m_failed) + " pods scraped, " + text::age(samples->window);
    samples->partial = missing();
    m_lastSuccess = samples->time;
    const std::string partial = samples->partial;
    m_sink->deliver(TrafficDelta{std::shared_ptr<const traffic::SampleSet>(std::move(samples))});
    const std::string pace = this->pace();
    say(partial.empty() ? SourceState::Live : SourceState::Partial,
        partial + (partial.empty() || pace.empty() ? "" : "; ") + pace);
}

void ScrapeSource::Engine::endRound() {
    m_reading = false;
    if (m_wished) {
        begin();
        return;
    }
    // Soon again while waiting for the second reading or for pods, then less and less often: the first rates are
    // measured over a second and noisy, each further reading doubles what they are measured over. Never against
    // refusals.
    const bool refused = !m_turns.empty() && m_failed == m_turns.size();
    const bool lookingForPods = m_plan.pods() == 0 && m_emptyRounds < kEagerRounds;
    const Duration delay = lookingForPods ? kEager
                           : refused      ? m_options.interval
                                          : std::min(m_plan.every(), m_pause);
    if (m_lastSuccess) {
        m_pause = std::min(m_plan.every(), 2 * m_pause);
    }
    rest(delay, m_round);
}

// Until the next round. In a long pause what was said is said again each interval: silence would mean that we are gone.
void ScrapeSource::Engine::rest(Duration left, std::uint64_t round) {
    const Duration step = std::min(left, m_options.interval);
    m_work->postAfter(step, [this, left = left - step, round] {
        if (round != m_round || m_reading) {
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

void ScrapeSource::Engine::say(SourceState state, std::string detail, std::string hint) {
    mesh::SourceHealth health;
    health.name = "scrape";
    health.state = state;
    health.lastSuccess = m_lastSuccess;
    health.detail = std::move(detail);
    health.hint = std::move(hint);
    m_said = health;
    m_sink->deliver(std::move(health));
}

ScrapeSource::ScrapeSource(ScrapeOptions options, PodPageFetcher& fetcher, std::function<std::vector<mesh::Pod>()> pods,
                           const Clock& clock)
    : m_engine(std::make_unique<Engine>(options, fetcher, std::move(pods), clock)) {}

ScrapeSource::~ScrapeSource() = default;

void ScrapeSource::start(DeltaSink& sink) {
    m_engine->start(sink);
}

void ScrapeSource::refresh() {
    m_engine->wish();
}

void ScrapeSource::setInView(std::vector<std::string> namespaces) {
    m_engine->setInView(std::move(namespaces));
}

void ScrapeSource::stop() {
    m_engine->stop();
}

} // namespace meshdeck::sources
