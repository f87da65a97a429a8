// The graph for programs that draw: Graphviz and Mermaid.
#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <string_view>

#include "base/text.h"
#include "traffic/write/writers.h"

namespace meshdeck::traffic {
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

// What a namespace is called among the names of a diagram: itself, as far as the diagram's language lets it.
class Names {
public:
    std::string of(const std::string& ns) {
        std::string name = ns;
        std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
        const int again = m_used[name]++;
        return again == 0 ? name : name + "_" + std::to_string(again);
    }

private:
    std::map<std::string, int> m_used;
};

struct Brackets {
    std::string_view open, close;
};

Brackets mermaidShape(mesh::NodeKind kind) {
    switch (kind) {
    case mesh::NodeKind::Service: return {"{", "}"};
    case mesh::NodeKind::ServiceEntry: return {"[/", "\\]"};
    case mesh::NodeKind::Workload: return {"([", "])"};
    case mesh::NodeKind::Aggregate: return {"{{", "}}"};
    default: return {"[", "]"};
    }
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
    const std::vector<std::string> names = shortNames(graph);
    std::ostringstream out;
    out << "digraph mesh {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n";
    Names boxes;
    for (const NamespaceNodes& group : byNamespace(graph)) {
        const bool boxed = !group.ns.empty();
        const std::string indent = boxed ? "    " : "  ";
        if (boxed) {
            out << "  subgraph cluster_" << boxes.of(group.ns) << " {\n    label=" << dotQuoted(group.ns) << ";\n";
        }
        for (const std::uint32_t i : group.nodes) {
            const mesh::Node& node = graph.nodes[i];
            out << indent << names[i] << " [label=" << dotQuoted(nodeLabel(node)) << ", shape="
                << dotShape(node.kind) << ", color=\"" << colour(node.health) << "\"];\n";
        }
        out << (boxed ? "  }\n" : "");
    }
    for (const std::size_t i : edgesInReadingOrder(graph)) {
        const mesh::Edge& edge = graph.edges[i];
        out << "  " << names[edge.source] << " -> " << names[edge.target] << " [label=" << dotQuoted(edgeLabel(edge)) << ", color=\"" << colour(edge.health) << "\""
            << (isPlaintext(edge) ? ", style=dashed" : "") << "];\n";
    }
    out << "}\n";
    return out.str();
}

std::string graphMermaid(const GraphDocument& document) {
    const mesh::Graph& graph = document.graph;
    const std::vector<std::string> names = shortNames(graph);
    std::ostringstream out;
    out << "flowchart LR\n";
    const auto writeNode = [&](std::uint32_t i, std::string_view indent) {
        const mesh::Node& node = graph.nodes[i];
        const auto [open, close] = mermaidShape(node.kind);
        out << indent << names[i] << open << mermaidQuoted(nodeLabel(node)) << close << ":::" << mesh::name(node.health) << "\n";
    };
    Names boxes;
    for (const NamespaceNodes& group : byNamespace(graph)) {
        if (!group.ns.empty()) {
            out << "  subgraph ns_" << boxes.of(group.ns) << "[" << mermaidQuoted(group.ns) << "]\n";
        }
        for (const std::uint32_t i : group.nodes) {
            writeNode(i, group.ns.empty() ? "  " : "    ");
        }
        out << (group.ns.empty() ? "" : "  end\n");
    }
    for (const std::size_t i : edgesInReadingOrder(graph)) {
        const mesh::Edge& edge = graph.edges[i];
        out << "  " << names[edge.source] << (isPlaintext(edge) ? " -.->" : " -->") << "|" << mermaidQuoted(edgeLabel(edge))
            << "| " << names[edge.target] << "\n";
    }
    for (const mesh::Health health : {mesh::Health::Healthy, mesh::Health::Degraded, mesh::Health::Failing,
                                      mesh::Health::Idle, mesh::Health::Unknown}) {
        out << "  classDef " << mesh::name(health) << " stroke:" << colour(health) << "\n";
    }
    return out.str();
}

} // namespace meshdeck::traffic
