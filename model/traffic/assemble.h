// From the draft to mesh::Graph: only nodes with edges, totals from the edges, texts instead of ids.
#pragma once

#include "traffic/draft.h"

namespace meshdeck::traffic {

class Sha256;

// Nodes and edges in no particular order; edges have no ids yet.
[[nodiscard]] mesh::Graph assemble(std::vector<DraftNode> nodes, std::vector<DraftEdge> edges, const Names& names,
                                   Duration window);

// Gives the edges their ids and sorts both tables by id.
void sortById(mesh::Graph& graph, Sha256& digest);

} // namespace meshdeck::traffic
