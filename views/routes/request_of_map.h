// The request that somebody who points at the map would try first.
#pragma once

#include <string>
#include <vector>

#include "mesh/snapshot.h"
#include "routes/request_words.h"

namespace meshdeck::views {

// Of a service: from one of its callers. Of a workload: to the service it calls most, else to itself from a caller. What
// is not known stays empty.
[[nodiscard]] RequestDraft requestOfNode(const mesh::MeshSnapshot& snapshot, const std::string& node);
// Of a call: from its caller to the service it is for. `edges` are graph edges drawn as one line.
[[nodiscard]] RequestDraft requestOfEdge(const mesh::MeshSnapshot& snapshot, const std::vector<std::string>& edges);

} // namespace meshdeck::views
