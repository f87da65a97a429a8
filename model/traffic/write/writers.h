// A graph as data and as diagrams of other programs (commands.md): what `meshdeck graph -o` and the map's export write.
// Pure functions: the same graph gives the same bytes, and a changed one differs only where it changed.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/units.h"
#include "mesh/graph.h"
#include "mesh/snapshot.h"

namespace meshdeck::traffic {

struct GraphDocument {
    const mesh::Graph& graph;
    const std::vector<mesh::SourceHealth>& sources;
    std::string context;
    ServerTime now{}; // ages are counted from here
    // Of a graph that is a part: what was asked for, and what it was cut out of. Null: it is all there is.
    struct Part {
        std::string find;
        std::string hide;
        std::size_t nodes = 0; // of the whole graph
        std::size_t edges = 0;
    };
    const Part* part = nullptr;
};

// Schema meshdeck.graph/1, indented. What is not known is absent.
[[nodiscard]] std::string graphJson(const GraphDocument& document);
// Graphviz, one cluster a namespace.
[[nodiscard]] std::string graphDot(const GraphDocument& document);
// A Mermaid flowchart, one subgraph a namespace.
[[nodiscard]] std::string graphMermaid(const GraphDocument& document);
// One row an edge, RFC 4180 with a header. Texts that a spreadsheet would take for a formula get an apostrophe.
[[nodiscard]] std::string graphCsv(const GraphDocument& document);
// One row a node, in the same manner.
[[nodiscard]] std::string nodesCsv(const GraphDocument& document);
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
// For diagrams: a short name for each node that comes from its id, so that a new node renames no other; letters, digits
// and '_', unique in the graph.
[[nodiscard]] std::vector<std::string> shortNames(const mesh::Graph& graph);
// Edge indices in the order of source namespace, source, target namespace, target, protocol, id.
[[nodiscard]] std::vector<std::size_t> edgesInReadingOrder(const mesh::Graph& graph);

} // namespace meshdeck::traffic
