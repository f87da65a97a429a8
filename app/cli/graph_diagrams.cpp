// The graph for programs that draw: Graphviz and Mermaid.
#include <sstream>
#include <string_view>

#include "base/text.h"
#include "cli/graph_writers.h"

namespace meshdeck::cli {
namespace {

std::string dotQuoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text::safe(text)) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + "\"";
}

// Mermaid reads a label as a mixture of HTML and Markdown: everything that has a meaning there becomes an entity.
std::string mermaidQuoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text::safe(text)) {
        if (std::string_view("\"#<>&`*_~|[](){};\\").find(c) != std::string_view::npos) {
            quoted += "#" + std::to_string(static_cast<int>(c)) + ";";
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

std::string edgeLabel(const mesh::Edge& edge) {
    std::string label = edgeRate(edge);
    const auto errors = edge.errorPercent();
    if (errors && errors->value > 0) {
        label += ", " + text::percent(*errors) + (edge.denied() ? " denied" : " errors");
    }
    if (edge.weight.configured) {
        label += ", weight " + weightText(*edge.weight.configured);
    }
    if (isPlaintext(edge)) {
        label += edge.mtls->value > 0 ? ", partly plaintext" : ", plaintext";
    }
    return label;
}

std::string_view dotShape(mesh::NodeKind kind) {
    switch (kind) {
    case mesh::NodeKind::Service: return "diamond";
    case mesh::NodeKind::ServiceEntry: return "trapezium";
    case mesh::NodeKind::App: return "box";
    case mesh::NodeKind::Workload: return "ellipse";
    case mesh::NodeKind::Aggregate: return "hexagon";
    case mesh::NodeKind::Box:
    case mesh::NodeKind::Unknown: return "plaintext";
    }
    return "plaintext";
}

// The light palette of the window (visual tokens), for paper.
std::string_view colour(mesh::Health health) {
    switch (health) {
    case mesh::Health::Healthy: return "#288a6c";
    case mesh::Health::Degraded: return "#c27d16";
    case mesh::Health::Failing: return "#b90000";
    case mesh::Health::Idle: return "#7d8a9b";
    case mesh::Health::Unknown: return "#616d79";
    }
    return "#616d79";
}

} // namespace

std::string graphDot(const GraphDocument& document) {
    const mesh::Graph& graph = document.graph;
    std::ostringstream out;
    out << "digraph mesh {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n";
    int cluster = 0;
    for (const NamespaceNodes& group : byNamespace(graph)) {
        const bool boxed = !group.ns.empty();
        const std::string indent = boxed ? "    " : "  ";
        if (boxed) {
            out << "  subgraph cluster_" << cluster++ << " {\n    label=" << dotQuoted(group.ns) << ";\n";
        }
        for (const std::uint32_t i : group.nodes) {
            const mesh::Node& node = graph.nodes[i];
            out << indent << dotQuoted(node.id) << " [label=" << dotQuoted(nodeLabel(node)) << ", shape="
                << dotShape(node.kind) << ", color=\"" << colour(node.health) << "\"];\n";
        }
        out << (boxed ? "  }\n" : "");
    }
    for (const std::size_t i : edgesInReadingOrder(graph)) {
        const mesh::Edge& edge = graph.edges[i];
        out << "  " << dotQuoted(graph.nodes[edge.source].id) << " -> " << dotQuoted(graph.nodes[edge.target].id)
            << " [label=" << dotQuoted(edgeLabel(edge)) << ", color=\"" << colour(edge.health) << "\""
            << (isPlaintext(edge) ? ", style=dashed" : "") << "];\n";
    }
    out << "}\n";
    return out.str();
}

std::string graphMermaid(const GraphDocument& document) {
    const mesh::Graph& graph = document.graph;
    std::ostringstream out;
    out << "flowchart LR\n";
    const auto writeNode = [&](std::uint32_t i, std::string_view indent) {
        const mesh::Node& node = graph.nodes[i];
        const bool service = node.kind == mesh::NodeKind::Service;
        out << indent << "n" << i << (service ? "{" : "[") << mermaidQuoted(nodeLabel(node)) << (service ? "}" : "]")
            << ":::" << mesh::name(node.health) << "\n";
    };
    int cluster = 0;
    for (const NamespaceNodes& group : byNamespace(graph)) {
        if (!group.ns.empty()) {
            out << "  subgraph s" << cluster++ << "[" << mermaidQuoted(group.ns) << "]\n";
        }
        for (const std::uint32_t i : group.nodes) {
            writeNode(i, group.ns.empty() ? "  " : "    ");
        }
        out << (group.ns.empty() ? "" : "  end\n");
    }
    for (const std::size_t i : edgesInReadingOrder(graph)) {
        const mesh::Edge& edge = graph.edges[i];
        out << "  n" << edge.source << (isPlaintext(edge) ? " -.->" : " -->") << "|" << mermaidQuoted(edgeLabel(edge))
            << "| n" << edge.target << "\n";
    }
    for (const mesh::Health health : {mesh::Health::Healthy, mesh::Health::Degraded, mesh::Health::Failing,
                                      mesh::Health::Idle, mesh::Health::Unknown}) {
        out << "  classDef " << mesh::name(health) << " stroke:" << colour(health) << "\n";
    }
    return out.str();
}

} // namespace meshdeck::cli
