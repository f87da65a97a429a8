#include "app/demo/sim/simulation.h"

#include <algorithm>

#include "app/demo/telemetry/metrics_page.h"
#include "app/demo/telemetry/trace_walk.h"

namespace meshdeck::demo {

namespace {

using std::chrono::milliseconds;
constexpr const char* kMetricsPath = "/stats/prometheus";
// So long a mesh has been running when it is first seen: proxies have a past, counters are not zero. Big meshes begin
// with nothing, their past would take longer than the start may.
milliseconds pastOf(const MeshPlan& plan) {
    return milliseconds(plan.workloads.size() <= 200 ? 30000 : 0);
}

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

} // namespace

LiveSimulation::LiveSimulation(StoreView& store, const SimulationOptions& options, MeshPlan plan, bool run)
    : m_speed(std::clamp(options.speed, 0.01, 1000.0))
    , m_started(std::chrono::system_clock::now() - (run ? pastOf(plan) : milliseconds(0)))
    , m_engine(std::move(plan), options.seed)
    , m_control(m_engine, store, options.seed, m_started)
    , m_traceRandom(options.seed + 0x7ACE)
    , m_listener(std::make_shared<Listener>()) {
    m_listener->simulation = this;
    store.subscribe([listener = m_listener](const Change& change) {
        const std::lock_guard lock(listener->mutex);
        if (listener->simulation != nullptr && change.object) {
            listener->simulation->m_control.note(change, listener->simulation->now());
        }
    });
    if (run) {
        livePast();
        m_thread = std::jthread([this](const std::stop_token& stop) { this->run(stop); });
    }
}

LiveSimulation::~LiveSimulation() {
    {
        const std::lock_guard lock(m_listener->mutex);
        m_listener->simulation = nullptr;
    }
    // The servers call back into this object: they end while it is whole.
    m_scrape.reset();
    m_ads.reset();
    m_jaeger.reset();
    if (m_thread.joinable()) {
        m_thread.request_stop();
        m_thread.join();
    }
}

// In the steps in which it will go on.
void LiveSimulation::livePast() {
    const milliseconds period = this->period();
    const milliseconds past = pastOf(m_engine.plan());
    for (milliseconds lived(0); lived < past; lived += period) {
        step(period);
    }
}

milliseconds LiveSimulation::period() const {
    return milliseconds(m_engine.inventory().pods.size() > 2000 ? 1000 : 200);
}

// Steps of real time, so that a clock set anew during a demonstration disturbs nothing.
void LiveSimulation::run(const std::stop_token& stop) {
    milliseconds period{};
    {
        const std::lock_guard lock(m_mutex);
        period = this->period();
    }
    constexpr milliseconds kMost(2000); // after a pause of the machine, not all of it is made up for
    std::mutex sleepMutex;
    std::condition_variable_any sleeper;
    auto last = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(sleepMutex);
            sleeper.wait_for(lock, stop, period, [] { return false; });
        }
        const auto here = std::chrono::steady_clock::now();
        const auto passed = std::chrono::duration_cast<milliseconds>(here - last);
        last += passed;
        if (!stop.stop_requested()) {
            step(std::min(passed, kMost));
        }
    }
}

void LiveSimulation::step(milliseconds real) {
    const std::lock_guard lock(m_mutex);
    m_elapsedMs += real.count();
    m_control.advance(now());
    const double simulatedMs = static_cast<double>(real.count()) * m_speed;
    // A fast clock is taken in pieces: a request needs a tick for each hop.
    const int pieces = std::clamp(static_cast<int>(simulatedMs / 500), 1, 50);
    for (int i = 0; i < pieces; ++i) {
        m_engine.tick(simulatedMs / pieces);
    }
    sampleTraces(static_cast<double>(real.count()) / 1000);
}

void LiveSimulation::sampleTraces(double seconds) {
    constexpr double kTracesPerSecond = 3;
    for (std::uint64_t left = m_traceRandom.poisson(kTracesPerSecond * seconds); left > 0; --left) {
        std::optional<TraceRecord> trace = sampleTrace(m_engine, m_traceRandom, now());
        if (trace) {
            m_traces.add(std::move(*trace));
        }
    }
}

