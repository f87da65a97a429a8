// The server's side of a hop: listener and filter chain of the receiving sidecar, its mTLS mode, JWT and authorization
// (facts/semantics.md 3.2, 4; Sidecar ingress in 5).
#pragma once

#include "policy/request.h"
#include "policy/security/authorization.h"
#include "policy/security/mtls.h"

namespace meshdeck::policy {

// A request as it arrives at `server` on `workloadPort`, after the client's rewrites. Adds the hop, mtls, authorization,
// and where it ends here also verdict, status, flag and body to `result`; leaves `verdict` Routed when the program gets
// it. `principal` is absent for plaintext.
struct Arrival {
    Proxy server;
    std::uint32_t workloadPort = 0;
    Request request;
    Request::Tls tls = Request::Tls::None;
    std::string alpn;
    std::optional<std::string> principal;
};
// When the connection fails, a client with a proxy gets 503 with UC or UF and Envoy's words, a client without one no
// status. Set result.retries first: the words say whether it was tried again.
void receive(const World& world, const Arrival& arrival, RequestResult& result);

// From the client's proxy to one endpoint: mtlsOfEdge(), then receive() at what stands before the endpoint. `request` is
// the request as the client's proxy sends it on (host, path and headers rewritten).
void deliver(const Scope& client, const Service& service, std::uint32_t port, const std::string& subset,
             const Endpoint& endpoint, const Request& request, RequestResult& result);

// The request as authorization at `server` sees it: path normalised, addresses, what is not known left out.
[[nodiscard]] PeerRequest peerRequest(const World& world, const Arrival& arrival, bool http);

// JWT and authorization of a request at a proxy, with the answer a refused client gets; for gateways and waypoints, that
// have no inbound chains. A refused connection (not HTTP) has no status. True: it may go on.
bool admit(const World& world, const PolicySet& policies, const Proxy& server, const PeerRequest& request,
           RequestResult& result);

// The connection between the client's proxy and the server broke: 503 with UF (never set up) or UC (closed after), or no
// status for a client without a proxy.
enum class Broken { Handshake, Closed };
void breakConnection(const Request& request, Broken how, RequestResult& result);

} // namespace meshdeck::policy
