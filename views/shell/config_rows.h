// What the configuration says about calls to a service, as rows of the inspector's first tab.
#pragma once

#include "mesh/snapshot.h"
#include "shell/node_facts.h"

namespace meshdeck::views {

// Outlier detection, connection limits, timeout, fault: only what is written.
[[nodiscard]] std::vector<FactRow> configRows(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& service);

// "all 13 from v2", "13, 14": of what fails behind a service, which codes and whose; empty when nobody told codes.
[[nodiscard]] QString failureWords(const mesh::Graph& graph, const std::string& node, const NodeFacts& facts);

} // namespace meshdeck::views
