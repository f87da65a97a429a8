// TLS and TCP rules: which filter chains a service port or a gateway server gets, and where they lead
// (facts/semantics.md 1.9; Istio's core/tls.go).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/request.h"
#include "policy/scope.h"

namespace meshdeck::policy {

// Where a filter chain without HTTP leads.
struct L4Entry {
    const config::L4Route* rule = nullptr;     // null: straight to `service`, or to `cluster`
    EffectiveVirtualServicePtr virtualService; // owner of `rule`
    std::string pointer;                       // "/spec/tls/0" in virtualService->object
    const Service* service = nullptr;
    std::uint32_t port = 0;  // of the service, and where a destination names none
    std::string cluster;     // fixed: of AUTO_PASSTHROUGH
};

// A filter chain: the connections it takes and where they go.
struct L4Chain {
    std::vector<std::string> serverNames; // of the SNI, lower case; empty: any, and plaintext too
    std::vector<std::string> subnets;     // of the destination, "10.0.0.0/8"; empty: any
    bool istioAlpn = false;               // only mutual TLS between proxies of the mesh
    L4Entry entry;
};

// Does an L4 match apply to this client at all: gateways, sourceLabels, sourceNamespace and port, all of them.
[[nodiscard]] bool appliesTo(const config::L4Match& match, const Proxy& proxy, std::string_view gateway,
                             std::uint32_t listenerPort);

// The chains of a service port at a sidecar. `virtualServices` in the order of the proxy's scope. `needsName`: the
// listener is shared by address-less services, so that only the server name tells them apart.
[[nodiscard]] std::vector<L4Chain> serviceChains(const Service& service, const Port& port, std::uint32_t listenerPort,
                                                 const Proxy& proxy,
                                                 const std::vector<EffectiveVirtualServicePtr>& virtualServices,
                                                 bool needsName);

// The chain Envoy picks: the most specific destination, then the most specific server name. Null: none takes it.
[[nodiscard]] const L4Chain* pickChain(const std::vector<L4Chain>& chains, const Request& request,
                                       std::string_view destinationAddress);
// The same choice among lists of server names; npos when none fits. `sni` "" is plaintext or TLS without a name.
[[nodiscard]] std::size_t pickServerName(const std::vector<const std::vector<std::string>*>& serverNames,
                                         std::string_view sni);
// The name a TLS client sends: the request's SNI, else its host without port.
[[nodiscard]] std::string serverNameOf(const Request& request);
[[nodiscard]] bool isIstioAlpn(std::string_view alpn);
// Of a chain, for messages and RequestResult::filterChain: "a.com, *.b.com"; "" takes everything.
[[nodiscard]] std::string chainName(const std::vector<std::string>& serverNames);

// Where the connection goes: cluster, shares, matched rule and verdict (Routed, NoCluster, NoEndpoints).
void applyL4(const L4Entry& entry, const Request& request, const Scope& scope, RequestResult& result);

} // namespace meshdeck::policy
