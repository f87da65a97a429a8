// A mesh of any size as the graph that the builder would make of it: services of one workload each, namespaces of Zipf
// sizes, tiers, a few hubs, three calls a service (facts/toolchain.md, generator advice). Seeded: the same in every run.
#pragma once

#include <cstdint>

#include "mesh/snapshot.h"

namespace meshdeck::test {

struct BigMesh {
    int workloads = 1000;
    int callsEach = 3;
    int namespaces = 0; // 0: about 0.7 times the root of the workloads
    std::uint32_t seed = 1;
    std::uint32_t tick = 0; // another reply of the same mesh: other rates, the same nodes and calls
};

[[nodiscard]] mesh::SnapshotPtr bigMesh(const BigMesh& wanted);

} // namespace meshdeck::test
