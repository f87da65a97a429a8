// The control plane's own config: the ConfigMap that istiod reads.
#pragma once

#include <stop_token>
#include <string>

#include "change/cluster.h"
#include "config/mesh_config.h"

namespace meshdeck::app {

struct ClusterMesh {
    config::MeshConfig mesh;
    std::string networks; // the YAML of meshNetworks as it stands there; may be empty
};
// Blocks: never on the UI thread. The error says in one sentence that it could not be read, and what is assumed then.
[[nodiscard]] Result<ClusterMesh> readClusterMeshConfig(change::Cluster& cluster, std::stop_token stop);

} // namespace meshdeck::app
