// A mesh with what find expressions ask about, and graphs and expressions at random.
#pragma once

#include <random>

#include "mesh/graph.h"
#include "mesh/inventory.h"
#include "traffic/find/expression.h"

namespace meshdeck::traffic::test {

// web -> cart (80 % mTLS, p95 120), web -> card (plaintext), card -> acquirer (10 % fail, UF), db by TCP, one idle node.
[[nodiscard]] mesh::Graph findMesh();
[[nodiscard]] mesh::Inventory findInventory();

[[nodiscard]] mesh::Graph randomGraph(std::mt19937& random);
// Only what the printer can say: keys and numbers as people write them.
[[nodiscard]] FindTree randomTree(std::mt19937& random, int depth);

} // namespace meshdeck::traffic::test
