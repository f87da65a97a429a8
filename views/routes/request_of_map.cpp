#include "routes/request_of_map.h"

#include <algorithm>
#include <optional>

namespace meshdeck::views {
namespace {

using mesh::Edge;
using mesh::Graph;
using mesh::Node;
using mesh::NodeKind;

bool sends(const Node& node) {
    return node.kind != NodeKind::Service && node.kind != NodeKind::ServiceEntry && !node.workload.empty() && node.workload != "unknown";
}

const Node* find(const Graph& graph, const std::string& id) {
    const auto found = std::ranges::find(graph.nodes, id, &Node::id);
    return found == graph.nodes.end() ? nullptr : &*found;
}

// The busiest edge at one end of a node; null without one.
const Edge* busiest(const Graph& graph, const Node& node, bool incoming) {
    const Edge* best = nullptr;
    for (const Edge& edge : graph.edges) {
        const Node& end = graph.nodes[incoming ? edge.target : edge.source];
        if (&end == &node && (best == nullptr || edge.rates.total > best->rates.total)) {
            best = &edge;
        }
    }
    return best;
}

// The workload behind a chain of service nodes that calls this node.
const Node* callerOf(const Graph& graph, const Node& node) {
    const Node* at = &node;
    for (int steps = 0; steps < 4; ++steps) {
        const Edge* edge = busiest(graph, *at, true);
        if (edge == nullptr) {
            return nullptr;
        }
        at = &graph.nodes[edge->source];
        if (sends(*at)) {
            return at;
        }
    }
    return nullptr;
}

struct Target {
    std::string ns, name; // of a Kubernetes Service
    std::string host;     // of anything else
};

std::optional<Target> targetOf(const Node& node) {
    if (node.kind == NodeKind::Service && !node.service.empty()) {
        return Target{node.ns, node.service, {}};
    }
    if (node.kind == NodeKind::ServiceEntry) {
        const std::string host = !node.hosts.empty() ? node.hosts.front() : node.service;
        return host.empty() ? std::nullopt : std::optional(Target{{}, {}, host});
    }
    if (!node.destServices.empty() && node.destServices.front().name != "unknown") {
        return Target{node.destServices.front().ns, node.destServices.front().name, {}};
    }
    return std::nullopt;
}

// The port of a service that speaks HTTP, else its first.
std::uint16_t portOf(const mesh::MeshSnapshot& snapshot, const Target& target) {
    const auto service = snapshot.inventory ? snapshot.inventory->services.find(target.ns + "/" + target.name) : std::map<std::string, mesh::Service>::const_iterator{};
    if (!snapshot.inventory || service == snapshot.inventory->services.end() || service->second.ports.empty()) {
        return 80;
    }
    const auto& ports = service->second.ports;
    const auto http = std::ranges::find_if(ports, [](const mesh::ServicePort& port) { return port.name.starts_with("http") || port.name.starts_with("grpc"); });
    return (http == ports.end() ? ports.front() : *http).port;
}

std::string urlOf(const mesh::MeshSnapshot& snapshot, const Target& target, const std::string& from) {
    if (!target.host.empty()) {
        return "http://" + target.host + "/";
    }
    const std::uint16_t port = portOf(snapshot, target);
    return "http://" + target.name + (from == target.ns ? "" : "." + target.ns) + (port == 80 ? "" : ":" + std::to_string(port)) + "/";
}

RequestDraft draftOf(const mesh::MeshSnapshot& snapshot, const Node* from, const std::optional<Target>& target) {
    RequestDraft draft;
    if (from != nullptr) {
        draft.from = from->ns + "/" + from->workload;
    }
    if (target) {
        draft.url = urlOf(snapshot, *target, from == nullptr ? std::string() : from->ns);
    }
    return draft;
}

} // namespace

RequestDraft requestOfNode(const mesh::MeshSnapshot& snapshot, const std::string& id) {
    const Node* node = snapshot.graph ? find(*snapshot.graph, id) : nullptr;
    if (node == nullptr) {
        return {};
    }
    if (sends(*node)) {
        if (const Edge* out = busiest(*snapshot.graph, *node, false)) {
            if (const auto target = targetOf(snapshot.graph->nodes[out->target])) {
                return draftOf(snapshot, node, target);
            }
        }
    }
    return draftOf(snapshot, callerOf(*snapshot.graph, *node), targetOf(*node));
}

RequestDraft requestOfEdge(const mesh::MeshSnapshot& snapshot, const std::vector<std::string>& edges) {
    if (!snapshot.graph) {
        return {};
    }
    const Graph& graph = *snapshot.graph;
    for (const std::string& id : edges) {
        const auto edge = std::ranges::find(graph.edges, id, &Edge::id);
        if (edge != graph.edges.end()) {
            const Node& source = graph.nodes[edge->source];
            return draftOf(snapshot, sends(source) ? &source : callerOf(graph, source), targetOf(graph.nodes[edge->target]));
        }
    }
    return {};
}

} // namespace meshdeck::views
