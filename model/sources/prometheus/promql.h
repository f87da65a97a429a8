// The queries of a refresh. Everything that comes from outside enters a query through quote() and anyOf() alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "sources/prometheus/vector_parser.h"

namespace meshdeck::sources {

// A PromQL string literal with that value.
[[nodiscard]] std::string quote(std::string_view value);
// A literal for =~ that matches exactly these values.
[[nodiscard]] std::string anyOf(const std::vector<std::string>& values);

struct PromQuery {
    std::string name; // for people: "requests", "latency"
    std::string promql;
    VectorDefaults defaults;
    bool essential = false; // without it there is no graph
};

// The overview asks for few labels, since labels cost more than series do (facts/real-servers.md 5): who calls whom,
// what of it failed, and bytes; from the source's side, and from the destination's where the source is unknown.
// Three queries; `first` leaves only the first.
[[nodiscard]] std::vector<PromQuery> overviewQueries(Duration window, bool idleEdges, bool first);

// All labels of the traffic that touches the namespaces (empty: of the whole mesh). Five queries.
[[nodiscard]] std::vector<PromQuery> fullQueries(Duration window, bool idleEdges,
                                                 const std::vector<std::string>& namespaces);

} // namespace meshdeck::sources
