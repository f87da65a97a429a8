// A bounded store of sampled traces, with the questions that Jaeger's query API asks of it. Thread safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace meshdeck::demo {

using SpanId = std::array<std::uint8_t, 8>;
using TraceId = std::array<std::uint8_t, 16>;

struct SpanRecord {
    SpanId id{};
    std::optional<SpanId> parent;
    std::string service; // as Jaeger names it: "<app>.<namespace>"
    std::string name;
    bool server = false;                 // else the client's side
    std::int64_t startNs = 0, endNs = 0; // since the epoch
    bool error = false;
    std::vector<std::pair<std::string, std::string>> attributes;
};

struct TraceRecord {
    TraceId id{};
    std::vector<SpanRecord> spans; // the root first
    [[nodiscard]] std::int64_t startNs() const;
    [[nodiscard]] std::int64_t durationNs() const;
};
using TracePtr = std::shared_ptr<const TraceRecord>;

struct TraceQuery {
    std::string service, operation;                // "" for any
    std::map<std::string, std::string> attributes; // all on one span of the service
    std::int64_t startMinNs = 0, startMaxNs = 0;
    std::int64_t durationMinNs = 0, durationMaxNs = 0; // 0: no bound
    int limit = 100;
};

class TraceStore {
public:
    explicit TraceStore(std::size_t capacity)
        : m_capacity(capacity) {}

    void add(TraceRecord trace);
    [[nodiscard]] TracePtr trace(const TraceId& id) const;
    [[nodiscard]] std::vector<TracePtr> find(const TraceQuery& query) const; // newest first
    [[nodiscard]] std::vector<std::string> services() const;
    // Names and sides ("client", "server") of a service's spans; `kind` "" for both.
    [[nodiscard]] std::set<std::pair<std::string, std::string>> operations(const std::string& service,
                                                                           const std::string& kind) const;

private:
    std::size_t m_capacity;
    mutable std::mutex m_mutex;
    std::deque<TracePtr> m_traces; // oldest first
};

[[nodiscard]] std::string hexText(const TraceId& id);
// 1 to 32 hex digits, padded on the left; nothing for other text.
[[nodiscard]] std::optional<TraceId> traceIdOf(const std::string& hex);

} // namespace meshdeck::demo
