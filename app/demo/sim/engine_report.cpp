// What a batch leaves behind: the client's counters, the truth, and what feeds the next tick.
#include <algorithm>
#include <cmath>

#include "app/demo/sim/sending.h"

namespace meshdeck::demo {

void Engine::reportClient(Sending& sending, const Cluster* cluster, const Outcome& outcome) {
    if (sending.shadow) {
        return;
    }
    CallState& call = m_calls[sending.flow.call];
    call.failures += outcome.failed ? outcome.count : 0;
    call.seen.add(outcome.ms + sending.delayMs);
    countTruth(sending, cluster, outcome);

    PodState& pod = m_pods[sending.pod];
    const std::uint32_t client = m_inventory.pods[sending.pod].workload;
    if (!m_inventory.workloads[client].proxied()) {
        return;
    }
    pod.proxied += outcome.count;
    SeriesKey key;
    key.peer = outcome.server == kNone ? kNone : m_inventory.pods[outcome.server].workload;
    key.service = cluster == nullptr ? sending.flow.service : cluster->named;
    key.code = outcome.code;
    key.grpcStatus = outcome.grpcStatus;
    key.protocol = static_cast<std::uint8_t>(sending.call.protocol);
    key.security = outcome.mutual ? Security::Mutual : Security::None;
    std::string flags = sending.delayed ? "DI" : "";
    if (!outcome.flags.empty()) {
        flags += (flags.empty() ? "" : ",") + outcome.flags;
    }
    key.flags = static_cast<std::uint16_t>(internFlags(flags));
    if (sending.call.protocol == Protocol::Tcp) {
        key.code = 0;
        key.grpcStatus = -1;
        countTcp(pod.series, key, sending.call, outcome);
        return;
    }
    RequestSeries& series = pod.series.requests[key];
    if (series.requests == 0) {
        series.requestBytes = sending.call.requestBytes;
        series.responseBytes = outcome.failed ? 120 : sending.call.responseBytes;
    }
    series.add(outcome.count, outcome.ms + sending.delayMs);
}

// Operations run over a few lasting connections; now and then one is renewed. A refused one opens and closes at once.
void Engine::countTcp(PodSeries& pod, const SeriesKey& key, const CallPlan& call, const Outcome& outcome) {
    TcpSeries& series = pod.tcp[key];
    if (outcome.failed) {
        series.opened += outcome.count;
        series.closed += outcome.count;
        return;
    }
    const std::uint64_t renewed = m_random.binomial(outcome.count, 0.001);
    series.opened += renewed + (series.opened == 0 ? 2 : 0);
    series.closed += renewed;
    series.received += static_cast<double>(outcome.count) * call.requestBytes;
    series.sent += static_cast<double>(outcome.count) * call.responseBytes;
}

void Engine::countTruth(Sending& sending, const Cluster* cluster, const Outcome& outcome) {
    const std::uint32_t client = m_inventory.pods[sending.pod].workload;
    const std::uint32_t server = outcome.server == kNone ? kNone : m_inventory.pods[outcome.server].workload;
    const std::uint32_t service = cluster == nullptr ? sending.flow.service : cluster->named;
    const TruthKey key{client, server, service, static_cast<std::uint8_t>(sending.call.protocol)};
    EdgeTruth& edge = m_truth[key];
    if (edge.source.empty()) {
        edge.sourceNamespace = m_inventory.workloads[client].ns;
        edge.source = m_inventory.workloads[client].name;
        if (server != kNone) {
            edge.destinationNamespace = m_inventory.workloads[server].ns;
            edge.destination = m_inventory.workloads[server].name;
            edge.version = m_inventory.workloads[server].version;
        }
        edge.service = m_services[service].host;
        edge.protocol = sending.call.protocol == Protocol::Tcp    ? "tcp"
                        : sending.call.protocol == Protocol::Grpc ? "grpc"
                                                                  : "http";
    }
    edge.requests += outcome.count;
    edge.errors += outcome.failed && !outcome.denied ? outcome.count : 0;
    edge.denied += outcome.denied ? outcome.count : 0;
    if (!(sending.call.protocol == Protocol::Tcp && outcome.failed)) {
        edge.bytes += static_cast<double>(outcome.count) *
                      (sending.call.requestBytes + (outcome.failed ? 120 : sending.call.responseBytes));
    }
}

// New response times of every workload that has served something: its own work plus, one after the other, a sample of
// what each of its calls took lately. So a fault far down shows up to the top, tails and all, a tick a hop later.
void Engine::refreshLatency() {
    constexpr double kSmoothing = 0.2;
    for (CallState& call : m_calls) {
        if (call.sent > 0) {
            const double share = std::min(1.0, static_cast<double>(call.failures) / static_cast<double>(call.sent));
            call.failed += kSmoothing * (share - call.failed);
        }
        call.sent = call.failures = 0;
    }
    for (std::uint32_t i = 0; i < m_workloads.size(); ++i) {
        const Workload& workload = m_inventory.workloads[i];
        if (workload.pods.empty()) {
            continue;
        }
        double succeeds = 1;
        for (const std::uint32_t index : m_callsOf[i]) {
            const CallPlan& call = m_plan.calls[index];
            succeeds *= 1 - std::min(1.0, m_calls[index].failed * call.failsCaller * std::min(1.0, call.perRequest));
        }
        m_workloads[i].failed = 1 - succeeds;
        const int samples = m_workloads[i].latency.filled == 0 ? 8 : m_workloads.size() > 2000 ? 1 : 3;
        for (int k = 0; k < samples; ++k) {
            double ms = m_random.logNormal(workload.latency.medianMs, workload.latency.sigma);
            for (const std::uint32_t index : m_callsOf[i]) {
                const CallPlan& call = m_plan.calls[index];
                if (call.protocol == Protocol::Tcp || m_calls[index].seen.filled == 0) {
                    ms += call.protocol == Protocol::Tcp ? 0.8 : 0;
                    continue;
                }
                for (double times = call.perRequest; times > 0 && times < 20; times -= 1) {
                    if (times >= 1 || m_random.uniform() < times) {
                        ms += m_calls[index].seen.pick(m_random, 0);
                    }
                }
            }
            m_workloads[i].latency.add(ms);
        }
    }
}

// A sidecar takes about 0.35 ms of CPU a request and 40 MB, more with the series it keeps.
void Engine::countCost(double seconds) {
    for (std::uint32_t i = 0; i < m_pods.size(); ++i) {
        PodState& pod = m_pods[i];
        if (!m_inventory.workloads[m_inventory.pods[i].workload].proxied()) {
            continue;
        }
        pod.series.proxyCpuSeconds += static_cast<double>(pod.proxied) * 0.00035 + seconds * 0.0015;
        const double wanted = 42e6 + 4000.0 * static_cast<double>(pod.series.requests.size()) +
                              3e4 * std::sqrt(static_cast<double>(pod.proxied) / std::max(seconds, 1e-3));
        double& memory = pod.series.proxyMemoryBytes;
        memory = memory <= 0 ? wanted : memory + 0.05 * (wanted - memory);
    }
}

} // namespace meshdeck::demo
