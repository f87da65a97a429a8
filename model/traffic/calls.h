// Who calls whom: every series by its rules, each pair of ends once however many outcomes and reporters it has. Only the
// graph builder's own files use it.
#pragma once

#include <cstdint>
#include <vector>

#include "traffic/draft.h"
#include "traffic/graph_builder.h"
#include "traffic/node_table.h"

namespace meshdeck::traffic {

// One pair of ends in one unit, as the duplicate guard knows it (facts/traffic-graph.md 2.2 rule 10).
struct Call {
    NodeIndex source = kNoNode;
    NodeIndex target = kNoNode;
    NodeIndex injected = kNoNode;  // service node to put in between
    NodeIndex addressed = kNoNode; // service the target was called as
    NameId host = 0;
    mesh::Protocol protocol = mesh::Protocol::Http;
    std::uint8_t ends = 0;     // who reports it from within its namespace: 1 the source, 2 the destination
    bool contradicted = false; // the two ends tell different outcomes
    bool classified = false;   // somebody reports the operation
    std::uint64_t identity = 0;
};

// What one series says of its call.
struct Report {
    const Sample* sample = nullptr;
    std::uint32_t call = 0;
    NodeIndex operation = kNoNode; // node of its operation, before the service's
    NameId code = 0;
    NameId flags = 0;
    std::uint64_t identity = 0; // of the duplicate guard: the call and how it ended
};

struct Calls {
    std::vector<Call> calls;
    std::vector<Report> reports; // in the order of the samples
    bool hasWaypoints = false;

    [[nodiscard]] const Call& of(const Report& report) const { return calls[report.call]; }
};

// The rates among the samples that the options ask for; their nodes go into `table`.
[[nodiscard]] Calls readCalls(const SampleSet& samples, const Names& names, NodeTable& table,
                              const GraphOptions& options);

} // namespace meshdeck::traffic
