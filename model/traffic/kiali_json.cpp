#include "traffic/kiali_json.h"

#include <cmath>
#include <map>
#include <utility>

namespace meshdeck::traffic {
namespace {

using mesh::NodeFlag;
using mesh::NodeKind;
using mesh::Protocol;
using nlohmann::json;

// Fixed decimals without the locale's comma.
std::string fixed(double value, int decimals) {
    const double scale = std::pow(10.0, decimals);
    const auto scaled = static_cast<long long>(std::llround(value * scale));
    std::string digits = std::to_string(scaled < 0 ? -scaled : scaled);
    if (decimals > 0) {
        const auto wanted = static_cast<std::size_t>(decimals) + 1;
        digits.insert(0, digits.size() < wanted ? wanted - digits.size() : 0, '0');
        digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
    }
    return scaled < 0 ? "-" + digits : digits;
}

std::string rateText(double rate) {
    int decimals = 2;
    while (decimals < 5 && rate > 0 && std::llround(rate * std::pow(10.0, decimals)) == 0) {
        ++decimals;
    }
    return fixed(rate, decimals);
}

std::string percentText(double part, double whole) {
    return fixed(whole > 0 ? 100 * part / whole : 0, 1);
}

void putRate(json& rates, const std::string& key, double rate) {
    if (rate > 0) {
        rates[key] = rateText(rate);
    }
}

void putClasses(json& rates, const std::string& prefix, const mesh::ClassRates& classes) {
    putRate(rates, prefix, classes.total);
    putRate(rates, prefix + "NoResponse", classes.noResponse);
    putRate(rates, prefix + "3xx", classes.redirect);
    putRate(rates, prefix + "4xx", classes.clientError);
    putRate(rates, prefix + "5xx", classes.serverError);
    putRate(rates, prefix + "Err", classes.grpcError);
}

json nodeTraffic(const mesh::Node& node) {
    json traffic = json::array();
    for (const Protocol protocol : {Protocol::Grpc, Protocol::Http, Protocol::Tcp}) {
        const auto index = static_cast<std::size_t>(protocol);
        const std::string name(mesh::name(protocol));
        json rates = json::object();
        putClasses(rates, name + "In", node.in[index]);
        putRate(rates, name + "Out", node.out[index].total);
        if (!rates.empty()) {
            traffic.push_back({{"protocol", name}, {"rates", std::move(rates)}});
        }
    }
    return traffic;
}

void putFlags(json& data, const mesh::Node& node) {
    static constexpr std::pair<NodeFlag, const char*> kFlags[] = {
        {NodeFlag::Root, "isRoot"},
        {NodeFlag::Outside, "isOutside"},
        {NodeFlag::Inaccessible, "isInaccessible"},
        {NodeFlag::Idle, "isIdle"},
        {NodeFlag::Dead, "isDead"},
        {NodeFlag::Gateway, "isGateway"},
        {NodeFlag::Waypoint, "isWaypoint"},
        {NodeFlag::Ambient, "isAmbient"},
        {NodeFlag::MissingSidecar, "isOutOfMesh"},
        {NodeFlag::Injected, "isInjected"},
        {NodeFlag::CircuitBreaker, "hasCB"},
        {NodeFlag::Fault, "hasFaultInjection"},
        {NodeFlag::Mirror, "hasMirroring"},
        {NodeFlag::RequestTimeout, "hasRequestTimeout"},
        {NodeFlag::TrafficShifting, "hasTrafficShifting"},
        {NodeFlag::VirtualService, "hasVS"},
    };
    for (const auto& [flag, key] : kFlags) {
        if (node.has(flag)) {
            data[key] = true;
        }
    }
}

json nodeData(const mesh::Node& node) {
    // Kiali calls a ServiceEntry a service, and an operation by the label it comes from.
    const std::string_view type = mesh::name(node.kind == NodeKind::ServiceEntry ? NodeKind::Service : node.kind);
    json data{{"id", node.id}, {"nodeType", type}, {"cluster", node.cluster}, {"namespace", node.ns}};
    const auto put = [&](const char* key, const std::string& text) {
        if (!text.empty()) {
            data[key] = text;
        }
    };
    put("workload", node.workload);
    put("app", node.app);
    put("version", node.version);
    if (node.kind == NodeKind::Aggregate) {
        data["aggregate"] = "request_operation";
        data["aggregateValue"] = node.service;
    } else {
        put("service", node.service);
    }
    put("parent", node.parent);
    if (node.kind == NodeKind::Box) {
        data["isBox"] = !node.app.empty() ? "app" : !node.ns.empty() ? "namespace" : "cluster";
    }
    if (node.kind == NodeKind::ServiceEntry) {
        data["isServiceEntry"] = {{"hosts", node.hosts},
                                  {"location", node.has(NodeFlag::External) ? "MESH_EXTERNAL" : "MESH_INTERNAL"},
                                  {"namespace", node.ns}};
    }
    for (const std::string& name : node.workloadEntries) {
        data["hasWorkloadEntry"].push_back({{"name", name}});
    }
    for (const mesh::DestService& service : node.destServices) {
        data["destServices"].push_back(
            {{"cluster", service.cluster}, {"namespace", service.ns}, {"name", service.name}});
    }
    if (json traffic = nodeTraffic(node); !traffic.empty()) {
        data["traffic"] = std::move(traffic);
    }
    data["healthData"] = nullptr;
    putFlags(data, node);
    if (node.kind == NodeKind::Unknown) {
        data["isInaccessible"] = true; // Kiali's outsider rule (facts/traffic-graph.md 2.3); we do not call it so
    }
    return data;
}

// Kiali lists flags and hosts of a code separately, each as a share of the edge.
json responsesData(const mesh::Edge& edge) {
    std::map<std::string, std::map<std::string, double>> flags;
    std::map<std::string, std::map<std::string, double>> hosts;
    for (const mesh::Response& response : edge.responses) {
        flags[response.code][response.flags] += response.rate;
        hosts[response.code][response.host] += response.rate;
    }
    json responses = json::object();
    const auto put = [&](const char* key, const auto& byCode) {
        for (const auto& [code, shares] : byCode) {
            for (const auto& [name, rate] : shares) {
                if (!name.empty() && rate > 0) {
                    responses[code][key][name] = percentText(rate, edge.rates.total);
                }
            }
        }
    };
    put("flags", flags);
    put("hosts", hosts);
    return responses;
}

json edgeTraffic(const mesh::Graph& graph, const mesh::Edge& edge) {
    const std::string name(mesh::name(edge.protocol));
    json rates = json::object();
    putClasses(rates, name, edge.rates);
    if (edge.protocol != Protocol::Tcp && edge.rates.total > 0) {
        const double sent = graph.nodes[edge.source].out[static_cast<std::size_t>(edge.protocol)].total;
        rates[name + "PercentReq"] = percentText(edge.rates.total, sent);
        if (edge.rates.errors() > 0) {
            rates[name + "PercentErr"] = percentText(edge.rates.errors(), edge.rates.total);
        }
    }
    json traffic{{"protocol", name}, {"rates", std::move(rates)}};
    if (json responses = responsesData(edge); !responses.empty()) {
        traffic["responses"] = std::move(responses);
    }
    return traffic;
}

json edgeData(const mesh::Graph& graph, const mesh::Edge& edge) {
    json data{{"id", edge.id},
              {"source", graph.nodes[edge.source].id},
              {"target", graph.nodes[edge.target].id},
              {"traffic", edgeTraffic(graph, edge)}};
    if (edge.mtls && edge.mtls->value > 0) {
        data["isMTLS"] = fixed(edge.mtls->value, 0);
    }
    if (edge.latency.p95) {
        data["responseTime"] = fixed(edge.latency.p95->value, 0);
    }
    if (edge.throughput) {
        data["throughput"] = fixed(*edge.throughput, 0);
    }
    if (!edge.sourcePrincipal.empty()) {
        data["sourcePrincipal"] = edge.sourcePrincipal;
    }
    if (!edge.targetPrincipal.empty()) {
        data["destPrincipal"] = edge.targetPrincipal;
    }
    const auto isWaypoint = [&](std::uint32_t node) { return graph.nodes[node].has(NodeFlag::Waypoint); };
    if (isWaypoint(edge.target)) {
        data["waypoint"] = {{"direction", "to"}};
    } else if (isWaypoint(edge.source)) {
        data["waypoint"] = {{"direction", "from"}};
    }
    return data;
}

json edgesData(const mesh::Graph& graph) {
    using Ends = std::tuple<std::uint32_t, std::uint32_t, Protocol>;
    std::map<Ends, const mesh::Edge*> fromWaypoint;
    for (const mesh::Edge& edge : graph.edges) {
        if (graph.nodes[edge.source].has(NodeFlag::Waypoint)) {
            fromWaypoint[{edge.source, edge.target, edge.protocol}] = &edge;
        }
    }
    std::map<const mesh::Edge*, const mesh::Edge*> returns; // the edge to the waypoint, and the one back
    for (const mesh::Edge& edge : graph.edges) {
        const auto back = fromWaypoint.find({edge.target, edge.source, edge.protocol});
        if (back != fromWaypoint.end() && edge.source != edge.target) {
            returns[&edge] = back->second;
        }
    }
    std::map<const mesh::Edge*, bool> folded;
    for (const auto& [to, from] : returns) {
        folded[from] = true;
    }
    json edges = json::array();
    for (const mesh::Edge& edge : graph.edges) {
        if (folded.contains(&edge)) {
            continue;
        }
        json data = edgeData(graph, edge);
        if (const auto back = returns.find(&edge); back != returns.end()) {
            data["waypoint"]["fromEdge"] = edgeData(graph, *back->second);
        }
        edges.push_back({{"data", std::move(data)}});
    }
    return edges;
}

} // namespace

json kialiGraph(const mesh::Graph& graph) {
    json nodes = json::array();
    for (const mesh::Node& node : graph.nodes) {
        nodes.push_back({{"data", nodeData(node)}});
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(graph.time.time_since_epoch());
    return {{"timestamp", seconds.count()},
            {"duration", std::chrono::duration_cast<std::chrono::seconds>(graph.window).count()},
            {"graphType", mesh::name(graph.type)},
            {"elements", {{"nodes", std::move(nodes)}, {"edges", edgesData(graph)}}}};
}

} // namespace meshdeck::traffic
