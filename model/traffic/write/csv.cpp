#include <cmath>
#include <optional>
#include <sstream>
#include <string_view>

#include "traffic/write/writers.h"

namespace meshdeck::traffic {
namespace {

// Names come from the cluster, and a spreadsheet runs what begins like a formula (facts/faults.md S22).
std::string cell(std::string_view text) {
    std::string value(text);
    if (!value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos) {
        value.insert(value.begin(), '\'');
    }
    if (value.find_first_of(",\"\r\n") == std::string::npos) {
        return value;
    }
    std::string quoted = "\"";
    for (const char c : value) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + "\"";
}

std::string flagsCell(const mesh::Node& node) {
    std::string flags;
    for (const std::string_view flag : flagNames(node)) {
        flags += (flags.empty() ? "" : " ") + std::string(flag);
    }
    return flags;
}

// Empty where there is none: no traffic of a protocol is no figure of it.
std::string rateCell(double rate) {
    return rate > 0 ? number(rate) : std::string();
}

template <typename Unit>
std::string cell(const std::optional<Unit>& value) {
    return value && std::isfinite(value->value) ? number(value->value) : std::string();
}

} // namespace

std::string graphCsv(const GraphDocument& document) {
    const mesh::Graph& graph = document.graph;
    std::ostringstream out;
    out << "source_namespace,source,source_kind,target_namespace,target,target_kind,protocol,requests_per_second,"
           "bytes_per_second,error_percent,mtls_percent,p50_ms,p95_ms,p99_ms,weight_configured,weight_observed,"
           "source_principal,target_principal,health\n";
    for (const std::size_t i : edgesInReadingOrder(graph)) {
        const mesh::Edge& edge = graph.edges[i];
        const bool tcp = edge.protocol == mesh::Protocol::Tcp;
        for (const std::uint32_t end : {edge.source, edge.target}) {
            const mesh::Node& node = graph.nodes[end];
            out << cell(node.ns) << ',' << cell(displayName(node)) << ',' << mesh::name(node.kind) << ',';
        }
        const std::optional<double> bytes = tcp ? edge.rates.total : edge.throughput;
        out << mesh::name(edge.protocol) << ',' << (tcp ? std::string() : number(edge.rates.total)) << ',' << (bytes ? number(*bytes) : std::string())
            << ',' << cell(edge.errorPercent()) << ',' << cell(edge.mtls) << ',' << cell(edge.latency.p50) << ','
            << cell(edge.latency.p95) << ',' << cell(edge.latency.p99) << ',' << cell(edge.weight.configured) << ','
            << cell(edge.weight.observed) << ',' << cell(edge.sourcePrincipal) << ',' << cell(edge.targetPrincipal)
            << ',' << mesh::name(edge.health) << '\n';
    }
    return out.str();
}

std::string nodesCsv(const GraphDocument& document) {
    const mesh::Graph& graph = document.graph;
    std::ostringstream out;
    out << "cluster,namespace,name,kind,workload,app,version,service,health,reason,flags,http_in,http_out,grpc_in,grpc_out,"
           "tcp_bytes_in,tcp_bytes_out,id\n";
    for (const NamespaceNodes& group : byNamespace(graph)) {
        for (const std::uint32_t i : group.nodes) {
            const mesh::Node& node = graph.nodes[i];
            out << cell(node.cluster) << ',' << cell(node.ns) << ',' << cell(displayName(node)) << ',' << mesh::name(node.kind) << ','
                << cell(node.workload) << ',' << cell(node.app) << ',' << cell(node.version) << ',' << cell(node.service) << ','
                << mesh::name(node.health) << ',' << cell(node.reason) << ',' << flagsCell(node) << ',';
            for (std::size_t protocol = 0; protocol < node.in.size(); ++protocol) {
                out << rateCell(node.in[protocol].total) << ',' << rateCell(node.out[protocol].total) << ',';
            }
            out << cell(node.id) << '\n';
        }
    }
    return out.str();
}

} // namespace meshdeck::traffic
