// What the label of a call tells, and its value for one call or for several that are drawn as one line. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mesh/graph.h"

namespace meshdeck::traffic {

enum class EdgeFigure : std::uint8_t { Rate, Share, P50, P95, P99, Throughput, None };
inline constexpr std::array kEdgeFigures = {EdgeFigure::Rate, EdgeFigure::Share, EdgeFigure::P50, EdgeFigure::P95,
                                            EdgeFigure::P99, EdgeFigure::Throughput, EdgeFigure::None};

// "rate", "share", "p50", ..., "off".
[[nodiscard]] std::string_view name(EdgeFigure figure);
[[nodiscard]] std::optional<EdgeFigure> parseEdgeFigure(std::string_view word);
// With its unit, which labels leave out: "rate, requests a second", "p95 of latency, ms".
[[nodiscard]] std::string_view describe(EdgeFigure figure);

// Sums over the calls that one line stands for.
class EdgeSum {
public:
    void add(const mesh::Edge& edge, const mesh::Graph& graph);

    struct Value {
        double number = 0;     // per second, percent, milliseconds, bytes per second
        bool atMost = false;   // of several calls: no quantile of a mixture lies above the largest of its parts
        bool operator==(const Value&) const = default;
    };
    // Nothing where it is not known or there is none. Of TCP a rate is bytes a second.
    [[nodiscard]] std::optional<Value> value(EdgeFigure figure) const;
    // Percent of the traffic over mutual TLS, of that whose security somebody reported.
    [[nodiscard]] std::optional<double> mtls() const;

private:
    [[nodiscard]] std::optional<Value> quantile(std::size_t which) const;

    double m_rate = 0;
    double m_callers = 0; // what all the callers send of the protocol
    double m_secured = 0;
    double m_securityKnown = 0;
    std::optional<double> m_bytes;
    std::array<std::optional<double>, 3> m_quantiles; // p50, p95, p99
    std::vector<std::uint32_t> m_sources;
    int m_calls = 0;
};

} // namespace meshdeck::traffic
