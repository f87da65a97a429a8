#include "traffic/noise.h"

#include <algorithm>
#include <numeric>

namespace meshdeck::traffic {
namespace {

struct Pattern {
    std::string_view text;
    NoiseKind kind;
    bool whole = true; // else the name's beginning
};

// Names that the usual charts and manifests give (Prometheus operator, OpenTelemetry, Jaeger, Fluent, Grafana, Kubernetes).
constexpr Pattern kPatterns[] = {
    {"kube-probe", NoiseKind::Probe},
    {"blackbox-exporter", NoiseKind::Probe},
    {"prometheus-blackbox-exporter", NoiseKind::Probe},
    {"gatus", NoiseKind::Probe},
    {"uptime-kuma", NoiseKind::Probe},
    {"prometheus", NoiseKind::Scraper},
    {"prometheus-server", NoiseKind::Scraper},
    {"prometheus-k8s", NoiseKind::Scraper},
    {"prometheus-kube-prometheus", NoiseKind::Scraper, false},
    {"prometheus-agent", NoiseKind::Scraper, false},
    {"vmagent", NoiseKind::Scraper, false},
    {"grafana-agent", NoiseKind::Scraper, false},
    {"metrics-server", NoiseKind::Scraper},
    {"kube-state-metrics", NoiseKind::Scraper},
    {"kube-dns", NoiseKind::Dns},
    {"coredns", NoiseKind::Dns},
    {"node-local-dns", NoiseKind::Dns},
    {"nodelocaldns", NoiseKind::Dns},
    {"otel-collector", NoiseKind::Telemetry, false},
    {"opentelemetry-collector", NoiseKind::Telemetry, false},
    {"opentelemetrycollector", NoiseKind::Telemetry},
    {"jaeger", NoiseKind::Telemetry, false},
    {"zipkin", NoiseKind::Telemetry, false},
    {"tempo", NoiseKind::Telemetry},
    {"tempo-distributor", NoiseKind::Telemetry},
    {"loki", NoiseKind::Telemetry},
    {"promtail", NoiseKind::Telemetry},
    {"fluentd", NoiseKind::Telemetry},
    {"fluent-bit", NoiseKind::Telemetry},
    {"datadog-agent", NoiseKind::Telemetry, false},
    {"skywalking-oap", NoiseKind::Telemetry},
};

std::optional<NoiseKind> byName(std::string_view name) {
    for (const Pattern& pattern : kPatterns) {
        if (pattern.whole ? name == pattern.text : name.starts_with(pattern.text)) {
            return pattern.kind;
        }
    }
    return std::nullopt;
}

// The paths that kubelet and load balancers ask, where a mesh counts by operation.
bool isProbePath(std::string_view operation) {
    static constexpr std::string_view kPaths[] = {"/healthz", "/readyz", "/livez", "/health", "/ready", "/-/healthy", "/-/ready"};
    return std::find(std::begin(kPaths), std::end(kPaths), operation) != std::end(kPaths);
}

// Who calls decides about probes and scrapers, who is called about the rest.
std::optional<NoiseKind> ofCall(const std::optional<NoiseKind>& source, const std::optional<NoiseKind>& target) {
    if (target == NoiseKind::Dns || target == NoiseKind::Telemetry || target == NoiseKind::Probe) {
        return target;
    }
    return source == NoiseKind::Dns ? std::nullopt : source;
}

} // namespace

std::size_t Noise::total() const {
    return std::accumulate(edges.begin(), edges.end(), std::size_t{0});
}

std::optional<NoiseKind> noiseOf(const mesh::Node& node) {
    if (node.kind == mesh::NodeKind::Aggregate) {
        return isProbePath(node.service) || node.service == "/metrics"
                   ? std::optional(node.service == "/metrics" ? NoiseKind::Scraper : NoiseKind::Probe)
                   : std::nullopt;
    }
    for (const std::string* name : {&node.app, &node.workload, &node.service}) {
        if (const auto kind = name->empty() ? std::nullopt : byName(*name)) {
            return kind;
        }
    }
    return std::nullopt;
}

Kept withoutNoise(const mesh::Graph& graph, Noise& counted) {
    std::vector<std::optional<NoiseKind>> kinds(graph.nodes.size());
    std::transform(graph.nodes.begin(), graph.nodes.end(), kinds.begin(), noiseOf);
    Kept kept{std::vector<bool>(graph.nodes.size(), true), std::vector<bool>(graph.edges.size(), true)};
    std::vector<bool> calls(graph.nodes.size(), false), lost(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const mesh::Edge& edge = graph.edges[i];
        const auto kind = ofCall(kinds[edge.source], kinds[edge.target]);
        auto& ends = kind ? lost : calls;
        ends[edge.source] = ends[edge.target] = true;
        if (kind) {
            kept.edges[i] = false;
            ++counted.edges[static_cast<std::size_t>(*kind)];
        }
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (lost[i] && !calls[i]) {
            kept.nodes[i] = false;
            ++counted.nodes;
        }
    }
    return kept;
}

std::string_view words(NoiseKind kind) {
    switch (kind) {
    case NoiseKind::Probe: return "probes";
    case NoiseKind::Scraper: return "metric scrapers";
    case NoiseKind::Dns: return "name resolution";
    case NoiseKind::Telemetry: return "telemetry collectors";
    }
    return "";
}

} // namespace meshdeck::traffic
