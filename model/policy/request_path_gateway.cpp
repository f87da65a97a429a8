// A request that arrives at a gateway, or at a waypoint.
#include <algorithm>

#include "policy/request_path_parts.h"

namespace meshdeck::policy::path {
namespace {

constexpr const char* kUseWaypoint = "istio.io/use-waypoint";
constexpr const char* kUseWaypointNamespace = "istio.io/use-waypoint-namespace";
constexpr const char* kWaypointFor = "istio.io/waypoint-for";

PeerRequest peerAt(const World& world, const Proxy& server, std::uint32_t port, const Request& request, bool http) {
    Arrival arrival;
    arrival.server = server;
    arrival.workloadPort = port;
    arrival.request = request;
    arrival.tls = request.tls;
    arrival.alpn = request.alpn;
    if (request.tls == Request::Tls::Mtls) {
        arrival.principal = request.sourcePrincipal.value_or("");
    }
    PeerRequest peer = peerRequest(world, arrival, http);
    // The one who sends is outside; `from` is the gateway itself.
    peer.sourceAddress = request.sourceAddress.empty() ? std::nullopt : std::optional(request.sourceAddress);
    if (peer.remoteAddress && !request.from.addresses.empty() && *peer.remoteAddress == request.from.addresses.front()) {
        peer.remoteAddress = peer.sourceAddress;
    }
    return peer;
}

// The listener took the connection: its filters have been asked.
bool reached(Verdict verdict) {
    return verdict != Verdict::NoListener && verdict != Verdict::NoFilterChain && verdict != Verdict::TlsError &&
           verdict != Verdict::MtlsError && verdict != Verdict::ProtocolError;
}

// What a refusal leaves of a route that the request never took. The rule's response headers stay: Envoy puts them on its
// own answers too.
void forgetRoute(RequestResult& result) {
    result.location.clear();
    result.fault.reset();
    result.delayMs = 0;
    result.upstreamHost.reset();
    result.upstreamPath.reset();
    result.upstreamHeaders.clear();
    result.rewrite.clear();
}

// JWT and authorization come before every answer that routes give (4.2). False: refused.
bool admitted(const World& world, const PolicySet& policies, const Proxy& server, const PeerRequest& peer,
              RequestResult& result) {
    RequestResult asked;
    asked.verdict = Verdict::Routed;
    const bool ok = admit(world, policies, server, peer, asked);
    result.authorization = asked.authorization;
    result.rejected.insert(result.rejected.end(), asked.rejected.begin(), asked.rejected.end());
    result.reasons.insert(result.reasons.end(), asked.reasons.begin(), asked.reasons.end());
    if (!ok) {
        result.verdict = asked.verdict;
        result.status = asked.status;
        result.body = asked.body;
        result.responseFlag = asked.responseFlag;
        result.attempts = 0;
        forgetRoute(result);
    }
    return ok;
}

// Claims can be matched when a RequestAuthentication of this proxy accepts the token.
Request withTokenChecked(const PolicySet& policies, const PeerRequest& peer, const Request& request) {
    Request checked = request;
    if (checked.jwt && !checkJwt(policies, peer).valid) {
        checked.jwt.reset();
    }
    return checked;
}

std::string_view labelOf(const mesh::Labels& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string_view{} : std::string_view(found->second);
}

} // namespace

void fromGateway(const ProxyView& view, const Request& request, RequestResult& result) {
    const World& world = view.scope->world();
    const Proxy& gateway = view.scope->proxy();
    const bool http = request.protocol != "tcp";
    const PeerRequest peer = peerAt(world, gateway, request.port, request, http);
    const Request checked = withTokenChecked(view.policies, peer, request);
    routeAtGateway(*view.listeners, checked, result);
    result.hops.push_back({hopName(gateway), result.listener, result.routeConfig, result.virtualHost, result.cluster});
    if (!reached(result.verdict)) {
        return;
    }
    PeerRequest seen = peer;
    seen.http = !result.routeConfig.empty();
    if (!admitted(world, view.policies, gateway, seen, result)) {
        return;
    }
    if (result.verdict == Verdict::Routed) {
        Request onward = request;
        onward.from = gateway;
        onward.sourcePrincipal.reset(); // the gateway calls on in its own name
        onward.sourceAddress = gateway.addresses.empty() ? std::string() : gateway.addresses.front();
        if (result.routeConfig.empty()) {
            onward.protocol = "tcp";
        }
        sendOn(*view.scope, onward, result);
    }
}

Proxy waypointOf(const World& world, const Service& service, std::string& why) {
    const mesh::Labels* ofNamespace = world.namespaceLabels(service.ns);
    const mesh::Labels* source = &service.labels;
    if (labelOf(*source, kUseWaypoint).empty() && ofNamespace != nullptr) {
        source = ofNamespace;
    }
    const std::string_view name = labelOf(*source, kUseWaypoint);
    Proxy none;
    if (name.empty() || name == "none") {
        return none;
    }
    const std::string_view elsewhere = labelOf(*source, kUseWaypointNamespace);
    const std::string ns(elsewhere.empty() ? std::string_view(service.ns) : elsewhere);
    const ConfigObjectPtr object = world.find({"gateway.networking.k8s.io", "Gateway", ns, std::string(name)});
    if (object == nullptr) {
        why = "waypoint " + ns + "/" + std::string(name) + " does not exist: traffic goes without it";
        return none;
    }
    const std::string_view serves = labelOf(object->labels, kWaypointFor);
    if (serves == "workload" || serves == "none") {
        why = "waypoint " + ns + "/" + std::string(name) + " is for " + std::string(serves) + " traffic, not for services";
        return none;
    }
    for (const Workload& workload : world.workloads()) {
        if (workload.ns == ns && workload.gatewayName == name) {
            return proxyOf(world, workload);
        }
    }
    Proxy waypoint;
    waypoint.type = Proxy::Type::Waypoint;
    waypoint.ns = ns;
    waypoint.name = name;
    waypoint.gatewayName = name;
    waypoint.serviceAccount = name;
    return waypoint;
}

void fromWaypoint(const ProxyView& view, const Request& request, RequestResult& result) {
    const World& world = view.scope->world();
    const Proxy& waypoint = view.scope->proxy();
    const Service* service = addressedService(*view.scope, request);
    if (service == nullptr || service->port(request.port) == nullptr) {
        result.verdict = Verdict::NoFilterChain;
        result.reasons.push_back("the waypoint serves no service " + request.host + " on port " +
                                 std::to_string(request.port));
        return;
    }
    const std::string port = std::to_string(request.port);
    const Protocol protocol = service->port(request.port)->protocol;
    const bool http = request.protocol != "tcp" && request.tls != Request::Tls::Tls &&
                      (isHttp(protocol) || protocol == Protocol::Auto);
    result.listener = "main_internal";
    result.filterChain = "inbound-vip|" + port + (http ? "|http|" : "|tcp|") + service->host;
    const PolicySet policies = policiesFor(world, waypoint, service);
    const PeerRequest peer = peerAt(world, waypoint, request.port, request, http);
    if (http) {
        result.routeConfig = result.filterChain;
        const auto table = view.outbound->routes(service->host + ":" + port);
        const VirtualHost* host = table == nullptr ? nullptr : table->find(request.host);
        RouteMatchResult matched;
        if (host != nullptr) {
            result.virtualHost = result.filterChain;
            matched = matchRoute(*host, withTokenChecked(policies, peer, request));
            result.rejected = std::move(matched.rejected);
        }
        if (matched.entry == nullptr) {
            result.verdict = Verdict::NoRoute;
            result.status = 404;
            result.responseFlag = "NR";
        } else {
            applyRoute(*matched.entry, request, *view.scope, result);
        }
    } else {
        L4Entry entry;
        entry.service = service;
        entry.port = request.port;
        applyL4(entry, request, *view.scope, result);
    }
    result.hops.push_back({hopName(waypoint), result.listener, result.routeConfig, result.virtualHost, result.cluster});
    if (!admitted(world, policies, waypoint, peer, result)) {
        return;
    }
    if (result.verdict == Verdict::Routed) {
        Request onward = request;
        onward.from = waypoint;
        onward.sourcePrincipal.reset();
        sendOn(*view.scope, onward, result);
    }
}

} // namespace meshdeck::policy::path
