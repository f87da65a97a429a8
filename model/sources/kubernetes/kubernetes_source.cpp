#include "sources/kubernetes/kubernetes_source.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/executor.h"
#include "base/log.h"
#include "base/text.h"
#include "sources/kubernetes/source_health.h"
#include "sources/kubernetes/watch_binding.h"

namespace meshdeck::sources {

using kubernetes::ReflectorState;
using kubernetes::WatchBinding;

namespace {

constexpr Duration kPulse = std::chrono::seconds(10);
constexpr Duration kQuiet = std::chrono::seconds(25); // after it the connection is tried: 45 s at most to notice
constexpr Duration kPingTimeout = std::chrono::seconds(10);
constexpr Duration kRediscover = std::chrono::minutes(5);
constexpr std::size_t kMaxNamespaces = 50; // read one by one where the cluster as a whole may not be

kubernetes::Random seededRandom() {
    auto engine = std::make_shared<std::mt19937>(std::random_device{}());
    return [engine] { return std::uniform_real_distribution<double>(0.0, 1.0)(*engine); };
}

} // namespace

// Everything but construction and the destructor runs on the strand.
class KubernetesSource::Core {
public:
    Core(KubernetesClient& client, KubernetesSourceOptions options, const Clock& clock, DeltaSink& sink)
        : m_client(client), m_options(std::move(options)), m_clock(clock), m_sink(sink),
          m_strand(std::make_unique<Strand>("kubernetes")),
          m_gate(std::make_shared<kubernetes::StrandGate>(*m_strand)),
          m_context{client, m_gate, m_namespaces, clock, seededRandom(), m_stop.get_token(), [this] { reportSoon(); }},
          m_backoff(m_context.random) {
        m_gate->post([this] { discover(); });
        m_gate->postAfter(kPulse, [this] { pulse(); });
    }

    // Joins the strand, then ends the streams: what they still post goes nowhere.
    ~Core() {
        m_stop.request_stop();
        m_gate->close();
        m_strand.reset();
        m_bindings.clear();
    }

    void refresh() {
        m_gate->post([this] {
            for (const auto& binding : m_bindings) {
                binding->reflector().retryNow();
            }
            if (!m_discovered) {
                discover();
            }
        });
    }

private:
    void discover() {
        const std::uint64_t attempt = ++m_attempt;
        m_client.forgetCatalog();
        const auto catalog = m_client.catalog(m_stop.get_token());
        if (m_stop.stop_requested()) {
            return;
        }
        const auto again = [this, attempt] {
            if (attempt == m_attempt) {
                discover();
            }
        };
        if (!catalog) {
            log(LogLevel::Info, "kubernetes", describe(catalog.error()));
            if (!m_discovered) {
                deliverHealth(kubernetes::unreachable(catalog.error(), m_lastSuccess));
            }
            // A missing right is looked at again every five minutes, by refresh() at once; it is no outage.
            const bool rest = m_discovered || catalog.error().kind == ErrorKind::Forbidden;
            m_gate->postAfter(rest ? kRediscover : m_backoff.next(m_clock.now()), again);
            return;
        }
        if (!std::exchange(m_discovered, true)) {
            if (const auto version = m_client.serverVersion(m_stop.get_token())) {
                m_sink.deliver(ClusterDelta{*version, {}});
            }
        }
        m_catalog = *catalog;
        for (const config::Kind& kind : config::watchedKinds()) {
            begin(kind);
        }
        reportSoon();
        m_gate->postAfter(kRediscover, again); // CRDs come and go
    }

    void begin(const config::Kind& kind) {
        const ServedKind* served = m_catalog->find(kind.group, kind.kind);
        if (served == nullptr || !m_begun.insert(&kind).second) {
            return;
        }
        if (m_options.namespaces.empty() || !served->namespaced) {
            add(*served, kind, {});
            return;
        }
        for (const std::string& ns : m_options.namespaces) {
            add(*served, kind, ns);
        }
    }

    void add(const ServedKind& served, const config::Kind& kind, const std::string& scope) {
        m_bindings.push_back(std::make_unique<WatchBinding>(served, kind, scope, m_context));
        m_bindings.back()->reflector().start();
    }

    // The namespaces to read one by one: those that are known, else the context's own.
    [[nodiscard]] std::vector<std::string> fallbackNamespaces() const {
        const auto& known = m_namespaces.names();
        std::vector<std::string> names(known.begin(), known.end());
        if (names.empty()) {
            names.push_back(m_client.context().ns);
        }
        names.resize(std::min(names.size(), kMaxNamespaces));
        return names;
    }

    // A kind that may not be listed everywhere is listed where it may be, once it is known which namespaces there are.
    void fallBack() {
        const auto state = [this](const config::Kind* kind) {
            const auto found = std::find_if(m_bindings.begin(), m_bindings.end(), [kind](const auto& binding) {
                return &binding->reflector().kind() == kind && binding->reflector().scope().empty();
            });
            return found == m_bindings.end() ? ReflectorState::NotServed : (*found)->reflector().state();
        };
        if (state(config::findKind("", "Namespace")) == ReflectorState::Connecting) {
            return;
        }
        for (const config::Kind* kind : std::vector(m_begun.begin(), m_begun.end())) {
            if (!kind->namespaced || state(kind) != ReflectorState::Denied || !m_fallen.insert(kind).second) {
                continue;
            }
            const ServedKind* served = m_catalog->find(kind->group, kind->kind);
            for (const std::string& ns : fallbackNamespaces()) {
                if (served != nullptr) {
                    add(*served, *kind, ns);
                }
            }
        }
    }

