#include "app/demo/telemetry/metrics_page.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

#include "app/demo/mesh/objects.h"

namespace meshdeck::demo {

namespace {

// Shortest text that reads back as the same number, whatever the locale.
std::string numberText(double value) {
    char buffer[40];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc{} ? std::string(buffer, end) : "0";
}

void addLabel(std::string& text, const char* name, const std::string& value) {
    if (!text.empty()) {
        text += ',';
    }
    text += name;
    text += "=\"";
    text += escapedLabel(value);
    text += '"';
}

std::string orUnknown(const std::string& value) {
    return value.empty() ? "unknown" : value;
}

// The labels of one end of an edge; prefix "source" or "destination". No workload: everything unknown.
void addPeer(std::string& text, const std::string& prefix, const Workload* workload, bool showPrincipal) {
    const auto add = [&](const char* name, const std::string& value) {
        addLabel(text, (prefix + "_" + name).c_str(), value);
    };
    add("workload", workload != nullptr ? workload->name : "unknown");
    add("workload_namespace", workload != nullptr ? workload->ns : "unknown");
    add("principal", workload != nullptr && showPrincipal ? orUnknown(workload->principal) : "unknown");
    add("app", workload != nullptr ? orUnknown(workload->app) : "unknown");
    add("version", workload != nullptr ? orUnknown(workload->version) : "unknown");
    add("canonical_service", workload != nullptr ? orUnknown(workload->app) : "unknown");
    add("canonical_revision", workload != nullptr && !workload->version.empty() ? workload->version : "latest");
    add("cluster", workload != nullptr ? kClusterId : "unknown");
}

std::string labelsOf(const Engine& engine, std::uint32_t pod, const SeriesKey& key) {
    const Inventory& inventory = engine.inventory();
    const Workload* self = &inventory.workloads[inventory.pods[pod].workload];
    const Workload* peer = key.peer == kNone ? nullptr : &inventory.workloads[key.peer];
    const bool mutual = key.security == Security::Mutual;
    const auto protocol = static_cast<Protocol>(key.protocol);
    const NamedService& service = engine.service(key.service);
    std::string text;
    addLabel(text, "reporter", key.source ? "source" : "destination");
    addPeer(text, "source", key.source ? self : peer, mutual);
    addPeer(text, "destination", key.source ? peer : self, mutual);
    addLabel(text, "destination_service", service.host);
    addLabel(text, "destination_service_name", service.name);
    addLabel(text, "destination_service_namespace", service.ns);
    addLabel(text, "request_protocol",
             protocol == Protocol::Tcp    ? "tcp"
             : protocol == Protocol::Grpc ? "grpc"
                                          : "http");
    if (protocol != Protocol::Tcp) {
        addLabel(text, "response_code", std::to_string(key.code));
        addLabel(text, "grpc_response_status", key.grpcStatus < 0 ? "" : std::to_string(key.grpcStatus));
    }
    addLabel(text, "response_flags", engine.flags(key.flags));
    addLabel(text, "connection_security_policy", key.source ? "unknown" : mutual ? "mutual_tls" : "none");
    return text;
}

void addSample(std::string& page, const char* name, const std::string& labels, double value) {
    page += name;
    if (!labels.empty()) {
        page += '{';
        page += labels;
        page += '}';
    }
    page += ' ';
    page += numberText(value);
    page += '\n';
}

void addType(std::string& page, const char* name, const char* type) {
    page += "# TYPE ";
    page += name;
    page += ' ';
    page += type;
    page += '\n';
}

// The texts of the buckets' bounds, the infinite one last.
const std::vector<std::string>& boundTexts() {
    static const std::vector<std::string> texts = [] {
        std::vector<std::string> made;
        for (const double bound : kBuckets) {
            made.push_back(",le=\"" + numberText(bound) + "\"} ");
        }
        made.emplace_back(",le=\"+Inf\"} ");
        return made;
    }();
    return texts;
}

// `cumulated` holds one count a bucket and the total last. Most of a page is made here.
void addHistogram(std::string& page, const std::string& name, const std::string& labels,
                  const std::vector<std::uint64_t>& cumulated, double sum) {
    const std::vector<std::string>& bounds = boundTexts();
    char number[24];
    for (std::size_t i = 0; i < cumulated.size(); ++i) {
        const std::string_view count(number, std::to_chars(number, number + sizeof number, cumulated[i]).ptr);
        page.append(name).append("_bucket{").append(labels).append(bounds[i]).append(count).append(1, '\n');
    }
    addSample(page, (name + "_sum").c_str(), labels, sum);
    addSample(page, (name + "_count").c_str(), labels, static_cast<double>(cumulated.back()));
}

std::vector<std::uint64_t> durationCounts(const RequestSeries& series) {
    std::vector<std::uint64_t> counts;
    std::uint64_t total = 0;
    for (const std::uint64_t bucket : series.buckets) {
        total += bucket;
        counts.push_back(total);
    }
    return counts;
}

// Sizes follow one log-normal law for the life of a series, so its histogram follows from the count alone.
std::vector<std::uint64_t> sizeCounts(std::uint64_t count, double meanBytes) {
    constexpr double kSigma = 0.5;
    const double median = meanBytes * std::exp(-kSigma * kSigma / 2);
    std::vector<std::uint64_t> counts;
    for (const double bound : kBuckets) {
        const double share = 0.5 * std::erfc(-std::log(bound / median) / (kSigma * std::sqrt(2.0)));
        counts.push_back(static_cast<std::uint64_t>(share * static_cast<double>(count)));
    }
    counts.push_back(count);
    return counts;
}

void addCounts(std::string& page, const PodSeries& series, const std::vector<std::string>& labels,
               const StatFilter& filter) {
    std::size_t i = 0;
    if (filter.shows("istio_requests_total")) {
        addType(page, "istio_requests_total", "counter");
        for (const auto& [key, counts] : series.requests) {
            addSample(page, "istio_requests_total", labels[i++], static_cast<double>(counts.requests));
        }
    }
    for (const char* name : {"istio_request_messages_total", "istio_response_messages_total"}) {
        if (!filter.shows(name)) {
            continue;
        }
        addType(page, name, "counter");
        i = 0;
        for (const auto& [key, counts] : series.requests) {
            if (key.grpcStatus >= 0) {
                addSample(page, name, labels[i], static_cast<double>(counts.requests));
            }
            ++i;
        }
    }
}

void addHistograms(std::string& page, const PodSeries& series, const std::vector<std::string>& labels,
                   const StatFilter& filter) {
    std::size_t i = 0;
    if (filter.shows("istio_request_duration_milliseconds")) {
        addType(page, "istio_request_duration_milliseconds", "histogram");
        for (const auto& [key, counts] : series.requests) {
            addHistogram(page, "istio_request_duration_milliseconds", labels[i++], durationCounts(counts),
                         counts.durationMs);
        }
    }
    for (const bool request : {true, false}) {
        const char* name = request ? "istio_request_bytes" : "istio_response_bytes";
        if (!filter.shows(name)) {
            continue;
        }
        addType(page, name, "histogram");
        i = 0;
        for (const auto& [key, counts] : series.requests) {
            const double mean = request ? counts.requestBytes : counts.responseBytes;
            addHistogram(page, name, labels[i++], sizeCounts(counts.requests, mean),
                         static_cast<double>(counts.requests) * mean);
        }
    }
}

void addTcp(std::string& page, const Engine& engine, std::uint32_t pod, const PodSeries& series,
            const StatFilter& filter) {
    const auto add = [&](const char* name, auto value) {
        if (!filter.shows(name)) {
            return;
        }
        addType(page, name, "counter");
        for (const auto& [key, counts] : series.tcp) {
            addSample(page, name, labelsOf(engine, pod, key), value(counts));
        }
    };
    add("istio_tcp_connections_opened_total", [](const TcpSeries& tcp) { return static_cast<double>(tcp.opened); });
    add("istio_tcp_connections_closed_total", [](const TcpSeries& tcp) { return static_cast<double>(tcp.closed); });
    add("istio_tcp_sent_bytes_total", [](const TcpSeries& tcp) { return std::floor(tcp.sent); });
    add("istio_tcp_received_bytes_total", [](const TcpSeries& tcp) { return std::floor(tcp.received); });
}

// Envoy's own statistics have dots in their names, and the filter sees them so; the agent's are not Envoy's to filter.
void addProxy(std::string& page, const PodSeries& series, double uptimeSeconds, const StatFilter& filter) {
    const auto add = [&](const char* statistic, const char* name, const char* type, double value) {
        if (filter.shows(statistic)) {
            addType(page, name, type);
            addSample(page, name, "", value);
        }
    };
    if (filter.shows("istio_build")) {
        addType(page, "istio_build", "gauge");
        addSample(page, "istio_build", std::string("component=\"proxy\",tag=\"") + kIstioVersion + "\"", 1);
    }
    const double memory = std::floor(series.proxyMemoryBytes);
    add("server.memory_allocated", "envoy_server_memory_allocated", "gauge", std::floor(memory * 0.45));
    add("server.memory_heap_size", "envoy_server_memory_heap_size", "gauge", std::floor(memory * 0.62));
    add("server.uptime", "envoy_server_uptime", "gauge", std::floor(uptimeSeconds));
    add("server.concurrency", "envoy_server_concurrency", "gauge", 2);
    add("server.live", "envoy_server_live", "gauge", 1);
    if (filter.expression().empty()) {
        add("", "istio_agent_process_cpu_seconds_total", "counter", series.proxyCpuSeconds);
        add("", "istio_agent_process_resident_memory_bytes", "gauge", memory);
    }
}

} // namespace

std::string escapedLabel(const std::string& value) {
    std::string text;
    text.reserve(value.size());
    for (const char c : value) {
        if (c == '\\' || c == '"') {
            text += '\\';
            text += c;
        } else if (c == '\n') {
            text += "\\n";
        } else {
            text += c;
        }
    }
    return text;
}

std::string metricsPage(const Engine& engine, std::uint32_t pod, double uptimeSeconds, const StatFilter& filter) {
    const PodSeries& series = engine.pod(pod).series;
    std::vector<std::string> labels;
    labels.reserve(series.requests.size());
    for (const auto& [key, counts] : series.requests) {
        labels.push_back(labelsOf(engine, pod, key));
    }
    std::string page;
    page.reserve(2048 + series.requests.size() * (filter.expression().empty() ? 56000 : 1000));
    if (!series.requests.empty()) {
        addCounts(page, series, labels, filter);
        addHistograms(page, series, labels, filter);
    }
    if (!series.tcp.empty()) {
        addTcp(page, engine, pod, series, filter);
    }
    addProxy(page, series, uptimeSeconds, filter);
    return page;
}

} // namespace meshdeck::demo
