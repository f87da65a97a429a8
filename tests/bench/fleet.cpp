#include "bench/fleet.h"

#include <algorithm>
#include <random>
#include <set>

namespace meshdeck::bench {
namespace {

std::string padded(const char* prefix, std::size_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    return prefix + std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::string ns(std::size_t workload) {
    return padded("ns", workload / 100, 3);
}

std::string app(std::size_t workload) {
    return padded("svc", workload, 5);
}

void put(std::string& out, const char* name, const std::string& value) {
    out.append("\"").append(name).append("\":\"").append(value).append("\",");
}

void putEnd(std::string& out, const std::string& side, std::size_t workload) {
    const auto name = [&](const char* label) { return side + label; };
    put(out, name("_app").c_str(), app(workload));
    put(out, name("_canonical_revision").c_str(), "v1");
    put(out, name("_canonical_service").c_str(), app(workload));
    put(out, name("_cluster").c_str(), "Kubernetes");
    put(out, name("_principal").c_str(), "spiffe://cluster.local/ns/" + ns(workload) + "/sa/" + app(workload));
    if (side == "destination") {
        put(out, "destination_service", app(workload) + "." + ns(workload) + ".svc.cluster.local");
        put(out, "destination_service_name", app(workload));
        put(out, "destination_service_namespace", ns(workload));
    }
    put(out, name("_version").c_str(), "v1");
    put(out, name("_workload").c_str(), app(workload) + "-v1");
    put(out, name("_workload_namespace").c_str(), ns(workload));
}

std::string oneSeries(const FleetEdge& edge, const char* code, bool source, const std::string& value) {
    std::string out = R"({"metric":{"__name__":"istio_requests_total",)";
    put(out, "connection_security_policy", source ? "unknown" : "mutual_tls");
    putEnd(out, "destination", edge.target);
    put(out, "instance", "10.12.34.56:15020");
    put(out, "job", "kubernetes-pods");
    put(out, "reporter", source ? "source" : "destination");
    put(out, "request_protocol", "http");
    put(out, "response_code", code);
    put(out, "response_flags", "-");
    putEnd(out, "source", edge.source);
    out.back() = '}';
    return out + R"(,"value":[1700000000.123,")" + value + "\"]}";
}

} // namespace

std::vector<FleetEdge> fleetEdges(std::size_t workloads) {
    std::mt19937_64 random(1);
    std::set<std::pair<std::size_t, std::size_t>> edges;
    for (std::size_t i = 1; i < workloads; ++i) {
        for (int k = 0; k < 3; ++k) {
            const bool far = random() % 5 == 0;
            const std::size_t back = 1 + random() % std::min<std::size_t>(59, i);
            const std::size_t caller = far ? random() % i : i - back;
            edges.emplace(caller, i);
        }
    }
    std::vector<FleetEdge> result;
    for (const auto& [source, target] : edges) {
        result.push_back({source, target});
    }
    std::shuffle(result.begin(), result.end(), random); // a server answers in no order
    return result;
}

std::string prometheusReply(std::size_t series, bool shuffled) {
    // Nearly three edges a workload, six series an edge.
    const std::vector<FleetEdge> edges = fleetEdges(series / 17 + 10);
    std::vector<std::string> rows;
    rows.reserve(series);
    for (std::size_t i = 0; rows.size() < series; ++i) {
        const FleetEdge& edge = edges[i % edges.size()];
        for (const auto& [code, value] :
             {std::pair("200", "9.7"), std::pair("404", "0.2"), std::pair("503", "0.0994871794871795")}) {
            for (const bool source : {true, false}) {
                if (rows.size() < series) {
                    rows.push_back(oneSeries(edge, code, source, value));
                }
            }
        }
    }
    if (shuffled) {
        std::mt19937_64 random(2);
        std::shuffle(rows.begin(), rows.end(), random);
    }
    std::string text = R"({"status":"success","data":{"resultType":"vector","result":[)";
    text.reserve(series * 1'150 + 4'096);
    for (const std::string& row : rows) {
        text.append(&row == rows.data() ? "" : ",").append(row);
    }
    return text + "]}}";
}

mesh::Inventory fleetInventory(std::size_t workloads) {
    mesh::Inventory inventory;
    for (std::size_t i = 0; i < workloads; ++i) {
        mesh::Workload workload;
        workload.ns = ns(i);
        workload.name = app(i) + "-v1";
        workload.templateLabels = {{"app", app(i)}, {"version", "v1"}};
        workload.desired = workload.current = workload.available = 2;
        mesh::Pod pod;
        pod.ns = workload.ns;
        pod.workload = workload.name;
        pod.labels = workload.templateLabels;
        pod.dataPlane = mesh::DataPlane::Sidecar;
        for (const char* suffix : {"-a", "-b"}) {
            pod.name = workload.name + suffix;
            inventory.pods.emplace(pod.ns + "/" + pod.name, pod);
        }
        mesh::Service service;
        service.ns = workload.ns;
        service.name = app(i);
        service.selector = {{"app", app(i)}};
        inventory.services.emplace(service.ns + "/" + service.name, service);
        inventory.workloads.emplace(workload.ns + "/" + workload.name, std::move(workload));
    }
    return inventory;
}

} // namespace meshdeck::bench
