// A snapshot of a cluster as config objects. Istio's and the Gateway API's objects are there as the server sent them; of
// services, workloads, pods and namespaces the inventory keeps what is written back here.
#pragma once

#include <vector>

#include "composition.h"
#include "config/object.h"
#include "mesh/snapshot.h"

namespace meshdeck::cli {

[[nodiscard]] std::vector<config::ConfigObjectPtr> clusterObjects(const mesh::MeshSnapshot& snapshot);

// The same with the real objects in the place of those made anew, where the cluster gives them: container ports, ages,
// protocols and kinds that the map does not need. A kind that may not be listed keeps what was made of the inventory and
// is named in `notWhole`.
[[nodiscard]] std::vector<config::ConfigObjectPtr> wholeClusterObjects(app::Connection& connection,
                                                                       const mesh::MeshSnapshot& snapshot,
                                                                       std::vector<std::string>& notWhole);

} // namespace meshdeck::cli
