// Config of a synthetic mesh: for each service its Service, Deployment, VirtualService, DestinationRule and
// AuthorizationPolicy; twenty services a namespace with its Namespace, Sidecar and PeerAuthentication. The same in every
// run.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/object.h"

namespace meshdeck::bench {

// At least `objects` objects as one YAML text, and as read from it.
[[nodiscard]] std::string configMeshYaml(std::size_t objects);
[[nodiscard]] std::vector<config::ConfigObjectPtr> configMesh(std::size_t objects);

} // namespace meshdeck::bench
