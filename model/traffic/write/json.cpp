#include <cmath>
#include <optional>
#include <string_view>

#include "traffic/write/writers.h"
#include "config/json.h"

namespace meshdeck::traffic {
namespace {

using config::Json;

void putText(Json& object, const char* key, std::string_view text) {
    if (!text.empty()) {
        object[key] = text;
    }
}

// JSON knows no NaN: a number that is none is not known.
void putNumber(Json& object, const char* key, double value) {
    if (std::isfinite(value)) {
        object[key] = value;
    }
}

template <typename Unit>
void putNumber(Json& object, const char* key, const std::optional<Unit>& value) {
    if (value) {
        putNumber(object, key, value->value);
    }
}

void putPart(Json& object, const char* key, Json part) {
    if (!part.empty()) {
        object[key] = std::move(part);
    }
}

Json nodeJson(const mesh::Node& node) {
    Json json;
    json["id"] = node.id;
    json["kind"] = mesh::name(node.kind);
    putText(json, "cluster", node.cluster);
    putText(json, "namespace", node.ns);
    putText(json, "workload", node.workload);
    putText(json, "app", node.app);
    putText(json, "version", node.version);
    putText(json, "service", node.service);
    putText(json, "parent", node.parent);
    putPart(json, "hosts", node.hosts);
    putPart(json, "workloadEntries", node.workloadEntries);
    json["flags"] = Json::array();
    for (const std::string_view flag : flagNames(node)) {
        json["flags"].push_back(flag);
    }
    json["health"] = mesh::name(node.health);
    putText(json, "reason", node.reason);
    return json;
}

Json latencyJson(const mesh::Latency& latency) {
    Json json = Json::object();
    putNumber(json, "p50", latency.p50);
    putNumber(json, "p95", latency.p95);
    putNumber(json, "p99", latency.p99);
    return json;
}

Json responsesJson(const mesh::Edge& edge) {
    Json json = Json::array();
    for (const mesh::Response& response : edge.responses) {
        Json one;
        one["code"] = response.code;
        putText(one, "flags", response.flags == "-" ? "" : response.flags);
        putText(one, "host", response.host);
        if (edge.rates.total > 0) {
            putNumber(one, "percent", 100 * response.rate / edge.rates.total);
        }
        json.push_back(std::move(one));
    }
    return json;
}

Json connectionsJson(const mesh::Edge& edge) {
    Json json = Json::array();
    for (const mesh::Connections& connections : edge.connections) {
        json.push_back({{"flags", connections.flags},
                        {"openedPerSecond", connections.opened},
                        {"closedPerSecond", connections.closed}});
    }
    return json;
}

Json edgeJson(const mesh::Graph& graph, const mesh::Edge& edge) {
    Json json;
    json["id"] = edge.id;
    json["source"] = graph.nodes[edge.source].id;
    json["target"] = graph.nodes[edge.target].id;
    json["protocol"] = mesh::name(edge.protocol);
    if (edge.protocol == mesh::Protocol::Tcp) {
        putNumber(json, "bytesPerSecond", edge.rates.total);
    } else {
        putNumber(json, "requestsPerSecond", edge.rates.total);
        if (edge.throughput) {
            putNumber(json, "bytesPerSecond", *edge.throughput);
        }
    }
    putNumber(json, "errorPercent", edge.errorPercent());
    putNumber(json, "mtlsPercent", edge.mtls);
    putPart(json, "latencyMs", latencyJson(edge.latency));
    putText(json, "sourcePrincipal", edge.sourcePrincipal);
    putText(json, "targetPrincipal", edge.targetPrincipal);
    putPart(json, "responses", responsesJson(edge));
    putPart(json, "connections", connectionsJson(edge));
    if (edge.disagreement) {
        json["disagreement"] = {{"source", edge.disagreement->source}, {"destination", edge.disagreement->destination}};
    }
    Json weight = Json::object();
    putNumber(weight, "configured", edge.weight.configured);
    putNumber(weight, "observed", edge.weight.observed);
    putPart(json, "weight", std::move(weight));
    json["health"] = mesh::name(edge.health);
    return json;
}

Json sourceJson(const mesh::SourceHealth& source, ServerTime now) {
    Json json;
    json["name"] = source.name;
    // A source that has not answered by now has nothing to show.
    json["state"] = mesh::name(source.state == mesh::SourceState::Connecting ? mesh::SourceState::Absent : source.state);
    if (source.lastSuccess) {
        const auto age = std::chrono::duration<double>(now - *source.lastSuccess).count();
        json["ageSeconds"] = std::max(0.0, age);
    }
    putText(json, "detail", source.detail);
    putText(json, "hint", source.hint);
    return json;
}

} // namespace

std::string graphJson(const GraphDocument& document) {
    const mesh::Graph& graph = document.graph;
    Json json;
    json["schema"] = "meshdeck.graph/1";
    json["time"] = std::chrono::floor<std::chrono::seconds>(graph.time).time_since_epoch().count();
    json["windowSeconds"] = std::chrono::round<std::chrono::seconds>(graph.window).count();
    json["graphType"] = mesh::name(graph.type);
    putText(json, "context", document.context);
    putText(json, "reporter", graph.reporter);
    if (document.part != nullptr) {
        Json part;
        putText(part, "find", document.part->find);
        putText(part, "hide", document.part->hide);
        part["nodesOf"] = document.part->nodes;
        part["edgesOf"] = document.part->edges;
        json["part"] = std::move(part);
    }
    json["nodes"] = Json::array();
    for (const mesh::Node& node : graph.nodes) {
        json["nodes"].push_back(nodeJson(node));
    }
    json["edges"] = Json::array();
    for (const mesh::Edge& edge : graph.edges) {
        json["edges"].push_back(edgeJson(graph, edge));
    }
    json["sources"] = Json::array();
    for (const mesh::SourceHealth& source : document.sources) {
        json["sources"].push_back(sourceJson(source, document.now));
    }
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace meshdeck::traffic
