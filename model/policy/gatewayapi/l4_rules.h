// Rules of TCPRoutes and TLSRoutes as those of a VirtualService (facts/semantics.md 6.2).
#pragma once

#include <optional>

#include "policy/gatewayapi/backends.h"

namespace meshdeck::policy {

struct L4Parent {
    bool mesh = false;
    std::string host;                  // that the VirtualService will have
    std::optional<std::uint32_t> port; // of the parentRef of a mesh parent
};
// Only `tcp` or `tls` is filled. Without any weight the destination is a cluster that does not exist: refused.
[[nodiscard]] config::VirtualService convertL4Rules(const World& world, const ConfigObjectPtr& object,
                                                    const config::Route& route, const L4Parent& parent);
// The first backend that is of no use; resolved when all are good.
[[nodiscard]] Backend worstL4Backend(const World& world, const ConfigObjectPtr& object, const config::Route& route,
                                     bool mesh);

} // namespace meshdeck::policy
