#include "mesh/graph.h"

#include <algorithm>

namespace meshdeck::mesh {

ClassRates& ClassRates::operator+=(const ClassRates& other) {
    total += other.total;
    noResponse += other.noResponse;
    redirect += other.redirect;
    clientError += other.clientError;
    serverError += other.serverError;
    grpcError += other.grpcError;
    return *this;
}

std::string displayName(const Node& node) {
    switch (node.kind) {
    case NodeKind::Service:
    case NodeKind::Aggregate: return node.service;
    case NodeKind::ServiceEntry: return node.hosts.size() == 1 ? node.hosts.front() : node.service;
    case NodeKind::Workload: return node.workload;
    case NodeKind::App:
        return node.version.empty() || node.version == "unknown" ? node.app : node.app + " " + node.version;
    case NodeKind::Box: return !node.app.empty() ? node.app : !node.ns.empty() ? node.ns : node.cluster;
    case NodeKind::Unknown: return "unknown";
    }
    return "unknown";
}

std::optional<Percent> Edge::errorPercent() const {
    return rates.total > 0 && protocol != Protocol::Tcp ? std::optional(Percent(100 * rates.errors() / rates.total))
                                                        : std::nullopt;
}

bool Edge::denied() const {
    double refused = 0;
    for (const Response& response : responses) {
        const bool grpcDenied = protocol == Protocol::Grpc && response.code == "7";
        if (response.code == "403" || grpcDenied) {
            refused += response.rate;
        }
    }
    // A few 403s are an application's own answer; all of them are a policy's.
    return rates.total > 0 && refused >= 0.95 * rates.total;
}

const Node* Graph::node(std::string_view id) const {
    const auto found = std::lower_bound(nodes.begin(), nodes.end(), id,
                                        [](const Node& node, std::string_view wanted) { return node.id < wanted; });
    return found != nodes.end() && found->id == id ? &*found : nullptr;
}

std::string_view name(GraphType type) {
    switch (type) {
    case GraphType::Workload: return "workload";
    case GraphType::App: return "app";
    case GraphType::VersionedApp: return "versionedApp";
    case GraphType::Service: return "service";
    }
    return "";
}

std::string_view name(NodeKind kind) {
    switch (kind) {
    case NodeKind::Workload: return "workload";
    case NodeKind::App: return "app";
    case NodeKind::Service: return "service";
    case NodeKind::ServiceEntry: return "serviceEntry";
    case NodeKind::Box: return "box";
    case NodeKind::Aggregate: return "aggregate";
    case NodeKind::Unknown: return "unknown";
    }
    return "";
}

std::string_view name(Protocol protocol) {
    switch (protocol) {
    case Protocol::Http: return "http";
    case Protocol::Grpc: return "grpc";
    case Protocol::Tcp: return "tcp";
    }
    return "";
}

std::string_view name(Health health) {
    switch (health) {
    case Health::Healthy: return "healthy";
    case Health::Degraded: return "degraded";
    case Health::Failing: return "failing";
    case Health::Idle: return "idle";
    case Health::Unknown: return "unknown";
    }
    return "";
}

std::optional<GraphType> parseGraphType(std::string_view text) {
    for (const GraphType type : {GraphType::Workload, GraphType::App, GraphType::VersionedApp, GraphType::Service}) {
        if (text == name(type)) {
            return type;
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> flagNames(const Node& node) {
    static constexpr std::pair<NodeFlag, std::string_view> kNames[] = {
        {NodeFlag::Root, "root"},
        {NodeFlag::Outside, "outside"},
        {NodeFlag::Inaccessible, "inaccessible"},
        {NodeFlag::Idle, "idle"},
        {NodeFlag::Dead, "dead"},
        {NodeFlag::Gateway, "gateway"},
        {NodeFlag::Waypoint, "waypoint"},
        {NodeFlag::Ambient, "ambient"},
        {NodeFlag::MissingSidecar, "missingSidecar"},
        {NodeFlag::Injected, "injected"},
        {NodeFlag::Egress, "egress"},
        {NodeFlag::External, "external"},
        {NodeFlag::Extension, "extension"},
        {NodeFlag::VirtualService, "virtualService"},
        {NodeFlag::CircuitBreaker, "circuitBreaker"},
        {NodeFlag::Fault, "fault"},
        {NodeFlag::Mirror, "mirror"},
        {NodeFlag::RequestTimeout, "requestTimeout"},
        {NodeFlag::Policy, "policy"},
        {NodeFlag::TrafficShifting, "trafficShifting"},
    };
    std::vector<std::string_view> words;
    for (const auto& [flag, word] : kNames) {
        if (node.has(flag)) {
            words.push_back(word);
        }
    }
    return words;
}

} // namespace meshdeck::mesh
