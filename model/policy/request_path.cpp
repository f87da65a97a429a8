#include "policy/request_path.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "policy/host_name.h"
#include "policy/request_path_parts.h"
#include "policy/routing/request_view.h"

namespace meshdeck::policy {

using path::ProxyView;

namespace {

std::string keyOf(const Proxy& proxy) {
    std::string key = std::to_string(static_cast<int>(proxy.type)) + "|" + proxy.ns + "|" + proxy.name + "|" +
                      proxy.gatewayName + "|" + proxy.serviceAccount + "|" + proxy.locality;
    for (const std::string& address : proxy.addresses) {
        key += "|" + address;
    }
    for (const auto& [name, value] : proxy.labels) {
        key += "|" + name + "=" + value;
    }
    return key;
}

// As the proxies read it: names of headers in lower case, the path normalised, nothing left out that a request has.
Request completed(const Request& given, const config::MeshConfig& mesh) {
    Request request = given;
    for (auto& header : request.headers) {
        std::ranges::transform(header.first, header.first.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    }
    if (request.host.empty()) {
        const auto host = std::ranges::find(request.headers, "host", &Headers::value_type::first);
        request.host = host != request.headers.end() ? host->second : request.address;
    }
    std::erase_if(request.headers, [](const auto& header) { return header.first == "host"; });
    request.method = request.method.empty() ? "GET" : request.method;
    request.scheme = request.scheme.empty() ? (request.tls == Request::Tls::None ? "http" : "https") : request.scheme;
    request.path = request.path.starts_with('?') || request.path.empty() ? "/" + request.path : request.path;
    if (request.protocol != "tcp") {
        request.path = normalizedPath(request.path, mesh.pathNormalization);
    }
    if (request.outside && request.direction == Request::Direction::Outbound) {
        request.from.type = Proxy::Type::None;
    }
    return request;
}

bool gateway(const Request& request) {
    return request.direction == Request::Direction::Gateway || request.from.type == Proxy::Type::Router;
}

bool waypoint(const Request& request) {
    return request.direction == Request::Direction::Waypoint || request.from.type == Proxy::Type::Waypoint;
}

} // namespace

struct Simulator::Parts {
    WorldPtr world;
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const ProxyView>> views;

    std::shared_ptr<const ProxyView> view(const Proxy& proxy) {
        const std::string key = keyOf(proxy);
        {
            const std::lock_guard lock(mutex);
            if (const auto known = views.find(key); known != views.end()) {
                return known->second;
            }
        }
        // Made without the lock, so that other proxies need not wait; of two made at once the first stays.
        std::shared_ptr<const ProxyView> made = path::viewOf(world, proxy);
        const std::lock_guard lock(mutex);
        return views.emplace(key, std::move(made)).first->second;
    }

    void follow(const Request& request, RequestResult& result);
    void throughZtunnel(const Request& request, RequestResult& result);
};

// The client's ztunnel looks at no HTTP: it takes the connection to the service's waypoint, or to an endpoint.
void Simulator::Parts::throughZtunnel(const Request& request, RequestResult& result) {
    const std::shared_ptr<const ProxyView> client = view(request.from);
    result.hops.push_back({path::hopName(request.from), {}, {}, {}, {}});
    const Service* service = path::addressedService(*client->scope, request);
    std::string why;
    const Proxy server = service == nullptr ? Proxy{} : path::waypointOf(*world, *service, why);
    if (!why.empty()) {
        result.reasons.push_back(why);
    }
    if (server.type == Proxy::Type::None) {
        path::fromOutside(*client, request, result);
        return;
    }
    Request onward = request;
    onward.tls = Request::Tls::Mtls;
    onward.sourcePrincipal = request.sourcePrincipal.value_or(principalOf(*world, request.from));
    const std::shared_ptr<const ProxyView> next = view(server);
    result.reasons.insert(result.reasons.end(), next->warnings.begin(), next->warnings.end());
    path::fromWaypoint(*next, onward, result);
}

void Simulator::Parts::follow(const Request& request, RequestResult& result) {
    if (request.direction == Request::Direction::Inbound) {
        path::atReceiver(*world, request, result);
        return;
    }
    if (request.from.type == Proxy::Type::Ztunnel && request.direction == Request::Direction::Outbound) {
        throughZtunnel(request, result);
        return;
    }
    Proxy from = request.from;
    if (gateway(request)) {
        from.type = Proxy::Type::Router;
    } else if (waypoint(request)) {
        from.type = Proxy::Type::Waypoint;
    }
    const std::shared_ptr<const ProxyView> own = view(from);
    result.reasons.insert(result.reasons.end(), own->warnings.begin(), own->warnings.end());
    if (gateway(request)) {
        path::fromGateway(*own, request, result);
    } else if (waypoint(request)) {
        path::fromWaypoint(*own, request, result);
    } else if (from.type == Proxy::Type::Sidecar) {
        path::fromSidecar(*own, request, result);
    } else {
        path::fromOutside(*own, request, result);
    }
}

Simulator::Simulator(WorldPtr world) : m_parts(std::make_unique<Parts>()) {
    m_parts->world = std::move(world);
}
Simulator::~Simulator() = default;

const World& Simulator::world() const {
    return *m_parts->world;
}

RequestResult Simulator::run(const Request& request) const {
    RequestResult result;
    const Request complete = completed(request, world().mesh());
    m_parts->follow(complete, result);
    if (complete.method == "HEAD") {
        result.body.reset(); // such an answer has none
    }
    if (result.fault && result.fault->delayMs && result.responseFlag.empty() &&
        result.fault->delayPercent.value_or(0) >= 100) {
        result.responseFlag = "DI";
    }
    return result;
}

} // namespace meshdeck::policy
