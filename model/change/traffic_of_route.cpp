#include "change/traffic_of_route.h"

#include <algorithm>

namespace meshdeck::change {

namespace {

using mesh::NodeKind;

bool carries(const mesh::Edge& edge, bool tcp) { return (edge.protocol == mesh::Protocol::Tcp) == tcp; }

bool isService(const mesh::Node& node, const std::string& name, const std::string& ns) {
    return node.kind == NodeKind::Service && node.service == name && (node.ns == ns || ns.empty());
}

bool servesAs(const mesh::Node& node, const std::string& name, const std::string& ns) {
    return std::any_of(node.destServices.begin(), node.destServices.end(), [&](const mesh::DestService& service) {
        return service.name == name && (service.ns == ns || ns.empty());
    });
}

// The version a subset selects: its label by the order of facts/conventions.md 4.3, or its own name.
std::string versionOf(const std::string& subset, const std::vector<config::Subset>& subsets) {
    for (const config::Subset& known : subsets) {
        if (known.name != subset) {
            continue;
        }
        for (const char* label : {"service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"}) {
            if (const auto found = known.labels.find(label); found != known.labels.end()) {
                return found->second;
            }
        }
    }
    return subset;
}

std::set<std::uint32_t> nodesOf(const config::WeightedDestination& destination,
                                const std::vector<config::Subset>& subsets, const mesh::Graph& graph) {
    const auto service = config::resolveHost(destination.host, destination.ns);
    const std::string name = service ? service->name : destination.host;
    const std::string ns = service ? service->ns : destination.ns;
    const std::string version = destination.subset.empty() ? "" : versionOf(destination.subset, subsets);
    std::set<std::uint32_t> nodes;
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        const mesh::Node& node = graph.nodes[i];
        const bool workload = node.kind == NodeKind::Workload || node.kind == NodeKind::App;
        if (workload && servesAs(node, name, ns) && (version.empty() || node.version == version)) {
            nodes.insert(i);
        }
    }
    if (nodes.empty() && version.empty()) { // the service graph has no workloads
        for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
            if (isService(graph.nodes[i], name, ns)) {
                nodes.insert(i);
            }
        }
    }
    return nodes;
}

DestinationTraffic trafficTo(const std::set<std::uint32_t>& nodes, bool tcp, const mesh::Graph& graph) {
    DestinationTraffic traffic;
    traffic.nodes = nodes;
    if (nodes.empty()) {
        return traffic;
    }
    traffic.nodeId = graph.nodes[*nodes.begin()].id;
    traffic.rate = 0;
    double busiest = -1;
    for (const mesh::Edge& edge : graph.edges) {
        if (!nodes.contains(edge.target) || nodes.contains(edge.source) || !carries(edge, tcp)) {
            continue;
        }
        *traffic.rate += edge.rates.total;
        traffic.failed += tcp ? 0 : edge.rates.errors();
        const bool fromService = graph.nodes[edge.source].kind == NodeKind::Service;
        const double weight = edge.rates.total + (fromService ? 1e12 : 0);
        if (weight > busiest) {
            busiest = weight;
            traffic.edgeId = edge.id;
            traffic.nodeId = graph.nodes[edge.target].id;
        }
    }
    return traffic;
}

} // namespace

RouteTraffic trafficOf(const config::WeightedRoute& route, const std::vector<config::Subset>& subsets,
                       const mesh::Graph& graph) {
    const bool tcp = route.section == "tcp" || route.section == "tls";
    RouteTraffic result;
    std::set<std::uint32_t> all;
    for (const config::WeightedDestination& destination : route.destinations) {
        auto nodes = nodesOf(destination, subsets, graph);
        all.insert(nodes.begin(), nodes.end());
        result.destinations.push_back(trafficTo(nodes, tcp, graph));
        if (const auto& rate = result.destinations.back().rate) {
            result.total = result.total.value_or(0) + *rate;
        }
    }
    std::set<std::uint32_t> services;
    for (const mesh::Edge& edge : graph.edges) {
        if (all.contains(edge.target) && !all.contains(edge.source) && carries(edge, tcp)) {
            const bool service = graph.nodes[edge.source].kind == NodeKind::Service;
            (service ? services : result.callers).insert(edge.source);
        }
    }
    for (const mesh::Edge& edge : graph.edges) { // behind an injected service node stand the real callers
        if (services.contains(edge.target) && carries(edge, tcp)) {
            result.callers.insert(edge.source);
        }
    }
    return result;
}

double rateBetween(const mesh::Graph& graph, std::uint32_t source, const std::set<std::uint32_t>& targets, bool tcp) {
    double rate = 0;
    std::set<std::uint32_t> services;
    for (const mesh::Edge& edge : graph.edges) {
        if (targets.contains(edge.target) && graph.nodes[edge.source].kind == NodeKind::Service) {
            services.insert(edge.source);
        }
    }
    for (const mesh::Edge& edge : graph.edges) {
        if (edge.source == source && carries(edge, tcp) &&
            (targets.contains(edge.target) || services.contains(edge.target))) {
            rate += edge.rates.total;
        }
    }
    return rate;
}

} // namespace meshdeck::change
