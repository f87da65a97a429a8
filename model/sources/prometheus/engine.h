// The work of a PrometheusSource, on one strand: when to ask what, and what to say of it.
#pragma once

#include <memory>
#include <mutex>
#include <set>

#include "base/executor.h"
#include "sources/prometheus/prometheus_source.h"
#include "sources/prometheus/refresh.h"

namespace meshdeck::sources {

class PrometheusSource::Engine {
public:
    Engine(PrometheusOptions options, const Clock& clock, HttpTransport transport, std::unique_ptr<HttpClient> client);
    ~Engine();

    void start(DeltaSink& sink);
    void wish();
    void setInView(std::vector<std::string> namespaces);
    void stop();

private:
    // Answers may come after the end: they hold this, and not the engine.
    struct Life;

    void begin();
    void launch(RefreshKind kind, std::vector<PromQuery> queries);
    void ask(const std::shared_ptr<Refresh>& refresh, std::size_t query, Duration timeout, bool mayRetry);
    void answered(const std::shared_ptr<Refresh>& refresh, std::size_t query, Result<HttpResponse> response,
                  Duration took, bool mayRetry);
    void finish(Refresh& refresh);
    void finishFull(Refresh& refresh);
    void deliver(std::unique_ptr<traffic::SampleSet> samples, bool outline = false);
    void stamp(traffic::SampleSet& samples, const Refresh& refresh);
    void failed(const Error& error);
    void endRound();
    void launchFull();
    void rest(Duration left, std::uint64_t round);
    [[nodiscard]] std::vector<std::string> looked() const;
    [[nodiscard]] Duration nextDelay() const;
    [[nodiscard]] HttpRequest request(const PromQuery& query, Duration timeout) const;
    void say(mesh::SourceState state, std::string detail, std::string hint);
    [[nodiscard]] std::string liveDetail(const std::string& partial) const;

    const PrometheusOptions m_options;
    const Clock& m_clock;
    DeltaSink* m_sink = nullptr;

    // Of the strand.
    std::set<std::string> m_inView;
    std::shared_ptr<traffic::SampleSet> m_overview; // rows of the last overview, when the mesh is big
    bool m_big = false;                             // too big to ask for all labels of everything
    bool m_asking = false;
    bool m_wished = false;
    bool m_first = true;
    int m_sinceOverview = 0;
    Duration m_roundCost{};
    Duration m_lastCost{};
    Duration m_skew{};
    std::optional<ServerTime> m_lastSuccess;
    std::uint64_t m_round = 0; // of the timer: an older one is void
    mesh::SourceHealth m_said;

    std::shared_ptr<Life> m_life;
    HttpTransport m_transport;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<Strand> m_strand;
    Strand* m_work = nullptr; // the same, for its own jobs: they may still run while the owner is being reset
};

} // namespace meshdeck::sources
