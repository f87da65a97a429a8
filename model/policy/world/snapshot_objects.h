// A snapshot of a cluster as config objects. Istio's and the Gateway API's objects are there as the server sent them; of
// services, workloads, pods and namespaces the inventory keeps what is written back here.
#pragma once

#include <vector>

#include "config/object.h"
#include "mesh/snapshot.h"
#include "policy/world.h"

namespace meshdeck::policy {

// Null for a resource that is no Kubernetes object.
[[nodiscard]] ConfigObjectPtr objectOf(const mesh::Resource& resource);
[[nodiscard]] ConfigObjectPtr objectOf(const mesh::Namespace& ns);
[[nodiscard]] ConfigObjectPtr objectOf(const mesh::Service& service);
[[nodiscard]] ConfigObjectPtr objectOf(const mesh::Workload& workload);
[[nodiscard]] ConfigObjectPtr objectOf(const mesh::Pod& pod);

[[nodiscard]] std::vector<ConfigObjectPtr> snapshotObjects(const mesh::MeshSnapshot& snapshot);

} // namespace meshdeck::policy