Time LiveSimulation::now() const {
    return m_started + milliseconds(m_elapsedMs.load());
}

std::optional<std::string> LiveSimulation::page(const std::string& ns, const std::string& pod,
                                                const std::string& path, const std::string& filter) {
    const std::lock_guard lock(m_mutex);
    const std::uint32_t index = m_engine.inventory().podNamed(ns, pod);
    if (index == kNone || path.substr(0, path.find('?')) != kMetricsPath ||
        !m_engine.inventory().workloads[m_engine.inventory().pods[index].workload].proxied()) {
        return std::nullopt;
    }
    if (filter != m_filter.expression()) {
        m_filter = StatFilter(filter);
    }
    return metricsPage(m_engine, index, static_cast<double>(m_elapsedMs.load()) / 1000, m_filter);
}

Simulation::Endpoints LiveSimulation::serve(const ServerCertificate& certificate, TokenReview review) {
    m_ads = std::make_unique<AdsServer>(certificate, std::move(review), [this] { return adsState(); });
    m_jaeger = std::make_unique<JaegerServer>(m_traces);
    return {m_ads->address(), m_jaeger->address()};
}

AdsState LiveSimulation::adsState() {
    const std::lock_guard lock(m_mutex);
    return {m_control.version(), m_control.proxies()};
}

Simulation::ScrapeTargets LiveSimulation::serveScrape() {
    m_scrape = std::make_unique<HttpServer>([this](const std::string& target) { return scrapePage(target); });
    ScrapeTargets targets;
    targets.address = m_scrape->address();
    const std::lock_guard lock(m_mutex);
    for (const Pod& pod : m_engine.inventory().pods) {
        if (m_engine.inventory().workloads[pod.workload].proxied()) {
            targets.paths.push_back("/pods/" + pod.ns + "/" + pod.name + kMetricsPath);
        }
    }
    return targets;
}

std::optional<HttpPage> LiveSimulation::scrapePage(const std::string& target) {
    if (target == "/truth") {
        return HttpPage{"application/json", truthDocument()};
    }
    const std::string prefix = "/pods/";
    if (!target.starts_with(prefix)) {
        return std::nullopt;
    }
    const std::size_t nsEnd = target.find('/', prefix.size());
    const std::size_t podEnd = nsEnd == std::string::npos ? nsEnd : target.find('/', nsEnd + 1);
    if (podEnd == std::string::npos) {
        return std::nullopt;
    }
    std::optional<std::string> body = page(target.substr(prefix.size(), nsEnd - prefix.size()),
                                           target.substr(nsEnd + 1, podEnd - nsEnd - 1), target.substr(podEnd), {});
    if (!body) {
        return std::nullopt;
    }
    return HttpPage{kMetricsType, std::move(*body)};
}

std::vector<EdgeTruth> LiveSimulation::truth() {
    const std::lock_guard lock(m_mutex);
    return m_engine.truth();
}

std::string LiveSimulation::truthDocument() {
    Json edges = Json::array();
    double seconds = 0;
    {
        const std::lock_guard lock(m_mutex);
        seconds = static_cast<double>(m_elapsedMs.load()) / 1000;
        for (const EdgeTruth& edge : m_engine.truth()) {
            edges.push_back({{"sourceNamespace", edge.sourceNamespace},
                             {"source", edge.source},
                             {"destinationNamespace", edge.destinationNamespace},
                             {"destination", edge.destination},
                             {"service", edge.service},
                             {"version", edge.version},
                             {"protocol", edge.protocol},
                             {"requests", edge.requests},
                             {"errors", edge.errors},
                             {"denied", edge.denied},
                             {"bytes", edge.bytes}});
        }
    }
    return Json({{"seconds", seconds}, {"edges", std::move(edges)}}).dump();
}

std::unique_ptr<Simulation> startSimulation(StoreView& store, const SimulationOptions& options) {
    std::optional<MeshPlan> plan = planMesh(options.mesh, options.seed);
    if (!plan) {
        return nullptr;
    }
    return std::make_unique<LiveSimulation>(store, options, std::move(*plan));
}

} // namespace meshdeck::demo
