// What runs behind a node of a sample mesh.
#pragma once

#include "mesh/graph.h"
#include "mesh/inventory.h"

namespace meshdeck::views::sample {

// One workload with one ready pod.
void addPods(mesh::Inventory& inventory, const mesh::Node& node);

} // namespace meshdeck::views::sample