    // Many reflectors change state at once; they are summed up once.
    void reportSoon() {
        if (!std::exchange(m_reporting, true)) {
            m_gate->post([this] {
                m_reporting = false;
                fallBack();
                report();
            });
        }
    }

    void report() {
        if (!m_discovered) {
            return;
        }
        std::vector<kubernetes::KindHealth> kinds;
        for (const auto& binding : m_bindings) {
            const kubernetes::Reflector& reflector = binding->reflector();
            const bool replaced = reflector.scope().empty() && m_fallen.contains(&reflector.kind());
            kinds.push_back({std::string(reflector.kind().plural), reflector.scope(), reflector.state(),
                             reflector.lastError(), replaced});
            if (!reflector.istioVersion().empty() && reflector.istioVersion() != m_istioVersion) {
                m_istioVersion = reflector.istioVersion();
                m_sink.deliver(ClusterDelta{{}, m_istioVersion});
            }
        }
        const bool all = m_options.namespaces.empty();
        const auto restricted = all ? fallbackNamespaces() : m_options.namespaces;
        const std::size_t known = m_namespaces.names().size();
        const std::size_t leftOut = all && known > kMaxNamespaces ? known - kMaxNamespaces : 0;
        deliverHealth(kubernetes::summarize(kinds, restricted, m_lastSuccess, leftOut));
    }

    void deliverHealth(mesh::SourceHealth health) {
        if (health.state == mesh::SourceState::Live || health.state == mesh::SourceState::Partial) {
            m_lastSuccess = m_clock.wallTime();
            health.lastSuccess = m_lastSuccess;
        }
        if (health != m_health) {
            m_health = health;
            m_sink.deliver(health);
        }
    }

    // Every ten seconds: has anything been heard? If not, is there anybody? A watch alone would wait for ever on a
    // connection that has died without a word.
    void pulse() {
        m_gate->postAfter(kPulse, [this] { pulse(); });
        MonotonicTime last{};
        bool watching = false;
        for (const auto& binding : m_bindings) {
            last = std::max(last, binding->reflector().lastContact());
            watching = watching || binding->reflector().watching();
        }
        if (watching && !m_pinging && m_clock.now() - std::max(last, m_lastPing) > kQuiet) {
            ping();
        } else if (m_discovered) {
            report(); // the age of what is shown
        }
    }

    void ping() {
        m_pinging = true;
        m_client.sendAsync(
            {"GET", "/version", {}, {}, kPingTimeout},
            [this, gate = m_gate](Result<HttpResponse> answer) {
                gate->post([this, answer = std::move(answer)] { pinged(answer); });
            },
            m_stop.get_token());
    }

    void pinged(const Result<HttpResponse>& answer) {
        m_pinging = false;
        m_lastPing = m_clock.now();
        if (answer || answer.error().kind == ErrorKind::Cancelled) {
            report();
            return;
        }
        for (const auto& binding : m_bindings) {
            binding->reflector().onConnectionLost(answer.error());
        }
    }

    // Names of namespaces as they pass by, for the fallback.
    class NamespaceTap final : public DeltaSink {
    public:
        explicit NamespaceTap(DeltaSink& sink) : m_sink(sink) {}
        void deliver(Delta delta) override {
            if (const auto* objects = std::get_if<ObjectsDelta>(&delta); objects && objects->kind == "Namespace") {
                note(*objects);
            }
            m_sink.deliver(std::move(delta));
        }
        [[nodiscard]] const std::set<std::string>& names() const { return m_names; }

    private:
        void note(const ObjectsDelta& delta) {
            if (delta.replace) {
                m_names.clear();
            }
            for (const ClusterObject& object : delta.upserted) {
                if (const auto* ns = std::get_if<mesh::Namespace>(&object)) {
                    m_names.insert(ns->name);
                }
            }
            for (const mesh::ResourceRef& ref : delta.deleted) {
                m_names.erase(ref.name);
            }
        }
        DeltaSink& m_sink;
        std::set<std::string> m_names;
    };

    KubernetesClient& m_client;
    const KubernetesSourceOptions m_options;
    const Clock& m_clock;
    DeltaSink& m_sink;
    NamespaceTap m_namespaces{m_sink};
    std::stop_source m_stop;
    std::unique_ptr<Strand> m_strand;
    std::shared_ptr<kubernetes::StrandGate> m_gate;
    kubernetes::BindingContext m_context;
    kubernetes::Backoff m_backoff;
    std::uint64_t m_attempt = 0;
    bool m_discovered = false;
    bool m_reporting = false;
    bool m_pinging = false;
    MonotonicTime m_lastPing{};
    std::shared_ptr<const ApiCatalog> m_catalog;
    std::set<const config::Kind*> m_begun;
    std::set<const config::Kind*> m_fallen;
    std::vector<std::unique_ptr<WatchBinding>> m_bindings;
    std::string m_istioVersion;
    std::optional<ServerTime> m_lastSuccess;
    mesh::SourceHealth m_health;
};

KubernetesSource::KubernetesSource(KubernetesClient& client, KubernetesSourceOptions options, const Clock& clock)
    : m_client(client), m_options(std::move(options)), m_clock(clock) {}

KubernetesSource::~KubernetesSource() {
    stop();
}

void KubernetesSource::start(DeltaSink& sink) {
    m_core = std::make_unique<Core>(m_client, m_options, m_clock, sink);
}

void KubernetesSource::refresh() {
    if (m_core) {
        m_core->refresh();
    }
}

void KubernetesSource::setInView(std::vector<std::string>) {}

void KubernetesSource::stop() {
    m_core.reset();
}

} // namespace meshdeck::sources
