// What Meshdeck says to istiod's debug generators and what it makes of the answers (facts/wire.md 1.3, 1.7 and
// facts/real-servers.md 2). Bytes in and out, so that nobody else sees a generated header.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "mesh/proxy.h"

namespace meshdeck::sources {

inline constexpr std::string_view kSynczType = "istio.io/debug/syncz";

// Who we say we are. istiod compares namespace and service account with the token's.
struct IstiodIdentity {
    std::string ns = "istio-system";
    std::string serviceAccount = "default";
    std::string cluster = "Kubernetes";

    bool operator==(const IstiodIdentity&) const = default;
};

// Our connection's id in istiod's tables, "meshdeck.<namespace>": it is no proxy and is left out of every report.
[[nodiscard]] std::string ownProxyId(const IstiodIdentity& identity);

// A serialized DiscoveryRequest for syncz.
[[nodiscard]] std::string encodeSynczRequest(const IstiodIdentity& identity);

struct SynczAnswer {
    mesh::ProxyReport report;   // sorted by id; `time` is the caller's
    std::size_t unreadable = 0; // entries that should be a proxy's state and could not be parsed
    std::size_t foreign = 0;    // resources of other types: counted, not understood
    std::string istiod;         // the replica that answered, "istiod-7d4f..."
    std::string istioVersion;   // of that replica; empty when it does not know itself
};

// Decodes a serialized DiscoveryResponse: ClientConfig resources of istio.io/debug/syncz, or the JSON table that
// `istio.io/debug` answers for "syncz" (it also has the proxies that the other one leaves out). An empty list is an
// answer. Protocol when the bytes are no DiscoveryResponse.
[[nodiscard]] Result<SynczAnswer> decodeSyncz(std::string_view response, const IstiodIdentity& self, ServerTime now);

} // namespace meshdeck::sources
