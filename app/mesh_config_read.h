// The control plane's own config: the ConfigMap that istiod reads.
#pragma once

#include <stop_token>

#include "change/cluster.h"
#include "config/mesh_config.h"

namespace meshdeck::app {

// Blocks: never on the UI thread. The error says in one sentence that it could not be read, and what is assumed then.
[[nodiscard]] Result<config::MeshConfig> readClusterMeshConfig(change::Cluster& cluster, std::stop_token stop);

} // namespace meshdeck::app
