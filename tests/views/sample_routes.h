// Bookinfo with enough config to ask about: mockup d as a snapshot.
#pragma once

#include <string>

#include "mesh/snapshot.h"

namespace meshdeck::views::sample {

// Four rules on reviews (mobile, batch, beta with a fault and a split, default), STRICT mTLS, a policy that lets only
// productpage in, and a few mistakes for the checks.
[[nodiscard]] mesh::SnapshotPtr bookinfoRoutes();
// The same with these documents (YAML) laid over its config.
[[nodiscard]] mesh::SnapshotPtr bookinfoRoutes(const std::string& yaml);
// `count` VirtualServices, each with its service, in ten namespaces.
[[nodiscard]] mesh::SnapshotPtr manyRoutes(int count);

} // namespace meshdeck::views::sample
