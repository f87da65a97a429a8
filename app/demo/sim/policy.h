// What stands between two proxies: transport security and authorization (semantics.md 3, 4).
#pragma once

#include <string>

#include "app/demo/sim/config.h"
#include "app/demo/sim/inventory.h"

namespace meshdeck::demo {

enum class Transport : std::uint8_t {
    Mutual,
    Plaintext,
    RefusedPlaintext, // the server is STRICT
    BrokenTls,        // the client insists on Istio's TLS and the server does not speak it
};

// client's side of the edge by its own config (`clientConfig`: DestinationRules and, for auto mTLS, what istiod knows
// of the server), server's side by the config that the server proxy holds.
[[nodiscard]] Transport transportOf(const Config& clientConfig, const Config& serverConfig, const Workload& client,
                                    const Workload& server, int targetPort, const std::string& tlsMode);

// PeerAuthentication in effect for one port of a workload (3.1).
[[nodiscard]] MtlsMode peerMode(const Config& config, const Workload& workload, int targetPort);

struct AuthorizedRequest {
    std::string principal; // "spiffe://..." of the peer, "" over plaintext
    std::string method, path, host;
    int port = 0; // container port
    bool tcp = false;
    const Labels* headers = nullptr;
};
[[nodiscard]] bool allowed(const Config& config, const Workload& server, const AuthorizedRequest& request);

} // namespace meshdeck::demo
