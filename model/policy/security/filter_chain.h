// Which filter chain of a sidecar takes a connection, by the port's protocol, the workload's mTLS mode and what the
// client sends (facts/semantics.md 3.2; core/filterchain_options.go).
#pragma once

#include "policy/request.h"
#include "policy/security/inbound_port.h"
#include "policy/security/mtls.h"

namespace meshdeck::policy::security {

// What comes over the wire.
struct Wire {
    Request::Tls tls = Request::Tls::None;
    std::string alpn; // "" is what a proxy of the mesh, or a usual client, would say
    bool http = true; // what is spoken inside
    bool http2 = false;
};

struct ChainChoice {
    enum class End { Http, Tcp, NoChain, TlsError, MtlsError, ProtocolError };
    End end = End::NoChain;
    bool terminated = false; // the proxy ends the TLS: the client's identity is known
    std::string reason;      // where it ends here
};

[[nodiscard]] ChainChoice chooseChain(const InboundPort& port, config::MtlsMode mode, const Wire& wire);

} // namespace meshdeck::policy::security
