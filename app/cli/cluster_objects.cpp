#include "cli/cluster_objects.h"

#include "policy/world/snapshot_objects.h"

namespace meshdeck::cli {

std::vector<config::ConfigObjectPtr> clusterObjects(const mesh::MeshSnapshot& snapshot) {
    return policy::snapshotObjects(snapshot);
}

} // namespace meshdeck::cli
