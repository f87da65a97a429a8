// The traffic itself: counts requests edge by edge and tick by tick from the plan's load and the config that each proxy
// holds. Whole requests are counted (Poisson arrivals, binomial choices), so small rates are honest; nothing is done
// per request, so ten thousand workloads are cheap. No thread of its own, no clock of its own.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/demo/mesh/plan.h"
#include "app/demo/mesh/random.h"
#include "app/demo/sim/config.h"
#include "app/demo/sim/inventory.h"
#include "app/demo/sim/policy.h"
#include "app/demo/sim/route.h"
#include "app/demo/sim/series.h"

namespace meshdeck::demo {

// What was really sent along an edge since the start: each request once, by the outcome its client saw.
struct EdgeTruth {
    std::string sourceNamespace, source;           // workload
    std::string destinationNamespace, destination; // workload; "" when no endpoint was reached
    std::string service, version;                  // host asked for; version of the destination
    std::string protocol;                          // "http", "grpc", "tcp"
    std::uint64_t requests = 0;                    // of TCP: operations
    std::uint64_t errors = 0;                      // 5xx, gRPC errors, no answer
    std::uint64_t denied = 0;                      // by an AuthorizationPolicy
    double bytes = 0;                              // both directions
};

// Recent response times, drawn from again: a distribution that callers see through.
struct Reservoir {
    std::array<float, 32> ms{};
    std::uint32_t filled = 0, next = 0;
    void add(double value);
    [[nodiscard]] double pick(Random& random, double otherwise) const;
};

struct LegState { // one endpoint of a cluster as one client sees it
    static constexpr std::uint64_t kNever = ~std::uint64_t{0};
    std::uint64_t client = kNever, server = kNever; // push numbers of the two configs the verdict was made with
    Transport transport = Transport::Plaintext;
    bool allowed = true;
};

struct Cluster : Target {
    std::uint32_t named = 0;    // its host, interned
    std::vector<LegState> legs; // beside `pods`
};

struct Flow { // one client pod's requests of one kind
    std::uint32_t call = 0, trafficClass = 0, path = 0;
    std::uint32_t service = 0; // interned host asked for
    RequestShape request;
    Route route;
    std::vector<Cluster> clusters, mirrors; // beside route.targets and route.mirrors
};

struct Ejection {
    double untilMs = 0; // simulated time
    int times = 0, consecutive = 0;
};

struct PodState {
    std::shared_ptr<const Config> routes;   // what its listeners, routes and clusters say
    std::shared_ptr<const Config> policies; // what it enforces as a server
    bool compiled = false;
    std::vector<Flow> flows;
    std::vector<std::uint64_t> handled, arriving;        // requests by class: of the last tick, of this one
    std::unordered_map<std::string, Ejection> ejections; // by endpoint address
    PodSeries series;
    std::uint64_t proxied = 0; // requests through this proxy in the tick, for its cost
};

struct NamedService {
    std::string host, name, ns;
};

class Engine {
public:
    Engine(MeshPlan plan, std::uint32_t seed);

    // Takes services and pods from the store; pods that stay keep their counters, new ones begin with `config`.
    void setInventory(Inventory inventory, const std::shared_ptr<const Config>& config);
    // A proxy takes a config into use.
    void setRoutes(std::uint32_t pod, std::shared_ptr<const Config> config);
    void setPolicies(std::uint32_t pod, std::shared_ptr<const Config> config);

    // Advances the simulated time.
    void tick(double milliseconds);

    [[nodiscard]] double nowMs() const { return m_nowMs; }
    [[nodiscard]] const MeshPlan& plan() const { return m_plan; }
    [[nodiscard]] const Inventory& inventory() const { return m_inventory; }
    // Indices in plan().calls of what a workload calls.
    [[nodiscard]] const std::vector<std::uint32_t>& callsOf(std::uint32_t workload) const {
        return m_callsOf[workload];
    }
    [[nodiscard]] const PodState& pod(std::uint32_t index) const { return m_pods[index]; }
    [[nodiscard]] const NamedService& service(std::uint32_t interned) const { return m_services[interned]; }
    [[nodiscard]] const std::string& flags(std::uint32_t interned) const { return m_flags[interned]; }
    [[nodiscard]] std::vector<EdgeTruth> truth() const;
    // A response time that callers of the workload see now.
    [[nodiscard]] double sampleLatency(std::uint32_t workload, Random& random) const;
    // Share of its requests that the workload fails now, by itself or for what it calls.
    [[nodiscard]] double errorShare(std::uint32_t workload) const;
    // The pod's flows under the config it holds now; made when first asked for.
    const std::vector<Flow>& flowsOf(std::uint32_t pod);
    // Transport and authorization between a client pod and one endpoint of a cluster.
    LegState verdict(std::uint32_t clientPod, const Flow& flow, const Cluster& cluster, std::uint32_t serverPod) const;

private:
    struct Sending; // one batch under way (engine_send.cpp)
    struct Outcome;

