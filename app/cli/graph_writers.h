// A graph in every text form of `meshdeck graph` (commands.md). Pure functions: the same graph gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/units.h"
#include "mesh/graph.h"
#include "mesh/snapshot.h"

namespace meshdeck::cli {

struct GraphDocument {
    const mesh::Graph& graph;
    const std::vector<mesh::SourceHealth>& sources;
    std::string context;
    ServerTime now{}; // ages are counted from here
};

// Schema meshdeck.graph/1, indented. What is not known is absent.
[[nodiscard]] std::string graphJson(const GraphDocument& document);
// Graphviz, one cluster a namespace.
[[nodiscard]] std::string graphDot(const GraphDocument& document);
// A Mermaid flowchart, one subgraph a namespace.
[[nodiscard]] std::string graphMermaid(const GraphDocument& document);
// One row an edge, RFC 4180 with a header. Texts that a spreadsheet would take for a formula get an apostrophe.
[[nodiscard]] std::string graphCsv(const GraphDocument& document);
// For people: edges by namespace, what needs attention, where the numbers come from.
[[nodiscard]] std::string graphText(const GraphDocument& document, bool colour);

// Shared by the writers.

// "12.25": the shortest text that reads back as the same number, in no locale. Finite numbers only.
[[nodiscard]] std::string number(double value);
// Rates with their unit as people read them: "12.2 req/s", "61.2 KiB/s", "no traffic".
[[nodiscard]] std::string edgeRate(const mesh::Edge& edge);
// Whether some of the edge's traffic is known to be in the clear: more than what rounding makes of all of it.
[[nodiscard]] bool isPlaintext(const mesh::Edge& edge);
// "80 %": a configured weight as it was written.
[[nodiscard]] std::string weightText(Percent weight);
// "reviews v2", "reviews (service)", "unknown"; safe to show.
[[nodiscard]] std::string nodeLabel(const mesh::Node& node);
// Namespaces of the graph's nodes in order, each with its nodes' indices, in the order of their labels.
struct NamespaceNodes {
    std::string ns; // empty for what has none
    std::vector<std::uint32_t> nodes;
};
[[nodiscard]] std::vector<NamespaceNodes> byNamespace(const mesh::Graph& graph);
// Edge indices in the order of source namespace, source, target namespace, target, protocol, id.
[[nodiscard]] std::vector<std::size_t> edgesInReadingOrder(const mesh::Graph& graph);

} // namespace meshdeck::cli
