// What a find expression found, as the cards and lines that show it.
#pragma once

#include <string>
#include <vector>

#include "map/scene.h"
#include "mesh/inventory.h"
#include "traffic/find/evaluate.h"

namespace meshdeck::views {

struct CardMatches {
    traffic::FindMatches found;    // in the scene's graph
    std::vector<bool> cards;       // by card: it was found, or a found call ends there; empty: nothing is looked for
    std::vector<int> inside;       // by card: how many were found in a closed group
    std::vector<bool> lines;       // by line: a call of it was found
    std::vector<std::string> nodes; // ids of the graph nodes that cards stand for which were found, sorted
};

// Of a scene without a graph nothing is found. `inventory` is for label:KEY; may be null.
[[nodiscard]] CardMatches cardMatches(const Scene& scene, const traffic::FindExpression& expression, const mesh::Inventory* inventory);

} // namespace meshdeck::views
