// What one series says, by facts/traffic-graph.md 2.2 rules 1 to 7: both ends, protocol, outcome. Rates are untouched.
#pragma once

#include <cstddef>
#include <optional>

#include "mesh/graph.h"
#include "traffic/flat_map.h"
#include "traffic/graph_builder.h"
#include "traffic/names.h"
#include "traffic/series.h"

namespace meshdeck::traffic {

// One end of a request as reported; absent labels are 0. A source has no service.
struct Endpoint {
    NameId cluster = 0;
    NameId serviceNs = 0;
    NameId service = 0;
    NameId workloadNs = 0;
    NameId workload = 0;
    NameId app = 0;
    NameId version = 0;

    bool operator==(const Endpoint&) const = default;
    [[nodiscard]] std::uint64_t hash() const {
        const auto pair = [](NameId a, NameId b) { return (std::uint64_t(a) << 32U) | b; };
        return mix(pair(cluster, serviceNs) +
                   31 * mix(pair(service, workloadNs) + 31 * mix(pair(workload, app) + version)));
    }
};

struct Flow {
    Endpoint source;
    Endpoint destination;
    mesh::Protocol protocol = mesh::Protocol::Http;
    NameId host = 0;  // destination_service
    NameId code = 0;  // of the response as the graph shows it: HTTP code, gRPC status, "-" for none
    NameId flags = 0; // Envoy's response flags; 0: not reported
    NameId operation = 0; // of the user's classification
};

// Nothing for a series that makes no sense (rules 3 and 5).
[[nodiscard]] std::optional<Flow> readFlow(const Sample& sample, const Names& names);

// Whether the options ask for that measure of that protocol (rule 7). Durations and sizes are not rates: false.
[[nodiscard]] bool isWanted(Measure measure, mesh::Protocol protocol, const GraphOptions& options);

// Adds `rate` of that outcome to the classes (rule 13). Messages and bytes have no outcome.
void addToClasses(mesh::ClassRates& classes, Measure measure, mesh::Protocol protocol, std::string_view code,
                  double rate);

} // namespace meshdeck::traffic
