// A batch from the client's listener to its outcome: fault, split, retries (semantics.md 1.7, 1.8).
#include <algorithm>
#include <cmath>

#include "app/demo/sim/sending.h"

namespace meshdeck::demo {

std::int8_t grpcStatusFor(int httpStatus) {
    switch (httpStatus) {
    case 400:
        return 13;
    case 401:
        return 16;
    case 403:
        return 7;
    case 404:
        return 12;
    case 429:
    case 502:
    case 503:
    case 504:
        return 14;
    default:
        return 2;
    }
}

void Engine::send(std::uint32_t pod, Flow& flow, std::uint64_t count) {
    Sending plain{pod, flow, m_plan.calls[flow.call]};
    m_calls[flow.call].sent += count;
    const Fault& fault = flow.route.fault;
    const std::uint64_t delayedCount = m_random.binomial(count, fault.delayShare);
    for (const bool delayed : {false, true}) {
        Sending sending = plain;
        sending.delayed = delayed;
        sending.delayMs = delayed ? fault.delayMs : 0;
        const std::uint64_t part = delayed ? delayedCount : count - delayedCount;
        const std::uint64_t aborted = m_random.binomial(part, fault.abortShare);
        if (aborted > 0) {
            Outcome outcome;
            outcome.count = aborted;
            const bool grpc = sending.call.protocol == Protocol::Grpc;
            outcome.code = static_cast<std::uint16_t>(grpc || fault.abortStatus == 0 ? 200 : fault.abortStatus);
            if (grpc || fault.abortGrpc >= 0) {
                outcome.grpcStatus =
                    fault.abortGrpc >= 0 ? static_cast<std::int8_t>(fault.abortGrpc) : grpcStatusFor(fault.abortStatus);
            }
            outcome.failed = outcome.code >= 500 || outcome.grpcStatus > 0;
            outcome.flags = "FI";
            outcome.ms = 0.3;
            reportClient(sending, nullptr, outcome);
        }
        if (part > aborted) {
            sendForward(sending, part - aborted);
        }
    }
}

void Engine::sendForward(Sending& sending, std::uint64_t count) {
    const Route& route = sending.flow.route;
    if (route.noRoute || route.directStatus != 0) {
        Outcome outcome;
        outcome.count = count;
        const int status = route.noRoute ? 404 : route.directStatus;
        const bool grpc = sending.call.protocol == Protocol::Grpc;
        outcome.code = static_cast<std::uint16_t>(grpc ? 200 : status);
        outcome.grpcStatus = grpc ? grpcStatusFor(status) : std::int8_t{-1};
        outcome.flags = route.noRoute ? "NR" : "";
        outcome.ms = 0.3;
        outcome.failed = status >= 500 || (grpc && status >= 400);
        reportClient(sending, nullptr, outcome);
        return;
    }
    mirror(sending, count);
    double left = 1;
    for (std::size_t i = 0; i < sending.flow.clusters.size() && count > 0; ++i) {
        Cluster& cluster = sending.flow.clusters[i];
        const bool last = i + 1 == sending.flow.clusters.size();
        const std::uint64_t part = last ? count : m_random.binomial(count, std::min(1.0, cluster.share / left));
        left -= cluster.share;
        count -= part;
        if (part > 0) {
            sendTo(sending, cluster, part);
        }
    }
}

void Engine::mirror(Sending& sending, std::uint64_t count) {
    for (std::size_t i = 0; i < sending.flow.mirrors.size(); ++i) {
        const std::uint64_t copies = m_random.binomial(count, sending.flow.route.mirrors[i].second);
        if (copies > 0) {
            Sending shadow = sending;
            shadow.shadow = true;
            sendTo(shadow, sending.flow.mirrors[i], copies);
        }
    }
}

void Engine::sendTo(Sending& sending, Cluster& cluster, std::uint64_t count) {
    const RetryPolicy& policy = sending.flow.route.retries;
    const bool proxied = m_inventory.workloads[m_inventory.pods[sending.pod].workload].proxied();
    const bool retries = proxied && !sending.shadow && sending.call.protocol != Protocol::Tcp;
    const auto retriable = [&](const Outcome& outcome) {
        return (policy.onConnectFailure && outcome.connectFailure) || (policy.on5xx && outcome.code >= 500) ||
               (policy.on5xx && !outcome.answered) ||
               (policy.onGatewayError && outcome.code >= 502 && outcome.code <= 504) ||
               (policy.onGrpcUnavailable && outcome.grpcStatus == 14 && outcome.server != kNone) ||
               policy.codes.contains(outcome.code);
    };
    double waitedMs = 0;
    for (int tries = 0; count > 0; ++tries) {
        std::vector<Outcome> outcomes;
        attempt(sending, cluster, count, outcomes);
        std::uint64_t again = 0;
        double againMs = 0;
        for (Outcome& outcome : outcomes) {
            const bool spent =
                sending.flow.route.timeoutMs > 0 && waitedMs + outcome.ms >= sending.flow.route.timeoutMs;
            if (retries && policy.attempts > 0 && !spent && !outcome.denied && retriable(outcome)) {
                if (tries < policy.attempts) {
                    again += outcome.count;
                    againMs += static_cast<double>(outcome.count) * outcome.ms;
                    continue;
                }
                outcome.flags += outcome.flags.empty() ? "URX" : ",URX";
            }
            outcome.ms += waitedMs;
            reportClient(sending, &cluster, outcome);
        }
        if (again > 0) {
            waitedMs += againMs / static_cast<double>(again) + 25; // the base back-off
        }
        count = again;
    }
}

namespace {

// Share of arrivals that find all `limit` places taken, with `busy` of them busy on average (Erlang's loss formula).
double lossShare(int limit, double busy) {
    double inverse = 1;
    for (int i = 1; i <= limit; ++i) {
        inverse = 1 + inverse * i / busy;
        if (!std::isfinite(inverse)) {
            return 0;
        }
    }
    return 1 / inverse;
}

} // namespace

std::uint64_t Engine::overflow(const Sending& sending, const Cluster& cluster, std::uint64_t count) {
    std::optional<int> limit = cluster.policy.maxRequests;
    for (const std::optional<int>& other : {cluster.policy.maxPending, cluster.policy.maxConnections}) {
        if (other && (!limit || *other < *limit)) {
            limit = other;
        }
    }
    if (!limit || cluster.pods.empty() || m_tickSeconds <= 0) {
        return 0;
    }
    const double waitMs = sampleLatency(m_inventory.pods[cluster.pods.front()].workload, m_random);
    const double busy = static_cast<double>(count) / m_tickSeconds * waitMs / 1000;
    static_cast<void>(sending);
    return busy <= 0 ? 0 : m_random.binomial(count, lossShare(*limit, busy));
}

void Engine::attempt(Sending& sending, Cluster& cluster, std::uint64_t count, std::vector<Outcome>& outcomes) {
    const bool grpc = sending.call.protocol == Protocol::Grpc;
    const auto refuse = [&](std::uint64_t refused, int status, const char* flags, bool connectFailure) {
        if (refused == 0) {
            return;
        }
        Outcome outcome;
        outcome.count = refused;
        outcome.code = static_cast<std::uint16_t>(grpc ? 200 : status);
        outcome.grpcStatus = grpc ? grpcStatusFor(status) : std::int8_t{-1};
        outcome.flags = flags;
        outcome.ms = 0.3;
        outcome.failed = true;
        outcome.connectFailure = connectFailure;
        outcomes.push_back(std::move(outcome));
    };
    if (cluster.invalid) {
        return refuse(count, 500, "", false);
    }
    if (cluster.service == kNone) {
        return refuse(count, 503, "NC", false);
    }
    if (m_inventory.services[cluster.service].external) {
        return external(sending, cluster, count, outcomes);
    }
    const std::uint64_t lost = overflow(sending, cluster, count);
    refuse(lost, 503, "UO", false);
    count -= lost;
    const std::vector<std::size_t> endpoints = healthy(sending.pod, cluster);
    if (endpoints.empty()) {
        return refuse(count, 503, "UH", false);
    }
    for (std::size_t i = 0; i < endpoints.size() && count > 0; ++i) {
        const std::uint64_t part = m_random.binomial(count, 1.0 / static_cast<double>(endpoints.size() - i));
        count -= part;
        if (part > 0) {
            leg(sending, cluster, endpoints[i], part, outcomes);
        }
    }
}

} // namespace meshdeck::demo
