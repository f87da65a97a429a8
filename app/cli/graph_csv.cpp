#include <cmath>
#include <optional>
#include <sstream>
#include <string_view>

#include "cli/graph_writers.h"

namespace meshdeck::cli {
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

} // namespace meshdeck::cli
