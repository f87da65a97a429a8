// The far end of a batch: the endpoint's proxy and application, and ejection of endpoints that keep failing.
#include <algorithm>

#include "app/demo/sim/sending.h"

namespace meshdeck::demo {

namespace {

// A batch is spread over so many response times; a fleet has batches enough for fewer.
constexpr std::uint64_t kLatencySamples = 12;
constexpr std::uint64_t kFleetLatencySamples = 2;
constexpr std::size_t kFleetPods = 2000;

Security securityOf(bool mutual) {
    return mutual ? Security::Mutual : Security::None;
}

} // namespace

std::vector<std::size_t> Engine::healthy(std::uint32_t pod, const Cluster& cluster) {
    std::vector<std::size_t> endpoints;
    endpoints.reserve(cluster.pods.size());
    for (std::size_t i = 0; i < cluster.pods.size(); ++i) {
        if (cluster.policy.outlier && !m_pods[pod].ejections.empty()) {
            const auto ejection = m_pods[pod].ejections.find(m_inventory.pods[cluster.pods[i]].address);
            if (ejection != m_pods[pod].ejections.end() && ejection->second.untilMs > m_nowMs) {
                continue;
            }
        }
        endpoints.push_back(i);
    }
    return endpoints;
}

void Engine::countEjection(std::uint32_t pod, const Cluster& cluster, std::size_t endpoint, std::uint64_t count,
                           std::uint64_t failed) {
    if (!cluster.policy.outlier || cluster.policy.outlier->consecutive5xx <= 0) {
        return;
    }
    const TrafficPolicy::Outlier& outlier = *cluster.policy.outlier;
    Ejection& ejection = m_pods[pod].ejections[m_inventory.pods[cluster.pods[endpoint]].address];
    // The order of the batch's answers decides about runs of failures; draw it for as many as can matter.
    const double share = static_cast<double>(failed) / static_cast<double>(count);
    bool eject = false;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, 256) && !eject; ++i) {
        ejection.consecutive = m_random.uniform() < share ? ejection.consecutive + 1 : 0;
        eject = ejection.consecutive >= outlier.consecutive5xx;
    }
    if (!eject) {
        return;
    }
    ejection.consecutive = 0;
    const std::size_t out = cluster.pods.size() - healthy(pod, cluster).size();
    // At least one endpoint may be ejected whatever the share; then no more than the share.
    const auto most = std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(cluster.pods.size()) * outlier.maxEjectionPercent / 100));
    if (out < most) {
        ++ejection.times;
        ejection.untilMs = m_nowMs + outlier.baseEjectionMs * ejection.times;
    }
}

void Engine::leg(Sending& sending, Cluster& cluster, std::size_t endpoint, std::uint64_t count,
                 std::vector<Outcome>& outcomes) {
    const std::uint32_t server = cluster.pods[endpoint];
    LegState& state = cluster.legs[endpoint];
    if (state.client != m_pods[sending.pod].routes->push || state.server != m_pods[server].policies->push) {
        state = verdict(sending.pod, sending.flow, cluster, server);
    }
    const bool grpc = sending.call.protocol == Protocol::Grpc;
    const bool mutual = state.transport == Transport::Mutual;
    Outcome outcome;
    outcome.count = count;
    outcome.server = server;
    outcome.mutual = mutual;
    if (state.transport == Transport::RefusedPlaintext || state.transport == Transport::BrokenTls) {
        outcome.connectFailure = state.transport == Transport::BrokenTls;
        outcome.code = static_cast<std::uint16_t>(grpc ? 200 : 503);
        outcome.grpcStatus = grpc ? std::int8_t{14} : std::int8_t{-1};
        outcome.flags = outcome.connectFailure ? "UF" : "UC";
        outcome.ms = m_random.uniform(0.6, 2.5);
        outcome.failed = true;
        outcomes.push_back(outcome);
    } else if (!state.allowed) {
        outcome.code = static_cast<std::uint16_t>(grpc ? 200 : 403);
        outcome.grpcStatus = grpc ? std::int8_t{7} : std::int8_t{-1};
        outcome.ms = m_random.uniform(0.4, 1.2);
        outcome.failed = outcome.denied = true;
        reportServer(sending, cluster, server, mutual, outcome);
        outcomes.push_back(outcome);
    } else {
        serve(sending, cluster, server, count, mutual, outcomes);
    }
    std::uint64_t failed = 0;
    for (const Outcome& ended : outcomes) {
        failed += ended.server == server && ended.failed && !ended.denied ? ended.count : 0;
    }
    countEjection(sending.pod, cluster, endpoint, count, std::min(failed, count));
}

