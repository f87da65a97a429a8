#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <tuple>

#include "base/text.h"
#include "base/units.h"
#include "traffic/write/writers.h"

namespace meshdeck::traffic {

std::string number(double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("0");
}

std::string edgeRate(const mesh::Edge& edge) {
    if (edge.protocol == mesh::Protocol::Tcp) {
        return edge.rates.total > 0 ? text::byteRate(BytesPerSecond(edge.rates.total)) : std::string("no traffic");
    }
    return text::rate(RequestsPerSecond(edge.rates.total));
}

bool isPlaintext(const mesh::Edge& edge) {
    constexpr double kAll = 99.99; // rates are differences of counters; their sums are not exact
    return edge.mtls && edge.mtls->value < kAll;
}

std::string weightText(Percent weight) {
    return number(weight.value) + " %";
}

std::string nodeLabel(const mesh::Node& node) {
    std::string label = displayName(node);
    if (label.empty()) {
        label = "unknown";
    }
    switch (node.kind) {
    case mesh::NodeKind::Service: label += " (service)"; break;
    case mesh::NodeKind::ServiceEntry: label += " (external)"; break;
    case mesh::NodeKind::Aggregate: label += " (operation)"; break;
    case mesh::NodeKind::Workload:
    case mesh::NodeKind::App:
    case mesh::NodeKind::Box:
    case mesh::NodeKind::Unknown: break;
    }
    return text::safe(label, false, 256);
}

std::vector<std::string> shortNames(const mesh::Graph& graph) {
    constexpr std::size_t kShort = 10;
    std::vector<std::string> names;
    std::map<std::string, int> used;
    for (const mesh::Node& node : graph.nodes) {
        std::string name = "n_";
        for (const char c : node.id.substr(0, kShort)) {
            name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
        }
        const int again = used[name]++; // ids are hashes: this is for those of tests and of other programs
        names.push_back(again == 0 ? name : name + "_" + std::to_string(again));
    }
    return names;
}

std::vector<NamespaceNodes> byNamespace(const mesh::Graph& graph) {
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        groups[graph.nodes[i].ns].push_back(i);
    }
    std::vector<NamespaceNodes> all;
    for (auto& [ns, nodes] : groups) {
        std::sort(nodes.begin(), nodes.end(), [&](std::uint32_t a, std::uint32_t b) {
            const auto key = [&](std::uint32_t i) { return std::tuple(nodeLabel(graph.nodes[i]), graph.nodes[i].id); };
            return key(a) < key(b);
        });
        all.push_back({ns, std::move(nodes)});
    }
    return all;
}

std::vector<std::size_t> edgesInReadingOrder(const mesh::Graph& graph) {
    using Key = std::tuple<std::string, std::string, std::string, std::string, mesh::Protocol, std::string>;
    std::vector<std::pair<Key, std::size_t>> keyed;
    keyed.reserve(graph.edges.size());
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const mesh::Edge& edge = graph.edges[i];
        const mesh::Node& from = graph.nodes[edge.source];
        const mesh::Node& to = graph.nodes[edge.target];
        // What comes from nowhere is listed with whom it reaches.
        const std::string& home = from.ns.empty() || from.ns == "unknown" ? to.ns : from.ns;
        keyed.emplace_back(Key{home, nodeLabel(from), to.ns, nodeLabel(to), edge.protocol, edge.id}, i);
    }
    std::sort(keyed.begin(), keyed.end());
    std::vector<std::size_t> order;
    order.reserve(keyed.size());
    for (const auto& [key, index] : keyed) {
        order.push_back(index);
    }
    return order;
}

} // namespace meshdeck::traffic