    void compile(std::uint32_t pod);
    [[nodiscard]] std::vector<Cluster> clustersOf(const std::vector<Target>& targets);
    std::uint32_t internService(const std::string& host);
    std::uint32_t internFlags(const std::string& flags);

    void runPod(std::uint32_t pod, double seconds);
    [[nodiscard]] std::uint64_t arrivals(std::uint32_t pod, const Flow& flow, double seconds);
    void send(std::uint32_t pod, Flow& flow, std::uint64_t count);
    void sendForward(Sending& sending, std::uint64_t count);
    void sendTo(Sending& sending, Cluster& cluster, std::uint64_t count);
    void attempt(Sending& sending, Cluster& cluster, std::uint64_t count, std::vector<Outcome>& outcomes);
    void leg(Sending& sending, Cluster& cluster, std::size_t endpoint, std::uint64_t count,
             std::vector<Outcome>& outcomes);
    void serve(Sending& sending, Cluster& cluster, std::uint32_t server, std::uint64_t count, bool mutual,
               std::vector<Outcome>& outcomes);
    void external(Sending& sending, const Cluster& cluster, std::uint64_t count, std::vector<Outcome>& outcomes);
    void mirror(Sending& sending, std::uint64_t count);
    [[nodiscard]] std::uint64_t overflow(const Sending& sending, const Cluster& cluster, std::uint64_t count);
    [[nodiscard]] std::vector<std::size_t> healthy(std::uint32_t pod, const Cluster& cluster);
    void countEjection(std::uint32_t pod, const Cluster& cluster, std::size_t endpoint, std::uint64_t count,
                       std::uint64_t failed);
    void reportServer(Sending& sending, const Cluster& cluster, std::uint32_t server, bool mutual,
                      const Outcome& outcome);
    void reportClient(Sending& sending, const Cluster* cluster, const Outcome& outcome);
    void countTcp(PodSeries& series, const SeriesKey& key, const CallPlan& call, const Outcome& outcome);
    void countTruth(Sending& sending, const Cluster* cluster, const Outcome& outcome);
    void refreshLatency();
    void countCost(double seconds);
    [[nodiscard]] double loadFactor() const;

    struct CallState {
        Reservoir seen;                       // as the caller waits for it, faults and retries included
        double failed = 0;                    // share, smoothed
        std::uint64_t sent = 0, failures = 0; // in this tick
    };
    struct WorkloadState {
        Reservoir latency;
        double failed = 0; // share that fails for what it calls
    };
    struct TruthKey {
        std::uint32_t source, destination, service;
        std::uint8_t protocol;
        bool operator==(const TruthKey&) const = default;
    };
    struct TruthHash {
        [[nodiscard]] std::size_t operator()(const TruthKey& key) const {
            const std::uint64_t ends = std::uint64_t{key.source} << 32 | key.destination;
            return (ends ^ (std::uint64_t{key.service} << 8 | key.protocol) * 0x9E3779B97F4A7C15ULL) *
                       0xD6E8FEB86659FD93ULL >>
                   16;
        }
    };

    MeshPlan m_plan;
    Random m_random;
    Inventory m_inventory;
    std::vector<PodState> m_pods;                      // beside m_inventory.pods
    std::vector<std::vector<std::uint32_t>> m_callsOf; // by workload
    std::vector<CallState> m_calls;
    std::vector<WorkloadState> m_workloads;
    std::unordered_map<TruthKey, EdgeTruth, TruthHash> m_truth;
    std::vector<NamedService> m_services;
    std::unordered_map<std::string, std::uint32_t> m_serviceIds;
    std::vector<std::string> m_flags;
    double m_nowMs = 0;
    double m_tickSeconds = 0;
};

} // namespace meshdeck::demo
