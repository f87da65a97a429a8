#include "config/kinds.h"

#include <algorithm>
#include <array>

namespace meshdeck::config {
namespace {

constexpr std::string_view kIstioNetworking = "networking.istio.io";
constexpr std::string_view kIstioSecurity = "security.istio.io";
constexpr std::string_view kGatewayApi = "gateway.networking.k8s.io";

// Names and plurals from the CRD files (facts/wire.md 3.8). What the map draws comes first.
constexpr std::array kKinds = {
    Kind{"", "Namespace", "namespaces", false, false},
    Kind{"", "Service", "services", true, false},
    Kind{"apps", "Deployment", "deployments", true, false},
    Kind{"apps", "StatefulSet", "statefulsets", true, false},
    Kind{"apps", "DaemonSet", "daemonsets", true, false},
    Kind{"", "Pod", "pods", true, false},
    Kind{kIstioNetworking, "VirtualService", "virtualservices"},
    Kind{kIstioNetworking, "DestinationRule", "destinationrules"},
    Kind{kIstioNetworking, "Gateway", "gateways"},
    Kind{kGatewayApi, "Gateway", "gateways"},
    Kind{kGatewayApi, "HTTPRoute", "httproutes"},
    Kind{kGatewayApi, "GRPCRoute", "grpcroutes"},
    Kind{kIstioNetworking, "ServiceEntry", "serviceentries"},
    Kind{kIstioSecurity, "PeerAuthentication", "peerauthentications"},
    Kind{kIstioSecurity, "AuthorizationPolicy", "authorizationpolicies"},
    Kind{kIstioSecurity, "RequestAuthentication", "requestauthentications"},
    Kind{kIstioNetworking, "Sidecar", "sidecars"},
    Kind{kIstioNetworking, "WorkloadEntry", "workloadentries"},
    Kind{kIstioNetworking, "WorkloadGroup", "workloadgroups"},
    Kind{kIstioNetworking, "EnvoyFilter", "envoyfilters"},
    Kind{kIstioNetworking, "ProxyConfig", "proxyconfigs"},
    Kind{"telemetry.istio.io", "Telemetry", "telemetries"},
    Kind{"extensions.istio.io", "WasmPlugin", "wasmplugins"},
    Kind{kGatewayApi, "GatewayClass", "gatewayclasses", false},
    Kind{kGatewayApi, "TLSRoute", "tlsroutes"},
    Kind{kGatewayApi, "TCPRoute", "tcproutes"},
    Kind{kGatewayApi, "ReferenceGrant", "referencegrants"},
    Kind{kGatewayApi, "BackendTLSPolicy", "backendtlspolicies"},
};

} // namespace

std::span<const Kind> watchedKinds() {
    return kKinds;
}

const Kind* findKind(std::string_view group, std::string_view kind) {
    const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                    [&](const Kind& k) { return k.group == group && k.kind == kind; });
    return found == kKinds.end() ? nullptr : &*found;
}

} // namespace meshdeck::config
