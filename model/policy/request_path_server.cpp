// The server's side of the simulator: delivery to an endpoint and the way its answer takes back.
#include <algorithm>

#include "policy/request_path_parts.h"
#include "policy/routing/actions.h"
#include "policy/routing/answer.h"

namespace meshdeck::policy::path {
namespace {

// Enough to tell versions apart; who has more kinds of endpoints behind a rule is told about these.
constexpr std::size_t kMostEndpointsCompared = 16;

Cluster clusterOf(const Scope& scope, const DestinationShare& share) {
    return resolveCluster(scope, share.host, share.subset, share.port, share.port);
}

// The endpoints of a cluster that differ in what policies select by.
std::vector<const Endpoint*> kinds(const World& world, const Cluster& cluster) {
    std::vector<const Endpoint*> result;
    for (const Endpoint* endpoint : cluster.endpoints) {
        if (endpoint->workload >= world.workloads().size()) {
            continue;
        }
        const Workload& workload = world.workloads()[endpoint->workload];
        const bool known = std::ranges::any_of(result, [&](const Endpoint* other) {
            const Workload& one = world.workloads()[other->workload];
            return one.labels == workload.labels && one.ns == workload.ns && one.sidecar == workload.sidecar &&
                   one.ambient == workload.ambient;
        });
        if (!known) {
            result.push_back(endpoint);
        }
        if (result.size() == kMostEndpointsCompared) {
            break;
        }
    }
    return result;
}

Request asSentOn(const Request& request, const RequestResult& result) {
    Request onward = request;
    onward.host = result.upstreamHost.value_or(request.host);
    onward.path = result.upstreamPath.value_or(request.path);
    onward.headers = result.upstreamHeaders.empty() ? request.headers : result.upstreamHeaders;
    return onward;
}

// What another endpoint would say, when it is not what the followed one says.
void compare(const Scope& client, const Cluster& cluster, double percent, const Endpoint& endpoint,
             const Request& onward, RequestResult& result) {
    RequestResult other;
    other.verdict = Verdict::Routed;
    other.cluster = cluster.name;
    other.retries = result.retries;
    deliver(client, *cluster.service, cluster.port, cluster.subset, endpoint, onward, other);
    if (other.verdict == result.verdict && (other.verdict == Verdict::Routed || other.status == result.status)) {
        return;
    }
    const Workload& workload = client.world().workloads()[endpoint.workload];
    std::string words = "a request that goes to " + workload.ns + "/" + workload.name + " (" + cluster.name + ", " +
                        percentText(percent) + ") ends otherwise: " + std::string(name(other.verdict));
    if (other.status) {
        words += ", status " + std::to_string(*other.status);
    }
    result.reasons.push_back(std::move(words));
}

bool anyProxy(const World& world, const Cluster& cluster) {
    return std::ranges::any_of(cluster.endpoints, [&world](const Endpoint* endpoint) {
        return endpoint->workload < world.workloads().size() &&
               (world.workloads()[endpoint->workload].sidecar || world.workloads()[endpoint->workload].ambient);
    });
}

// Other destinations and other kinds of endpoints may be guarded otherwise.
void compareOthers(const Scope& client, const Cluster& chosen, const Request& onward, RequestResult& result) {
    for (const DestinationShare& share : result.destinations) {
        const Cluster cluster = share.cluster == chosen.name ? chosen : clusterOf(client, share);
        if (!cluster.exists || cluster.service == nullptr || !anyProxy(client.world(), cluster)) {
            continue;
        }
        for (const Endpoint* endpoint : kinds(client.world(), cluster)) {
            if (cluster.name != chosen.name || endpoint != cluster.endpoints.front()) {
                compare(client, cluster, share.percent, *endpoint, onward, result);
            }
        }
    }
}

} // namespace

void answer(const Request& request, RequestResult& result) {
    if (request.protocol == "tcp") {
        result.attempts = 1;
        result.status.reset();
        return;
    }
    const AnswerOutcome outcome =
        answerThrough({Attempt::End::Response, request.answerStatus, request.answerDelayMs}, result.timeoutMs,
                      result.retries);
    result.status = outcome.status;
    if (!outcome.flag.empty()) {
        result.responseFlag = outcome.flag;
    }
    result.body = outcome.body;
    result.attempts = outcome.attempts;
    result.delayMs += outcome.delayMs;
}

void sendOn(const Scope& client, const Request& request, RequestResult& result) {
    const auto share = std::ranges::find(result.destinations, result.cluster, &DestinationShare::cluster);
    if (share == result.destinations.end()) {
        answer(request, result);
        return;
    }
    const Cluster cluster = clusterOf(client, *share);
    const Request onward = asSentOn(request, result);
    const bool known = cluster.exists && cluster.service != nullptr && !cluster.endpoints.empty() &&
                       cluster.endpoints.front()->workload < client.world().workloads().size();
    if (known) {
        deliver(client, *cluster.service, cluster.port, cluster.subset, *cluster.endpoints.front(), onward, result);
        compareOthers(client, cluster, onward, result);
    }
    if (result.verdict == Verdict::Routed) {
        answer(request, result);
    }
}

void atReceiver(const World& world, const Request& request, RequestResult& result) {
    Arrival arrival;
    arrival.server = request.from;
    arrival.workloadPort = request.port;
    arrival.request = request;
    arrival.tls = request.tls;
    arrival.alpn = request.alpn;
    if (request.tls == Request::Tls::Mtls) {
        arrival.principal = request.sourcePrincipal.value_or("");
    }
    result.upstreamHost = request.host;
    result.upstreamPath = request.path;
    result.upstreamHeaders = request.headers;
    result.verdict = Verdict::Routed;
    receive(world, arrival, result);
    if (result.verdict == Verdict::Routed) {
        answer(request, result);
    }
}

} // namespace meshdeck::policy::path