void Engine::serve(Sending& sending, Cluster& cluster, std::uint32_t server, std::uint64_t count, bool mutual,
                   std::vector<Outcome>& outcomes) {
    const std::uint32_t workload = m_inventory.pods[server].workload;
    const bool grpc = sending.call.protocol == Protocol::Grpc;
    const Route& route = sending.flow.route;
    double limitMs = route.timeoutMs;
    if (route.retries.perTryMs && (limitMs <= 0 || *route.retries.perTryMs < limitMs)) {
        limitMs = *route.retries.perTryMs;
    }
    const std::uint64_t errors = m_random.binomial(count, errorShare(workload));
    const std::uint64_t most = m_pods.size() > kFleetPods ? kFleetLatencySamples : kLatencySamples;
    m_pods[server].arriving[sending.flow.trafficClass] += count - errors;
    for (const bool failing : {false, true}) {
        std::uint64_t left = failing ? errors : count - errors;
        for (std::uint64_t samples = std::min(left, most); samples > 0; --samples) {
            const std::uint64_t part = left / samples;
            left -= part;
            Outcome outcome;
            outcome.count = part;
            outcome.server = server;
            outcome.mutual = mutual;
            outcome.failed = failing;
            outcome.code = static_cast<std::uint16_t>(failing && !grpc ? 500 : 200);
            outcome.grpcStatus = grpc ? (failing ? std::int8_t{13} : std::int8_t{0}) : std::int8_t{-1};
            const double appMs = sampleLatency(workload, m_random);
            outcome.ms = appMs + m_random.uniform(0.2, 0.6);
            const double overheadMs = m_random.uniform(0.5, 1.6); // network and the client's own proxy
            if (limitMs > 0 && outcome.ms + overheadMs > limitMs) {
                Outcome cut = outcome; // the server sees its client go away
                cut.code = 0;
                cut.flags = "DC";
                cut.ms = limitMs;
                reportServer(sending, cluster, server, mutual, cut);
                outcome.code = static_cast<std::uint16_t>(grpc ? 200 : 504);
                outcome.grpcStatus = grpc ? std::int8_t{14} : std::int8_t{-1};
                outcome.flags = "UT";
                outcome.failed = true;
                outcome.ms = limitMs;
            } else {
                reportServer(sending, cluster, server, mutual, outcome);
                outcome.ms += overheadMs;
            }
            outcomes.push_back(std::move(outcome));
        }
    }
}

void Engine::external(Sending& sending, const Cluster& cluster, std::uint64_t count, std::vector<Outcome>& outcomes) {
    static_cast<void>(cluster);
    Outcome outcome;
    outcome.count = count;
    outcome.grpcStatus = sending.call.protocol == Protocol::Grpc ? std::int8_t{0} : std::int8_t{-1};
    outcome.ms = m_random.logNormal(35, 0.4);
    outcomes.push_back(std::move(outcome));
}

void Engine::reportServer(Sending& sending, const Cluster& cluster, std::uint32_t server, bool mutual,
                          const Outcome& outcome) {
    const Workload& workload = m_inventory.workloads[m_inventory.pods[server].workload];
    if (!workload.sidecar) {
        return;
    }
    m_pods[server].proxied += outcome.count;
    const std::uint32_t client = m_inventory.pods[sending.pod].workload;
    SeriesKey key;
    key.source = false;
    key.peer = m_inventory.workloads[client].proxied() ? client : kNone;
    key.service = cluster.named;
    key.code = outcome.code;
    key.grpcStatus = outcome.grpcStatus;
    key.protocol = static_cast<std::uint8_t>(sending.call.protocol);
    key.security = securityOf(mutual);
    key.flags = static_cast<std::uint16_t>(internFlags(outcome.flags));
    if (sending.call.protocol == Protocol::Tcp) {
        key.code = 0;
        key.grpcStatus = -1;
        countTcp(m_pods[server].series, key, sending.call, outcome);
        return;
    }
    RequestSeries& series = m_pods[server].series.requests[key];
    if (series.requests == 0) {
        series.requestBytes = sending.call.requestBytes;
        series.responseBytes = outcome.failed ? 120 : sending.call.responseBytes;
    }
    series.add(outcome.count, outcome.ms);
}

} // namespace meshdeck::demo
