// Istio's Gateway (facts/semantics.md 5).
#pragma once

#include <cstdint>

#include "config/typed/string_match.h"

namespace meshdeck::config {

struct NamedPort {
    std::uint32_t number = 0;
    std::string protocol; // as written
    std::string name;
    std::optional<std::uint32_t> targetPort;
};

struct ServerTls {
    bool httpsRedirect = false;
    std::string mode; // PASSTHROUGH, SIMPLE, MUTUAL, AUTO_PASSTHROUGH, ISTIO_MUTUAL, OPTIONAL_MUTUAL
    std::string credentialName;
    std::vector<std::string> credentialNames;
    std::string serverCertificate;
    std::string privateKey;
    std::string caCertificates;
};

struct GatewayServer {
    NamedPort port;
    std::string bind;
    std::string name;
    std::vector<std::string> hosts; // "host", "ns/host", "./host", "*/host"
    std::optional<ServerTls> tls;
};

struct Gateway {
    mesh::Labels selector; // empty: every gateway workload
    std::vector<GatewayServer> servers;
};

} // namespace meshdeck::config
