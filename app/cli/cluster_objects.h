// A snapshot of a cluster as config objects. Istio's and the Gateway API's objects are there as the server sent them; of
// services, workloads, pods and namespaces the inventory keeps what is written back here.
#pragma once

#include <vector>

#include "config/object.h"
#include "mesh/snapshot.h"

namespace meshdeck::cli {

[[nodiscard]] std::vector<config::ConfigObjectPtr> clusterObjects(const mesh::MeshSnapshot& snapshot);

} // namespace meshdeck::cli
