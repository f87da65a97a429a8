#include "app/demo/telemetry/trace_store.h"

#include <algorithm>

namespace meshdeck::demo {

namespace {

bool spanMatches(const SpanRecord& span, const TraceQuery& query) {
    if ((!query.service.empty() && span.service != query.service) ||
        (!query.operation.empty() && span.name != query.operation)) {
        return false;
    }
    return std::all_of(query.attributes.begin(), query.attributes.end(), [&](const auto& wanted) {
        return std::any_of(span.attributes.begin(), span.attributes.end(), [&](const auto& attribute) {
            return attribute.first == wanted.first && attribute.second == wanted.second;
        });
    });
}

bool traceMatches(const TraceRecord& trace, const TraceQuery& query) {
    const std::int64_t start = trace.startNs();
    const std::int64_t duration = trace.durationNs();
    return start >= query.startMinNs && start <= query.startMaxNs && duration >= query.durationMinNs &&
           (query.durationMaxNs == 0 || duration <= query.durationMaxNs) &&
           std::any_of(trace.spans.begin(), trace.spans.end(),
                       [&](const SpanRecord& span) { return spanMatches(span, query); });
}

} // namespace

std::int64_t TraceRecord::startNs() const {
    return spans.empty() ? 0 : spans.front().startNs;
}

std::int64_t TraceRecord::durationNs() const {
    std::int64_t end = startNs();
    for (const SpanRecord& span : spans) {
        end = std::max(end, span.endNs);
    }
    return end - startNs();
}

void TraceStore::add(TraceRecord trace) {
    auto stored = std::make_shared<const TraceRecord>(std::move(trace));
    const std::lock_guard lock(m_mutex);
    m_traces.push_back(std::move(stored));
    if (m_traces.size() > m_capacity) {
        m_traces.pop_front();
    }
}

TracePtr TraceStore::trace(const TraceId& id) const {
    const std::lock_guard lock(m_mutex);
    const auto found =
        std::find_if(m_traces.begin(), m_traces.end(), [&](const TracePtr& trace) { return trace->id == id; });
    return found == m_traces.end() ? nullptr : *found;
}

std::vector<TracePtr> TraceStore::find(const TraceQuery& query) const {
    const std::lock_guard lock(m_mutex);
    std::vector<TracePtr> found;
    for (auto trace = m_traces.rbegin(); trace != m_traces.rend(); ++trace) {
        if (static_cast<int>(found.size()) >= query.limit) {
            break;
        }
        if (traceMatches(**trace, query)) {
            found.push_back(*trace);
        }
    }
    return found;
}

std::vector<std::string> TraceStore::services() const {
    const std::lock_guard lock(m_mutex);
    std::set<std::string> names;
    for (const TracePtr& trace : m_traces) {
        for (const SpanRecord& span : trace->spans) {
            names.insert(span.service);
        }
    }
    return {names.begin(), names.end()};
}

std::set<std::pair<std::string, std::string>> TraceStore::operations(const std::string& service,
                                                                     const std::string& kind) const {
    const std::lock_guard lock(m_mutex);
    std::set<std::pair<std::string, std::string>> names;
    for (const TracePtr& trace : m_traces) {
        for (const SpanRecord& span : trace->spans) {
            const std::string side = span.server ? "server" : "client";
            if (span.service == service && (kind.empty() || kind == side)) {
                names.emplace(span.name, side);
            }
        }
    }
    return names;
}

std::string hexText(const TraceId& id) {
    static constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : id) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<TraceId> traceIdOf(const std::string& hex) {
    if (hex.empty() || hex.size() > 32) {
        return std::nullopt;
    }
    const std::string padded = std::string(32 - hex.size(), '0') + hex;
    TraceId id{};
    for (std::size_t i = 0; i < padded.size(); ++i) {
        const char c = padded[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        digit = c >= 'A' && c <= 'F' ? c - 'A' + 10 : digit;
        if (digit < 0) {
            return std::nullopt;
        }
        id[i / 2] = static_cast<std::uint8_t>(id[i / 2] << 4 | digit);
    }
    return id;
}

} // namespace meshdeck::demo
