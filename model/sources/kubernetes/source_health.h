// One health for all reflectors of a cluster, as a sentence (design.md 4.2); private to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mesh/snapshot.h"
#include "sources/kubernetes/reflector.h"

namespace meshdeck::sources::kubernetes {

struct KindHealth {
    std::string plural; // "virtualservices"
    std::string scope;  // "" for the cluster
    ReflectorState state = ReflectorState::Connecting;
    Error error;
    bool replaced = false; // a denied cluster-wide list that is read namespace by namespace instead
};

// Stale when a connection is lost; Denied when nothing may be read; Partial names what is missing; Connecting until
// every kind has answered once; else Live. `namespaces` are read one by one where the cluster may not be; `leftOut`
// further ones are not, for there are too many.
[[nodiscard]] mesh::SourceHealth summarize(const std::vector<KindHealth>& kinds,
                                           const std::vector<std::string>& namespaces,
                                           std::optional<ServerTime> lastSuccess, std::size_t leftOut = 0);

// The health while nothing could be asked yet.
[[nodiscard]] mesh::SourceHealth unreachable(const Error& error, std::optional<ServerTime> lastSuccess);

} // namespace meshdeck::sources::kubernetes
