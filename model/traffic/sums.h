// The arithmetic of an overview: nodes summed into groups, calls between groups into one.
#pragma once

#include "traffic/overview.h"

namespace meshdeck::traffic {

// Fills counts, health and rates of a group from its nodes.
void sumNodes(const mesh::Graph& graph, Group& group);
// Fills `graph`, `nodeOf` and `membersOf` from the groups. Refused calls are never summed with answered ones.
void sumGraph(const mesh::Graph& graph, Folded& folded);

} // namespace meshdeck::traffic
