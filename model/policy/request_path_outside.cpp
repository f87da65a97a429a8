// A client that no HTTP proxy stands beside, and what the simulator knows of a proxy.
#include <algorithm>

#include "policy/host_name.h"
#include "policy/request_path_parts.h"
#include "policy/routing/request_view.h"

namespace meshdeck::policy::path {
namespace {

// Does a patch of the filter reach what a request passes in this proxy on its way out?
bool patches(const config::EnvoyFilter& filter, const Proxy& proxy) {
    const auto concerns = [&proxy](const std::string& context) {
        if (context.empty() || context == "ANY") {
            return true;
        }
        switch (proxy.type) {
        case Proxy::Type::Router:
            return context == "GATEWAY";
        case Proxy::Type::Waypoint:
            return context == "WAYPOINT";
        default:
            return context == "SIDECAR_OUTBOUND";
        }
    };
    return filter.patches.empty() ||
           std::ranges::any_of(filter.patches, [&](const auto& patch) { return concerns(patch.context); });
}

bool selects(const World& world, const ConfigObject& object, const config::PolicyTarget& target, const Proxy& proxy) {
    const bool root = object.ref.ns == world.mesh().rootNamespace;
    if (!root && object.ref.ns != proxy.ns) {
        return false;
    }
    if (!target.targetRefs.empty()) {
        return std::ranges::any_of(target.targetRefs, [&](const config::TargetRef& ref) {
            return ref.kind == "Gateway" && !proxy.gatewayName.empty() && ref.name == proxy.gatewayName;
        });
    }
    return !target.selector || std::ranges::all_of(*target.selector, [&proxy](const auto& label) {
        const auto found = proxy.labels.find(label.first);
        return found != proxy.labels.end() && found->second == label.second;
    });
}

std::vector<std::string> warningsOf(const World& world, const Proxy& proxy) {
    std::vector<std::string> warnings;
    if (proxy.type == Proxy::Type::None || proxy.type == Proxy::Type::Ztunnel) {
        return warnings;
    }
    for (const ConfigObjectPtr& object : world.ofKind("networking.istio.io", "EnvoyFilter")) {
        const auto* filter = config::as<config::EnvoyFilter>(object->typed);
        if (filter != nullptr && selects(world, *object, filter->target, proxy) && patches(*filter, proxy)) {
            warnings.push_back("prediction may be wrong: " + object->ref.display() + " patches this proxy");
        }
    }
    return warnings;
}

// Straight to a pod's address.
bool toWorkload(const Scope& scope, const Request& request, RequestResult& result) {
    const World& world = scope.world();
    const std::string address = request.address.empty() ? hostWithoutPort(request.host) : request.address;
    const auto found = std::ranges::find_if(world.workloads(), [&address](const Workload& workload) {
        return !address.empty() && workload.address == address;
    });
    if (found == world.workloads().end()) {
        return false;
    }
    Arrival arrival;
    arrival.server = proxyOf(world, *found);
    arrival.workloadPort = request.port;
    arrival.request = request;
    const bool hbone = scope.proxy().type == Proxy::Type::Ztunnel && arrival.server.type == Proxy::Type::Ztunnel;
    arrival.tls = hbone ? Request::Tls::Mtls : request.tls;
    arrival.alpn = request.alpn;
    if (arrival.tls == Request::Tls::Mtls) {
        arrival.principal = request.sourcePrincipal.value_or(hbone ? principalOf(world, scope.proxy()) : std::string());
    }
    result.verdict = Verdict::Routed;
    receive(world, arrival, result);
    return true;
}

// To the first endpoint of a service, by the client's ztunnel or with nothing between.
void toEndpoint(const Scope& scope, const Cluster& cluster, const Request& request, RequestResult& result) {
    const World& world = scope.world();
    const Endpoint& endpoint = *cluster.endpoints.front();
    if (scope.proxy().type == Proxy::Type::Ztunnel) {
        deliver(scope, *cluster.service, cluster.port, {}, endpoint, request, result);
        return;
    }
    Arrival arrival;
    arrival.server = proxyOf(world, world.workloads()[endpoint.workload]);
    if (arrival.server.addresses.empty() && !endpoint.address.empty()) {
        arrival.server.addresses.push_back(endpoint.address);
    }
    const auto target = endpoint.targetPorts.find(cluster.port);
    arrival.workloadPort = target == endpoint.targetPorts.end() ? cluster.port : target->second;
    arrival.request = request;
    arrival.tls = request.tls;
    arrival.alpn = request.alpn;
    if (request.tls == Request::Tls::Mtls) {
        arrival.principal = request.sourcePrincipal.value_or("");
    }
    receive(world, arrival, result);
}

} // namespace

std::shared_ptr<const ProxyView> viewOf(const WorldPtr& world, const Proxy& proxy) {
    auto view = std::make_shared<ProxyView>();
    view->scope = Scope::of(world, proxy);
    view->warnings = warningsOf(*world, proxy);
    if (proxy.type == Proxy::Type::Router) {
        view->listeners = RouterListeners::of(view->scope);
        view->policies = policiesFor(*world, proxy);
    } else if (proxy.type == Proxy::Type::Sidecar || proxy.type == Proxy::Type::Waypoint) {
        view->outbound = std::make_unique<const SidecarView>(view->scope);
    }
    return view;
}

std::string hopName(const Proxy& proxy) {
    const std::string who = proxy.ns + "/" + (proxy.name.empty() ? "(unnamed)" : proxy.name);
    switch (proxy.type) {
    case Proxy::Type::Sidecar:
        return "client sidecar " + who;
    case Proxy::Type::Router:
        return "gateway " + who;
    case Proxy::Type::Waypoint:
        return "waypoint " + who;
    case Proxy::Type::Ztunnel:
        return "ztunnel of " + who;
    case Proxy::Type::None:
        return "client " + who;
    }
    return who;
}

const Service* addressedService(const Scope& scope, const Request& request) {
    if (!request.address.empty() && isAddress(request.address)) {
        for (const Service& service : scope.world().services()) {
            if (std::ranges::find(service.addresses, request.address) != service.addresses.end() &&
                scope.service(service.host) == &service) {
                return &service;
            }
        }
    }
    return serviceOfHostHeader(scope, request.host);
}

void fromOutside(const ProxyView& view, const Request& request, RequestResult& result) {
    const Scope& scope = *view.scope;
    const World& world = scope.world();
    result.upstreamHost = request.host;
    result.upstreamPath = request.path;
    result.upstreamHeaders = request.headers;
    const Service* service = addressedService(scope, request);
    if (service == nullptr) {
        if (toWorkload(scope, request, result)) {
            if (result.verdict == Verdict::Routed) {
                answer(request, result);
            }
            return;
        }
        result.verdict = Verdict::CannotTell;
        result.reasons.push_back("no service or workload known here has the name or address " +
                                 (request.address.empty() ? request.host : request.address));
        return;
    }
    const Cluster cluster = resolveCluster(scope, service->host, {}, request.port, request.port);
    if (!cluster.exists) {
        result.verdict = Verdict::NoListener;
        result.reasons.push_back(cluster.missing);
        return;
    }
    result.destinations.push_back(shareOf(world, cluster));
    if (cluster.endpoints.empty() && !cluster.endpointsUnknown) {
        result.verdict = Verdict::NoEndpoints;
        result.reasons.push_back("nobody ready is behind " + cluster.host);
        return;
    }
    result.verdict = Verdict::Routed;
    if (!cluster.endpoints.empty() && cluster.endpoints.front()->workload < world.workloads().size()) {
        toEndpoint(scope, cluster, request, result);
    }
    if (result.verdict == Verdict::Routed) {
        answer(request, result);
    }
}

} // namespace meshdeck::policy::path
