#include "policy/security/filter_chain.h"

#include <string_view>

namespace meshdeck::policy::security {
namespace {

using config::MtlsMode;
using End = ChainChoice::End;
using Tls = Request::Tls;

// The three ways a port is read.
enum class Reads { Http, Tcp, Auto };

Reads readsOf(Protocol protocol) {
    if (isHttp(protocol)) {
        return Reads::Http;
    }
    return protocol == Protocol::Auto ? Reads::Auto : Reads::Tcp;
}

// What the client says it speaks; a sidecar speaks Istio's own names.
std::string alpnOf(const Wire& wire) {
    if (!wire.alpn.empty() || wire.tls != Tls::Mtls) {
        return wire.alpn;
    }
    return !wire.http ? "istio" : wire.http2 ? "istio-h2" : "istio-http/1.1";
}

bool istioHttp(std::string_view alpn) {
    return alpn == "istio-http/1.0" || alpn == "istio-http/1.1" || alpn == "istio-h2";
}

bool istios(std::string_view alpn) {
    return istioHttp(alpn) || alpn == "istio" || alpn == "istio-peer-exchange";
}

ChainChoice ends(End end, std::string reason) {
    return {end, false, std::move(reason)};
}

// A chain that reads HTTP needs HTTP.
ChainChoice chain(bool http, bool terminated, const Wire& wire) {
    if (http && wire.tls != Tls::None && !terminated) {
        return ends(End::ProtocolError, "the port is read as HTTP and gets TLS");
    }
    if (http && !wire.http) {
        return ends(End::ProtocolError, "the port is read as HTTP and gets other bytes");
    }
    return {http ? End::Http : End::Tcp, terminated, {}};
}

// Bytes that the proxy does not decrypt; where it looks for HTTP it finds it only outside TLS.
ChainChoice asBytes(Reads reads, const Wire& wire) {
    return chain(reads == Reads::Http || (reads == Reads::Auto && wire.http && wire.tls == Tls::None), false, wire);
}

ChainChoice strict(Reads reads, const Wire& wire, const std::string& alpn) {
    if (wire.tls == Tls::None) {
        return ends(End::NoChain, "plaintext into STRICT mTLS: no filter chain takes it");
    }
    if (wire.tls != Tls::Mtls) {
        return ends(End::MtlsError, "STRICT mTLS asks for a certificate of the mesh");
    }
    return chain(reads == Reads::Http || (reads == Reads::Auto && istioHttp(alpn)), true, wire);
}

ChainChoice permissive(Reads reads, const Wire& wire, const std::string& alpn) {
    if (wire.tls == Tls::None) {
        return asBytes(reads, wire);
    }
    if (istios(alpn)) {
        if (wire.tls != Tls::Mtls) {
            return ends(End::MtlsError, "the chain for Istio's ALPN asks for a certificate of the mesh");
        }
        return chain(reads == Reads::Http || (reads == Reads::Auto && istioHttp(alpn)), true, wire);
    }
    if (reads == Reads::Http) {
        return ends(End::NoChain, "TLS of the client's own into a port declared HTTP: no filter chain takes it");
    }
    return chain(false, false, wire);
}

// TLS settings in the Sidecar's ingress listener count where mTLS is off.
ChainChoice ownTls(const config::ServerTls& tls, Reads reads, const Wire& wire) {
    if (wire.tls == Tls::None) {
        return ends(End::NoChain, "the ingress listener takes TLS only");
    }
    if (tls.mode == "MUTUAL" && wire.tls == Tls::Tls) {
        return ends(End::TlsError, "the ingress listener asks for a client certificate");
    }
    return chain(reads == Reads::Http || (reads == Reads::Auto && wire.http), true, wire);
}

} // namespace

ChainChoice chooseChain(const InboundPort& port, MtlsMode mode, const Wire& wire) {
    const Reads reads = readsOf(port.protocol);
    const std::string alpn = alpnOf(wire);
    switch (mode) {
    case MtlsMode::Strict:
        return strict(reads, wire, alpn);
    case MtlsMode::Disable:
        return port.tls != nullptr ? ownTls(*port.tls, reads, wire) : asBytes(reads, wire);
    default:
        return permissive(reads, wire, alpn);
    }
}

} // namespace meshdeck::policy::security
