// Counters of one pod's proxy, as Istio's stats filter keeps them: one set for each combination of labels.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace meshdeck::demo {

// Envoy's default histogram buckets, upper bounds in ms (or bytes); above the last counts into +Inf only.
inline constexpr std::array<double, 19> kBuckets = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000};

enum class Security : std::uint8_t { Unknown, None, Mutual };

struct SeriesKey {
    bool source = true;               // reporter
    std::uint32_t peer = 0xFFFFFFFFU; // workload at the other end; none: unknown
    std::uint32_t service = 0;        // interned destination host
    std::uint16_t code = 0;           // HTTP status, 0: no answer (or TCP)
    std::int8_t grpcStatus = -1;      // -1: not gRPC
    std::uint8_t protocol = 0;        // Protocol
    Security security = Security::Unknown;
    std::uint16_t flags = 0; // interned response flags
    auto operator<=>(const SeriesKey&) const = default;
};

struct RequestSeries {
    std::uint64_t requests = 0;
    double durationMs = 0;
    std::array<std::uint64_t, kBuckets.size() + 1> buckets{}; // not cumulated; the last is +Inf
    double requestBytes = 0; // mean of one request, fixed when the series begins so that its histogram never falls
    double responseBytes = 0;
    void add(std::uint64_t count, double ms);
};

struct TcpSeries {
    std::uint64_t opened = 0, closed = 0;
    double sent = 0, received = 0; // bytes: sent is the answering direction, received the asking one
};

struct PodSeries {
    std::map<SeriesKey, RequestSeries> requests;
    std::map<SeriesKey, TcpSeries> tcp;
    double proxyCpuSeconds = 0;
    double proxyMemoryBytes = 0;
};

} // namespace meshdeck::demo
