// The readers behind readTyped, one a kind: total, from the whole object.
#pragma once

#include "config/typed/typed.h"

namespace meshdeck::config::readers {

[[nodiscard]] VirtualService virtualService(const Json& object);
[[nodiscard]] DestinationRule destinationRule(const Json& object);
[[nodiscard]] Gateway gateway(const Json& object);
[[nodiscard]] ServiceEntry serviceEntry(const Json& object);
[[nodiscard]] WorkloadEntry workloadEntry(const Json& object);
[[nodiscard]] WorkloadGroup workloadGroup(const Json& object);
[[nodiscard]] Sidecar sidecar(const Json& object);
[[nodiscard]] PeerAuthentication peerAuthentication(const Json& object);
[[nodiscard]] RequestAuthentication requestAuthentication(const Json& object);
[[nodiscard]] AuthorizationPolicy authorizationPolicy(const Json& object);
[[nodiscard]] Telemetry telemetry(const Json& object);
[[nodiscard]] EnvoyFilter envoyFilter(const Json& object);
[[nodiscard]] ProxyConfig proxyConfig(const Json& object);
[[nodiscard]] WasmPlugin wasmPlugin(const Json& object);
[[nodiscard]] KubeGateway kubeGateway(const Json& object);
[[nodiscard]] GatewayClass gatewayClass(const Json& object);
[[nodiscard]] Route route(const Json& object, RouteKind kind);
[[nodiscard]] ReferenceGrant referenceGrant(const Json& object);
[[nodiscard]] BackendTlsPolicy backendTlsPolicy(const Json& object);
[[nodiscard]] KubeService kubeService(const Json& object);
[[nodiscard]] KubePod kubePod(const Json& object);
[[nodiscard]] KubeWorkload kubeWorkload(const Json& object, std::string_view kind);

// Parts that several kinds share.
void readServerTls(const Json& json, ServerTls& out);
void readNamedPort(const Json& json, NamedPort& out);
void readRetries(const Json& json, HttpRetry& out);

} // namespace meshdeck::config::readers
