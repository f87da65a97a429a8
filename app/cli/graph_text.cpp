#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "cli/graph_writers.h"
#include "cli/text_table.h"

namespace meshdeck::cli {
namespace {

using Cell = TextTable::Cell;

Ink inkOf(mesh::Health health) {
    switch (health) {
    case mesh::Health::Failing: return Ink::Red;
    case mesh::Health::Degraded: return Ink::Yellow;
    case mesh::Health::Healthy: return Ink::Plain;
    case mesh::Health::Idle:
    case mesh::Health::Unknown: return Ink::Dim;
    }
    return Ink::Plain;
}

Cell errorsCell(const mesh::Edge& edge) {
    if (edge.denied()) {
        return {"denied", Ink::Red};
    }
    const auto errors = edge.errorPercent();
    return errors ? Cell{text::percent(*errors), inkOf(edge.health)} : Cell{"-", Ink::Dim};
}

Cell mtlsCell(const mesh::Edge& edge) {
    if (!edge.mtls) {
        return {"unknown", Ink::Dim};
    }
    if (!isPlaintext(edge)) {
        return {"mTLS"};
    }
    return edge.mtls->value <= 0 ? Cell{"plaintext", Ink::Yellow} : Cell{text::percent(*edge.mtls) + " mTLS", Ink::Yellow};
}

Cell splitCell(const mesh::Edge& edge) {
    std::string split;
    if (edge.weight.configured) {
        split = weightText(*edge.weight.configured);
    }
    if (edge.weight.observed) {
        split += (split.empty() ? "seen " : ", seen ") + text::percent(*edge.weight.observed);
    }
    return {split};
}

std::string nameSeenFrom(const mesh::Node& node, const std::string& home) {
    const bool elsewhere = !node.ns.empty() && node.ns != home && node.ns != "unknown";
    return elsewhere ? text::safe(node.ns, false, 256) + "/" + nodeLabel(node) : nodeLabel(node);
}

std::string header(const GraphDocument& document, bool colour) {
    const mesh::Graph& graph = document.graph;
    const auto boxes = std::count_if(graph.nodes.begin(), graph.nodes.end(),
                                     [](const mesh::Node& node) { return node.kind == mesh::NodeKind::Box; });
    std::string line = inked(text::safe(document.context), Ink::Bold, colour);
    line += ", " + std::string(mesh::name(graph.type)) + " graph, " +
            std::to_string(graph.nodes.size() - static_cast<std::size_t>(boxes)) + " nodes, " +
            std::to_string(graph.edges.size()) + " edges\n";
    line += inked("last " + text::age(graph.window) + " until " + text::rfc3339(graph.time) +
                      (graph.reporter.empty() ? "" : ", " + text::safe(graph.reporter)),
                  Ink::Dim, colour);
    return line + "\n";
}

std::string edgeTables(const mesh::Graph& graph, bool colour) {
    std::map<std::string, TextTable> tables;
    const std::vector<bool> right = {false, false, true, true, true, false, false};
    for (const std::size_t i : edgesInReadingOrder(graph)) {
        const mesh::Edge& edge = graph.edges[i];
        const mesh::Node& from = graph.nodes[edge.source];
        const mesh::Node& to = graph.nodes[edge.target];
        const std::string home = from.ns.empty() || from.ns == "unknown" ? to.ns : from.ns;
        auto [table, added] = tables.try_emplace(home, right);
        if (added) {
            table->second.add({{"FROM", Ink::Dim}, {"TO", Ink::Dim}, {"RATE", Ink::Dim}, {"ERRORS", Ink::Dim},
                               {"P95", Ink::Dim}, {"SECURITY", Ink::Dim}, {"SPLIT", Ink::Dim}});
        }
        table->second.add({{nodeLabel(from), inkOf(from.health)},
                           {"→ " + nameSeenFrom(to, home), inkOf(to.health)},
                           {edgeRate(edge)},
                           errorsCell(edge),
                           edge.latency.p95 ? Cell{text::latency(*edge.latency.p95)} : Cell{"-", Ink::Dim},
                           mtlsCell(edge),
                           splitCell(edge)});
    }
    std::vector<std::size_t> common(right.size());
    for (const auto& [ns, table] : tables) {
        const std::vector<std::size_t> own = table.widths();
        std::transform(common.begin(), common.end(), own.begin(), common.begin(),
                       [](std::size_t a, std::size_t b) { return std::max(a, b); });
    }
    std::string out;
    for (const auto& [ns, table] : tables) {
        out += "\n" + inked(ns.empty() ? "outside of any namespace" : text::safe(ns), Ink::Bold, colour) + "\n" +
               table.text(common, colour);
    }
    return out;
}

std::string place(const mesh::Node& node) {
    return (node.ns.empty() ? std::string() : text::safe(node.ns, false, 256) + "/") + nodeLabel(node);
}

// Worst first: what fails, what is degraded, who is refused, what is in the clear, what has no sidecar.
std::string attention(const mesh::Graph& graph, bool colour) {
    std::vector<std::tuple<int, std::string, Ink>> lines;
    for (const mesh::Node& node : graph.nodes) {
        const bool bad = node.health == mesh::Health::Failing || node.health == mesh::Health::Degraded;
        if (bad && node.kind != mesh::NodeKind::Box) {
            const bool failing = node.health == mesh::Health::Failing;
            const std::string why = node.reason.empty() ? std::string(mesh::name(node.health)) : text::safe(node.reason);
            lines.emplace_back(failing ? 0 : 1, (failing ? "✕ " : "! ") + place(node) + ": " + why,
                               failing ? Ink::Red : Ink::Yellow);
        }
        if (node.has(mesh::NodeFlag::MissingSidecar)) {
            lines.emplace_back(4, "! " + place(node) + ": pods without a sidecar", Ink::Yellow);
        }
    }
    for (const mesh::Edge& edge : graph.edges) {
        const std::string ends = place(graph.nodes[edge.source]) + " → " + place(graph.nodes[edge.target]);
        if (edge.denied()) {
            lines.emplace_back(2, "✕ " + ends + ": denied, " + edgeRate(edge), Ink::Red);
        } else if (isPlaintext(edge) && edge.rates.total > 0) {
            const std::string share = edge.mtls->value <= 0 ? "" : text::percent(Percent(100 - edge.mtls->value)) + " ";
            lines.emplace_back(3, "! " + ends + ": " + share + "plaintext", Ink::Yellow);
        }
    }
    std::sort(lines.begin(), lines.end());
    std::string out = lines.empty() ? "" : "\n" + inked("Attention", Ink::Bold, colour) + "\n";
    for (const auto& [rank, line, ink] : lines) {
        out += "  " + inked(line, ink, colour) + "\n";
    }
    return out;
}

Ink inkOf(mesh::SourceState state) {
    switch (state) {
    case mesh::SourceState::Live: return Ink::Green;
    case mesh::SourceState::Stale:
    case mesh::SourceState::Partial: return Ink::Yellow;
    case mesh::SourceState::Denied: return Ink::Red;
    case mesh::SourceState::Absent:
    case mesh::SourceState::Connecting: return Ink::Dim;
    }
    return Ink::Plain;
}

std::string sourceLines(const GraphDocument& document, bool colour) {
    TextTable table({false, false, true, false});
    for (const mesh::SourceHealth& source : document.sources) {
        std::string detail = text::safe(source.detail);
        if (!source.hint.empty()) {
            detail += (detail.empty() ? "Hint: " : ". Hint: ") + text::safe(source.hint);
        }
        std::string age;
        if (source.lastSuccess) {
            const Duration since = std::max(Duration(0), Duration(document.now - *source.lastSuccess));
            age = since < std::chrono::seconds(1) ? std::string("just now") : text::age(since) + " ago";
        }
        table.add({{text::safe(source.name)}, {std::string(mesh::name(source.state)), inkOf(source.state)}, {age, Ink::Dim},
                   {detail}});
    }
    return "\n" + inked("Sources", Ink::Bold, colour) + "\n" + table.text(table.widths(), colour);
}

} // namespace

std::string graphText(const GraphDocument& document, bool colour) {
    std::string out = header(document, colour);
    out += document.graph.edges.empty() ? "\nNo traffic was seen in the window.\n" : edgeTables(document.graph, colour);
    out += attention(document.graph, colour);
    return document.sources.empty() ? out : out + sourceLines(document, colour);
}

} // namespace meshdeck::cli
