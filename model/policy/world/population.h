// Who runs in the mesh and under which hosts it is called: the services and workloads of a World.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "policy/text_map.h"
#include "policy/world.h"

namespace meshdeck::policy {

struct Population {
    std::vector<Service> services;   // oldest first
    std::vector<Workload> workloads; // by namespace, name, pod
    TextMap<std::vector<std::size_t>> servicesOfHost;
    TextMap<std::size_t> workloadOf; // "ns/name" and "ns/pod"
};

// The workloads with, for each ServiceEntry or EndpointSlice that lists addresses, where those are in `workloads`.
struct WorkloadList {
    std::vector<Workload> workloads;
    std::unordered_map<const ConfigObject*, std::vector<std::size_t>> ofServiceEntry;
};
// Whether the object is a list of addresses, whose items are endpoints without being workloads that labels select.
[[nodiscard]] bool listsAddresses(const ConfigObject& object);
[[nodiscard]] WorkloadList workloadsOf(const World& world);

// Services of Kubernetes and of ServiceEntries with their endpoints.
[[nodiscard]] Population populationOf(const World& world);

} // namespace meshdeck::policy
