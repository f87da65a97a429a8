// A request that leaves a sidecar.
#include <algorithm>

#include "policy/request_path_parts.h"

namespace meshdeck::policy::path {
namespace {

bool boundByHand(const SidecarView& view, std::uint32_t port) {
    const EgressListener* egress = view.egressOf(port);
    return egress != nullptr && egress->written != nullptr && egress->written->port &&
           egress->written->port->number == port && egress->written->captureMode == "NONE";
}

// The workload behind an address that no service stands for.
const Workload* workloadAt(const World& world, std::string_view address) {
    const auto& all = world.workloads();
    const auto found = std::ranges::find_if(
        all, [address](const Workload& workload) { return !address.empty() && workload.address == address; });
    return found == all.end() ? nullptr : &*found;
}

// Straight on to where the client wanted to, in plaintext.
void passThrough(const Scope& scope, const Request& request, RequestResult& result) {
    result.cluster = "PassthroughCluster";
    result.verdict = Verdict::Routed;
    result.upstreamHost = request.host;
    result.upstreamPath = request.path;
    result.upstreamHeaders = request.headers;
    if (const Workload* workload = workloadAt(scope.world(), request.address)) {
        Arrival arrival;
        arrival.server = proxyOf(scope.world(), *workload);
        arrival.workloadPort = request.port;
        arrival.request = request;
        arrival.tls = request.tls;
        receive(scope.world(), arrival, result);
    } else {
        result.reasons.emplace_back("no route of this client fits: the request goes on to the address the client looked up");
    }
    if (result.verdict == Verdict::Routed) {
        answer(request, result);
    }
}

void blackhole(const Request& request, RequestResult& result) {
    result.cluster = "BlackHoleCluster";
    result.reasons.emplace_back("the client may only call services it knows (REGISTRY_ONLY)");
    result.verdict = Verdict::NoVirtualHost;
    if (request.protocol == "tcp" || request.tls != Request::Tls::None) {
        result.verdict = Verdict::NoCluster;
    } else if (!result.routeConfig.empty()) {
        result.virtualHost = "block_all";
        result.route = "block_all";
        result.cluster.clear();
        result.status = 502;
    } else {
        result.status.reset();
        result.verdict = Verdict::NoListener;
    }
}

// Hosts that the route table does not know.
void unknownHost(const SidecarView& view, const Request& request, bool sniffed, RequestResult& result) {
    if (sniffed) {
        result.verdict = Verdict::NoVirtualHost;
        result.status = 404;
        result.responseFlag = "NR";
        result.reasons.emplace_back("the port has no HTTP routes for this service");
        return;
    }
    if (view.scope().registryOnly()) {
        return blackhole(request, result);
    }
    result.virtualHost = "allow_any";
    result.route = "allow_any";
    if (boundByHand(view, request.port)) {
        result.cluster = "PassthroughCluster";
        result.verdict = Verdict::NoEndpoints;
        result.status = 503;
        result.responseFlag = "UH";
        result.body = "no healthy upstream";
        result.reasons.emplace_back("no service has this host, and the listener is not one that traffic is captured for");
        return;
    }
    passThrough(view.scope(), request, result);
}

// A sidecar looks at no token on the way out, so no rule of it can match a claim.
RouteMatchResult matchWithoutToken(const VirtualHost& host, const Request& request) {
    if (!request.jwt) {
        return matchRoute(host, request);
    }
    Request bare = request;
    bare.jwt.reset();
    return matchRoute(host, bare);
}

void throughRoutes(const SidecarView& view, const ConnectionPath& path, const Request& request, RequestResult& result) {
    result.routeConfig = path.routeConfig;
    const std::shared_ptr<const RouteTable> table = view.routes(path.routeConfig);
    const VirtualHost* host = table == nullptr ? nullptr : table->find(request.host);
    if (host == nullptr) {
        return unknownHost(view, request, path.routeConfig.find(':') != std::string::npos, result);
    }
    result.virtualHost = host->name;
    RouteMatchResult matched = matchWithoutToken(*host, request);
    result.rejected = std::move(matched.rejected);
    if (matched.entry == nullptr) {
        result.verdict = Verdict::NoRoute;
        result.status = 404;
        result.responseFlag = "NR";
        result.reasons.push_back("no rule of virtual host " + host->name + " takes the request");
        return;
    }
    applyRoute(*matched.entry, request, view.scope(), result);
    if (result.verdict == Verdict::Routed) {
        sendOn(view.scope(), request, result);
    }
}

} // namespace

void fromSidecar(const ProxyView& view, const Request& request, RequestResult& result) {
    const ConnectionPath path = view.outbound->connection(request);
    result.listener = path.listener;
    result.filterChain = path.filterChain;
    result.hops.push_back({hopName(view.scope->proxy()), path.listener, path.routeConfig, {}, {}});
    switch (path.kind) {
    case ConnectionPath::Kind::Http:
        throughRoutes(*view.outbound, path, request, result);
        break;
    case ConnectionPath::Kind::L4:
        applyL4(*path.entry, request, *view.scope, result);
        if (result.verdict == Verdict::Routed) {
            sendOn(*view.scope, request, result);
        }
        break;
    case ConnectionPath::Kind::Passthrough:
        passThrough(*view.scope, request, result);
        break;
    case ConnectionPath::Kind::Blackhole:
        blackhole(request, result);
        break;
    }
    result.hops.front().virtualHost = result.virtualHost;
    result.hops.front().cluster = result.cluster;
}

} // namespace meshdeck::policy::path
