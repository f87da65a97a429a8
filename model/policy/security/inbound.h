// The server's side of a hop: listener and filter chain of the receiving sidecar, its mTLS mode, JWT and authorization
// (facts/semantics.md 3.2, 4; Sidecar ingress in 5).
#pragma once

#include "policy/security/authorization.h"
#include "policy/security/mtls.h"
#include "policy/request.h"

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
void receive(const World& world, const Arrival& arrival, RequestResult& result);

} // namespace meshdeck::policy
