#include "traffic/edge_figure.h"

#include <algorithm>

namespace meshdeck::traffic {

std::string_view name(EdgeFigure figure) {
    switch (figure) {
    case EdgeFigure::Rate: return "rate";
    case EdgeFigure::Share: return "share";
    case EdgeFigure::P50: return "p50";
    case EdgeFigure::P95: return "p95";
    case EdgeFigure::P99: return "p99";
    case EdgeFigure::Throughput: return "throughput";
    case EdgeFigure::None: return "off";
    }
    return "";
}

std::optional<EdgeFigure> parseEdgeFigure(std::string_view word) {
    const auto found = std::find_if(kEdgeFigures.begin(), kEdgeFigures.end(), [&](EdgeFigure figure) { return name(figure) == word; });
    return found == kEdgeFigures.end() ? std::nullopt : std::optional(*found);
}

std::string_view describe(EdgeFigure figure) {
    switch (figure) {
    case EdgeFigure::Rate: return "rate, requests a second";
    case EdgeFigure::Share: return "share of the caller's requests, %";
    case EdgeFigure::P50: return "p50 of latency, ms";
    case EdgeFigure::P95: return "p95 of latency, ms";
    case EdgeFigure::P99: return "p99 of latency, ms";
    case EdgeFigure::Throughput: return "throughput, bytes a second";
    case EdgeFigure::None: return "off";
    }
    return "";
}

void EdgeSum::add(const mesh::Edge& edge, const mesh::Graph& graph) {
    ++m_calls;
    m_rate += edge.rates.total;
    if (std::find(m_sources.begin(), m_sources.end(), edge.source) == m_sources.end()) {
        m_sources.push_back(edge.source);
        m_callers += graph.nodes[edge.source].out[static_cast<std::size_t>(edge.protocol)].total;
    }
    if (edge.mtls) {
        m_secured += edge.rates.total * edge.mtls->value / 100;
        m_securityKnown += edge.rates.total;
    }
    const std::optional<double> bytes = edge.protocol == mesh::Protocol::Tcp ? std::optional(edge.rates.total) : edge.throughput;
    if (bytes) {
        m_bytes = m_bytes.value_or(0) + *bytes;
    }
    const std::array quantiles = {edge.latency.p50, edge.latency.p95, edge.latency.p99};
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
        if (quantiles[i]) {
            m_quantiles[i] = std::max(m_quantiles[i].value_or(0), quantiles[i]->value);
        }
    }
}

std::optional<EdgeSum::Value> EdgeSum::quantile(std::size_t which) const {
    return m_quantiles[which] ? std::optional(Value{*m_quantiles[which], m_calls > 1}) : std::nullopt;
}

std::optional<EdgeSum::Value> EdgeSum::value(EdgeFigure figure) const {
    switch (figure) {
    case EdgeFigure::Rate: return m_rate > 0 ? std::optional(Value{m_rate}) : std::nullopt;
    case EdgeFigure::Share:
        return m_rate > 0 && m_callers > 0 ? std::optional(Value{std::min(100.0, 100 * m_rate / m_callers)}) : std::nullopt;
    case EdgeFigure::P50: return quantile(0);
    case EdgeFigure::P95: return quantile(1);
    case EdgeFigure::P99: return quantile(2);
    case EdgeFigure::Throughput: return m_bytes && *m_bytes > 0 ? std::optional(Value{*m_bytes}) : std::nullopt;
    case EdgeFigure::None: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<double> EdgeSum::mtls() const {
    return m_securityKnown > 0 ? std::optional(100 * m_secured / m_securityKnown) : std::nullopt;
}

} // namespace meshdeck::traffic
