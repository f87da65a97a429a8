#include "config/typed/typed.h"

#include <array>

#include "config/typed/readers.h"

namespace meshdeck::config {

namespace {

constexpr std::string_view kNetworking = "networking.istio.io";
constexpr std::string_view kSecurity = "security.istio.io";
constexpr std::string_view kTelemetry = "telemetry.istio.io";
constexpr std::string_view kExtensions = "extensions.istio.io";
constexpr std::string_view kGatewayApi = "gateway.networking.k8s.io";

struct Entry {
    std::string_view group;
    std::string_view kind;
    Typed (*read)(const Json&);
};

template <auto Reader>
Typed shared(const Json& object) {
    using T = decltype(Reader(object));
    return std::make_shared<const T>(Reader(object));
}
template <RouteKind Kind>
Typed routeOf(const Json& object) {
    return std::make_shared<const Route>(readers::route(object, Kind));
}
template <typename T>
Typed empty(const Json& /*object*/) {
    return std::make_shared<const T>();
}
Typed workload(const Json& object) {
    const Json* kind = object.is_object() && object.contains("kind") ? &object.at("kind") : nullptr;
    const bool text = kind != nullptr && kind->is_string();
    return std::make_shared<const KubeWorkload>(
        readers::kubeWorkload(object, text ? kind->get<std::string>() : std::string()));
}

constexpr std::array kEntries = {
    Entry{kNetworking, "VirtualService", shared<readers::virtualService>},
    Entry{kNetworking, "DestinationRule", shared<readers::destinationRule>},
    Entry{"", "Pod", shared<readers::kubePod>},
    Entry{"", "Service", shared<readers::kubeService>},
    Entry{"apps", "Deployment", workload},
    Entry{kNetworking, "Gateway", shared<readers::gateway>},
    Entry{kNetworking, "ServiceEntry", shared<readers::serviceEntry>},
    Entry{kNetworking, "WorkloadEntry", shared<readers::workloadEntry>},
    Entry{kNetworking, "WorkloadGroup", shared<readers::workloadGroup>},
    Entry{kNetworking, "Sidecar", shared<readers::sidecar>},
    Entry{kNetworking, "EnvoyFilter", shared<readers::envoyFilter>},
    Entry{kNetworking, "ProxyConfig", shared<readers::proxyConfig>},
    Entry{kSecurity, "PeerAuthentication", shared<readers::peerAuthentication>},
    Entry{kSecurity, "RequestAuthentication", shared<readers::requestAuthentication>},
    Entry{kSecurity, "AuthorizationPolicy", shared<readers::authorizationPolicy>},
    Entry{kTelemetry, "Telemetry", shared<readers::telemetry>},
    Entry{kExtensions, "WasmPlugin", shared<readers::wasmPlugin>},
    Entry{kGatewayApi, "Gateway", shared<readers::kubeGateway>},
    Entry{kGatewayApi, "GatewayClass", shared<readers::gatewayClass>},
    Entry{kGatewayApi, "HTTPRoute", routeOf<RouteKind::Http>},
    Entry{kGatewayApi, "GRPCRoute", routeOf<RouteKind::Grpc>},
    Entry{kGatewayApi, "TLSRoute", routeOf<RouteKind::Tls>},
    Entry{kGatewayApi, "TCPRoute", routeOf<RouteKind::Tcp>},
    Entry{kGatewayApi, "ReferenceGrant", shared<readers::referenceGrant>},
    Entry{kGatewayApi, "BackendTLSPolicy", shared<readers::backendTlsPolicy>},
    Entry{"apps", "StatefulSet", workload},
    Entry{"apps", "DaemonSet", workload},
    Entry{"apps", "ReplicaSet", workload},
    Entry{"", "Namespace", empty<KubeNamespace>},
    Entry{"", "ServiceAccount", empty<KubeServiceAccount>},
};

} // namespace

Typed readTyped(std::string_view group, std::string_view kind, const Json& object) {
    for (const Entry& entry : kEntries) {
        if (entry.kind == kind && entry.group == group) {
            return entry.read(object);
        }
    }
    return {};
}

} // namespace meshdeck::config
