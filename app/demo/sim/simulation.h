// The running demonstration mesh: engine and control plane on a thread of their own, and what they show to the outside.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/demo/contract.h"
#include "app/demo/sim/control_plane.h"
#include "app/demo/sim/engine.h"
#include "app/demo/telemetry/ads_server.h"
#include "app/demo/telemetry/http_server.h"
#include "app/demo/telemetry/jaeger_server.h"
#include "app/demo/telemetry/stat_filter.h"
#include "app/demo/telemetry/trace_store.h"

namespace meshdeck::demo {

class LiveSimulation : public Simulation {
public:
    // `store` outlives it. A small mesh has half a minute behind it. run: false leaves out that and the thread;
    // step() moves time then.
    LiveSimulation(StoreView& store, const SimulationOptions& options, MeshPlan plan, bool run = true);
    ~LiveSimulation() override;

    LiveSimulation(const LiveSimulation&) = delete;
    LiveSimulation& operator=(const LiveSimulation&) = delete;

    [[nodiscard]] std::optional<std::string> page(const std::string& ns, const std::string& pod,
                                                  const std::string& path,
                                                  const std::string& filter = {}) override;
    [[nodiscard]] Endpoints serve(const ServerCertificate& certificate, TokenReview review) override;
    [[nodiscard]] ScrapeTargets serveScrape() override;

    // Real time passes: configs travel by it, the load runs `speed` times as fast.
    void step(std::chrono::milliseconds real);
    [[nodiscard]] std::vector<EdgeTruth> truth();
    [[nodiscard]] AdsState adsState();

private:
    void livePast();
    [[nodiscard]] std::chrono::milliseconds period() const;
    void run(const std::stop_token& stop);
    void sampleTraces(double seconds);
    [[nodiscard]] Time now() const;
    [[nodiscard]] std::optional<HttpPage> scrapePage(const std::string& target);
    [[nodiscard]] std::string truthDocument();

    // The store keeps the listener; it finds here whether the simulation still lives.
    struct Listener {
        std::mutex mutex;
        LiveSimulation* simulation = nullptr;
    };

    const double m_speed;
    const Time m_started;
    std::atomic<std::int64_t> m_elapsedMs{0}; // listeners read it on writing threads, which must not wait for a tick
    std::mutex m_mutex;                       // everything below it
    Engine m_engine;
    ControlPlane m_control;
    Random m_traceRandom;
    TraceStore m_traces{2000};
    StatFilter m_filter; // of the last page
    std::shared_ptr<Listener> m_listener;
    std::unique_ptr<AdsServer> m_ads;
    std::unique_ptr<JaegerServer> m_jaeger;
    std::unique_ptr<HttpServer> m_scrape;
    std::jthread m_thread; // last: stops first
};

} // namespace meshdeck::demo
