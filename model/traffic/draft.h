// The graph while it is made: nodes by index, edges without ids. Only the graph builder's own files use it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mesh/graph.h"
#include "traffic/flat_map.h"
#include "traffic/names.h"

namespace meshdeck::traffic {

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = ~NodeIndex(0);

struct DraftNode {
    mesh::Node node;
    NameId ns = 0;
};

struct Outcome {
    NameId code = 0;
    NameId flags = 0;
    NameId host = 0;
    double rate = 0;
};

// TCP connections per second that opened and that ended with these flags, as each end counted them.
struct ConnectionCount {
    NameId flags = 0;
    std::array<double, 2> opened{}; // by Side
    std::array<double, 2> closed{};
};

enum class Side : std::uint8_t { Source, Destination };

// What is known of an edge beside its rates; sums that can be added when edges are folded into one.
struct Observed {
    double secured = 0;        // rate over mutual TLS
    double securityKnown = 0;  // rate whose security somebody reported
    std::optional<double> p50; // ms
    std::optional<double> p95;
    std::optional<double> p99;
    std::optional<double> bodyBytes; // per second
    NameId sourcePrincipal = 0;
    NameId targetPrincipal = 0;
    std::array<double, 2> reported{}; // total by Side
    std::vector<ConnectionCount> connections;
};

struct DraftEdge {
    NodeIndex source = 0;
    NodeIndex target = 0;
    mesh::Protocol protocol = mesh::Protocol::Http;
    NameId scope = 0; // the namespace whose queries saw it
    mesh::ClassRates rates;
    std::vector<Outcome> outcomes;
    Observed observed;

    void add(const Outcome& outcome);
    ConnectionCount& connectionsOf(NameId flags);
};

struct EdgeKey {
    NameId scope = 0;
    NodeIndex source = 0;
    NodeIndex target = 0;
    mesh::Protocol protocol = mesh::Protocol::Http;

    bool operator==(const EdgeKey&) const = default;
    [[nodiscard]] std::uint64_t hash() const {
        return mix((std::uint64_t(source) << 32U | target) +
                   31 * mix((std::uint64_t(scope) << 2U) | std::uint64_t(protocol)));
    }
};

struct Draft {
    std::vector<DraftNode> nodes;
    std::vector<DraftEdge> edges; // one per source, target and protocol
};

// Where the edge between two nodes is; keys have no scope.
using EdgeIndex = FlatMap<EdgeKey, std::uint32_t>;
[[nodiscard]] inline EdgeKey keyOf(const DraftEdge& edge) {
    return {0, edge.source, edge.target, edge.protocol};
}

struct DraftEdges {
    std::vector<DraftEdge> edges;
    EdgeIndex index;
};

// Folds `from` into `into`, scaled: rates and sums add up, of latencies the larger one stays (no quantile of a mixture
// lies above the largest of its parts).
void fold(DraftEdge& into, const DraftEdge& from, double factor);

} // namespace meshdeck::traffic
