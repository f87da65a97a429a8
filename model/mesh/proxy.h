// What the control plane knows of its proxies (istio.io/debug/syncz, facts/wire.md 1.7).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace meshdeck::mesh {

enum class SyncState { Synced, NotSent, Stale, Rejected, Unknown };

struct ProxyType {
    std::string typeUrl; // "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"
    SyncState state = SyncState::Unknown;
    std::optional<ServerTime> sent; // last_updated
    std::string rejection;          // Envoy's own words when Rejected
    bool operator==(const ProxyType&) const = default;
};

struct ProxyStatus {
    std::string id; // "reviews-v1-abc.bookinfo"
    std::string ns;
    std::string cluster;
    std::string istioVersion;
    std::string istiod; // the replica that told us
    std::vector<ProxyType> types;
    bool operator==(const ProxyStatus&) const = default;
};

// Rejected beats stale beats not sent beats synced; a type without state counts as unknown.
[[nodiscard]] SyncState overall(const ProxyStatus& proxy);

// All proxies that could be asked for. `partial` says in one clause what is missing ("only namespace shop is visible").
struct ProxyReport {
    ServerTime time{};
    std::vector<ProxyStatus> proxies; // sorted by id
    std::string partial;
    bool operator==(const ProxyReport&) const = default;
};

} // namespace meshdeck::mesh
