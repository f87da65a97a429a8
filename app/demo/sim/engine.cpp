#include "app/demo/sim/engine.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

namespace meshdeck::demo {

void Reservoir::add(double value) {
    ms[next] = static_cast<float>(value);
    next = (next + 1) % ms.size();
    filled = std::min<std::uint32_t>(filled + 1, ms.size());
}

double Reservoir::pick(Random& random, double otherwise) const {
    return filled == 0 ? otherwise : static_cast<double>(ms[random.below(filled)]);
}

Engine::Engine(MeshPlan plan, std::uint32_t seed)
    : m_plan(std::move(plan))
    , m_random(seed * 0x9E3779B9ULL + 17)
    , m_callsOf(m_plan.workloads.size())
    , m_calls(m_plan.calls.size())
    , m_workloads(m_plan.workloads.size())
    , m_flags{"-"} {
    for (std::uint32_t i = 0; i < m_plan.calls.size(); ++i) {
        m_callsOf[m_plan.calls[i].from].push_back(i);
    }
    if (m_plan.classes.empty()) {
        m_plan.classes.emplace_back();
    }
}

void Engine::setInventory(Inventory inventory, const std::shared_ptr<const Config>& config) {
    std::vector<PodState> pods(inventory.pods.size());
    for (std::uint32_t i = 0; i < inventory.pods.size(); ++i) {
        const std::uint32_t before = m_inventory.podNamed(inventory.pods[i].ns, inventory.pods[i].name);
        if (before != kNone) {
            pods[i] = std::move(m_pods[before]);
            pods[i].compiled = false; // endpoints may differ
            continue;
        }
        pods[i].routes = pods[i].policies = config;
        pods[i].handled.resize(m_plan.classes.size());
        pods[i].arriving.resize(m_plan.classes.size());
    }
    m_inventory = std::move(inventory);
    m_pods = std::move(pods);
}

void Engine::setRoutes(std::uint32_t pod, std::shared_ptr<const Config> config) {
    m_pods[pod].routes = std::move(config);
    m_pods[pod].compiled = false;
}

void Engine::setPolicies(std::uint32_t pod, std::shared_ptr<const Config> config) {
    m_pods[pod].policies = std::move(config);
}

void Engine::tick(double milliseconds) {
    m_nowMs += milliseconds;
    m_tickSeconds = milliseconds / 1000;
    for (PodState& pod : m_pods) {
        std::swap(pod.handled, pod.arriving);
        std::fill(pod.arriving.begin(), pod.arriving.end(), 0);
        pod.proxied = 0;
    }
    for (std::uint32_t pod = 0; pod < m_pods.size(); ++pod) {
        runPod(pod, m_tickSeconds);
    }
    refreshLatency();
    countCost(m_tickSeconds);
}

// The day: the mean at the start, 30 % above it six hours later, 30 % below in the night; with a ripple of minutes.
double Engine::loadFactor() const {
    constexpr double kDaySeconds = 86400;
    const double seconds = m_nowMs / 1000;
    const double turn = 2 * std::numbers::pi * seconds;
    return 1 + 0.3 * std::sin(turn / kDaySeconds) + 0.03 * std::sin(turn / 420);
}

std::uint64_t Engine::arrivals(std::uint32_t pod, const Flow& flow, double seconds) {
    const CallPlan& call = m_plan.calls[flow.call];
    const double pathShare = call.paths.empty() ? 1 : call.paths[flow.path].share;
    if (call.requestsPerSecond > 0) {
        const Workload& workload = m_inventory.workloads[m_inventory.pods[pod].workload];
        const double share = m_plan.classes[flow.trafficClass].share * pathShare /
                             static_cast<double>(std::max<std::size_t>(1, workload.pods.size()));
        return m_random.poisson(call.requestsPerSecond * loadFactor() * share * seconds);
    }
    const std::uint64_t handled = m_pods[pod].handled[flow.trafficClass];
    if (handled == 0) {
        return 0;
    }
    const double expected = call.perRequest * pathShare;
    const double whole = std::floor(expected);
    return handled * static_cast<std::uint64_t>(whole) + m_random.binomial(handled, expected - whole);
}

void Engine::runPod(std::uint32_t pod, double seconds) {
    if (m_callsOf[m_inventory.pods[pod].workload].empty() || !m_inventory.pods[pod].ready) {
        return;
    }
    if (!m_pods[pod].compiled) {
        compile(pod);
    }
    for (Flow& flow : m_pods[pod].flows) {
        const std::uint64_t count = arrivals(pod, flow, seconds);
        if (count == 0) {
            continue;
        }
        if (m_plan.calls[flow.call].ingress) {
            m_pods[pod].proxied += count;
        }
        send(pod, flow, count);
    }
}

std::vector<Cluster> Engine::clustersOf(const std::vector<Target>& targets) {
    std::vector<Cluster> clusters;
    clusters.reserve(targets.size());
    for (const Target& target : targets) {
        Cluster cluster;
        static_cast<Target&>(cluster) = target;
        cluster.named = internService(target.host);
        cluster.legs.resize(target.pods.size());
        clusters.push_back(std::move(cluster));
    }
    return clusters;
}

void Engine::compile(std::uint32_t pod) {
    PodState& state = m_pods[pod];
    state.compiled = true;
    state.flows.clear();
    const std::uint32_t workload = m_inventory.pods[pod].workload;
    for (const std::uint32_t index : m_callsOf[workload]) {
        const CallPlan& call = m_plan.calls[index];
        const std::size_t paths = std::max<std::size_t>(1, call.paths.size());
        for (std::uint32_t trafficClass = 0; trafficClass < m_plan.classes.size(); ++trafficClass) {
            for (std::uint32_t path = 0; path < paths; ++path) {
                Flow flow;
                flow.call = index;
                flow.trafficClass = trafficClass;
                flow.path = path;
                flow.service = internService(call.host);
                flow.request.host = call.host;
                flow.request.port = call.port;
                if (!call.paths.empty()) {
                    flow.request.method = call.paths[path].method;
                    flow.request.path = call.paths[path].path;
                }
                flow.request.headers = &m_plan.classes[trafficClass].headers;
                flow.request.tcp = call.protocol == Protocol::Tcp;
                flow.request.ingress = call.ingress;
                flow.route = routeRequest(*state.routes, m_inventory, workload, flow.request);
                flow.clusters = clustersOf(flow.route.targets);
                std::vector<Target> copies;
                for (const auto& [target, share] : flow.route.mirrors) {
                    copies.push_back(target);
                }
                flow.mirrors = clustersOf(copies);
                state.flows.push_back(std::move(flow));
            }
        }
    }
}

const std::vector<Flow>& Engine::flowsOf(std::uint32_t pod) {
    if (!m_pods[pod].compiled) {
        compile(pod);
    }
    return m_pods[pod].flows;
}

LegState Engine::verdict(std::uint32_t clientPod, const Flow& flow, const Cluster& cluster,
                         std::uint32_t serverPod) const {
    const Workload& client = m_inventory.workloads[m_inventory.pods[clientPod].workload];
    const Workload& server = m_inventory.workloads[m_inventory.pods[serverPod].workload];
    LegState leg;
    const Config& held = *m_pods[clientPod].routes;
    const Config& enforced = *m_pods[serverPod].policies;
    leg.client = held.push;
    leg.server = enforced.push;
    leg.transport = transportOf(held, enforced, client, server, cluster.targetPort, cluster.policy.tlsMode);
    if (leg.transport == Transport::Mutual || leg.transport == Transport::Plaintext) {
        AuthorizedRequest request;
        request.principal = leg.transport == Transport::Mutual ? client.principal : std::string();
        request.method = m_plan.calls[flow.call].protocol == Protocol::Grpc ? "POST" : flow.request.method;
        request.path = flow.request.path;
        request.host = flow.request.host;
        request.port = cluster.targetPort;
        request.tcp = flow.request.tcp;
        request.headers = flow.request.headers;
        leg.allowed = allowed(enforced, server, request);
    }
    return leg;
}

std::uint32_t Engine::internService(const std::string& host) {
    const auto [entry, added] = m_serviceIds.emplace(host, static_cast<std::uint32_t>(m_services.size()));
    if (added) {
        const std::uint32_t known = m_inventory.serviceOf(host);
        if (known == kNone) {
            m_services.push_back({host, host, "unknown"});
        } else {
            m_services.push_back({host, m_inventory.services[known].name, m_inventory.services[known].ns});
        }
    }
    return entry->second;
}

std::uint32_t Engine::internFlags(const std::string& flags) {
    if (flags.empty()) {
        return 0; // "-"
    }
    for (std::uint32_t i = 0; i < m_flags.size(); ++i) {
        if (m_flags[i] == flags) {
            return i;
        }
    }
    m_flags.push_back(flags);
    return static_cast<std::uint32_t>(m_flags.size() - 1);
}

std::vector<EdgeTruth> Engine::truth() const {
    std::vector<EdgeTruth> edges;
    edges.reserve(m_truth.size());
    for (const auto& [key, edge] : m_truth) {
        edges.push_back(edge);
    }
    std::sort(edges.begin(), edges.end(), [](const EdgeTruth& a, const EdgeTruth& b) {
        return std::tie(a.sourceNamespace, a.source, a.service, a.destination, a.protocol) <
               std::tie(b.sourceNamespace, b.source, b.service, b.destination, b.protocol);
    });
    return edges;
}

double Engine::sampleLatency(std::uint32_t workload, Random& random) const {
    return m_workloads[workload].latency.pick(random, m_inventory.workloads[workload].latency.medianMs);
}

double Engine::errorShare(std::uint32_t workload) const {
    return 1 - (1 - m_inventory.workloads[workload].errorRate) * (1 - m_workloads[workload].failed);
}

} // namespace meshdeck::demo
