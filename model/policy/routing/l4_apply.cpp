#include <algorithm>

#include "policy/routing/destination.h"
#include "policy/routing/l4_routes.h"

namespace meshdeck::policy {

namespace {

struct Weighted {
    const config::RouteDestination* destination = nullptr;
    std::size_t index = 0;
    double percent = 100;
};

// One destination gets everything; of several those without a weight get nothing (facts/semantics.md 1.7).
std::vector<Weighted> weighted(const std::vector<config::RouteDestination>& route) {
    if (route.size() == 1) {
        return {{&route.front(), 0, 100}};
    }
    std::vector<Weighted> result;
    double sum = 0;
    for (std::size_t i = 0; i < route.size(); ++i) {
        const auto weight = static_cast<double>(std::max<std::int64_t>(0, route[i].weight.value_or(0)));
        if (weight > 0) {
            result.push_back({&route[i], i, weight});
            sum += weight;
        }
    }
    for (Weighted& one : result) {
        one.percent = 100 * one.percent / sum;
    }
    return result;
}

bool works(const Cluster& cluster) {
    return cluster.exists && (!cluster.endpoints.empty() || cluster.endpointsUnknown);
}

// A connection has no status: it is opened or it is closed.
void judge(const Cluster& cluster, RequestResult& result) {
    result.cluster = cluster.name;
    if (works(cluster)) {
        result.verdict = Verdict::Routed;
        if (cluster.endpointsUnknown) {
            result.reasons.push_back("who is behind " + cluster.name + " is not known from the config");
        }
        return;
    }
    result.verdict = cluster.exists ? Verdict::NoEndpoints : Verdict::NoCluster;
    result.responseFlag = cluster.exists ? "UH" : "NC";
    result.reasons.push_back(cluster.exists ? "nobody ready is behind " + cluster.name : cluster.missing);
}

void applyRule(const L4Entry& entry, const Scope& scope, RequestResult& result) {
    result.matchedObject = entry.virtualService->object;
    result.matchedPointer = entry.pointer;
    const char* list = entry.virtualService->gatewayApi ? "/backendRefs/" : "/route/";
    std::vector<Cluster> clusters;
    std::size_t chosen = 0;
    for (const Weighted& one : weighted(entry.rule->route)) {
        Cluster cluster = resolveCluster(scope, *entry.virtualService, one.destination->destination, entry.port);
        DestinationShare share = shareOf(scope.world(), cluster);
        share.percent = one.percent;
        share.pointer = entry.pointer + list + std::to_string(one.index);
        const bool better = !clusters.empty() && (works(cluster) != works(clusters[chosen])
                                                      ? works(cluster)
                                                      : share.percent > result.destinations[chosen].percent);
        if (better) {
            chosen = clusters.size();
        }
        clusters.push_back(std::move(cluster));
        result.destinations.push_back(std::move(share));
    }
    if (clusters.empty()) {
        result.verdict = Verdict::CannotTell;
        result.reasons.emplace_back("no destination of the rule has a weight, which Istio refuses");
        return;
    }
    judge(clusters[chosen], result);
}

} // namespace

void applyL4(const L4Entry& entry, const Request& request, const Scope& scope, RequestResult& result) {
    if (!request.host.empty()) {
        result.upstreamHost = request.host;
        result.upstreamPath = request.path;
        result.upstreamHeaders = request.headers;
    }
    if (entry.rule != nullptr) {
        return applyRule(entry, scope, result);
    }
    if (entry.service == nullptr) {
        result.verdict = Verdict::NoCluster;
        result.reasons.emplace_back("nothing is configured behind this filter chain");
        return;
    }
    std::string subset;
    if (!entry.cluster.empty()) { // "outbound_.80_.v1_.host": between the second and the third "_."
        const std::size_t begin = entry.cluster.find("_.", entry.cluster.find("_.") + 2) + 2;
        subset = entry.cluster.substr(begin, entry.cluster.find("_.", begin) - begin);
    }
    Cluster cluster = resolveCluster(scope, entry.service->host, subset, entry.port, entry.port);
    if (!entry.cluster.empty()) {
        cluster.name = entry.cluster;
    }
    result.destinations.push_back(shareOf(scope.world(), cluster));
    judge(cluster, result);
}

} // namespace meshdeck::policy
