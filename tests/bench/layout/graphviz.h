// The peers: Graphviz programs, run as they are, their positions read back.
#pragma once

#include <string>
#include <vector>

#include "layout/layout.h"
#include "bench/layout/service_graph.h"

namespace meshdeck::bench {

struct PeerRun {
    bool found = false;   // installed and ended well
    double cpuSeconds = 0; // of the program, reading and writing included
    std::vector<layout::Point> centres;
};

// `command`: "dot", "sfdp -Goverlap=prism" ...; `clusters`: namespaces as boxes. Stopped after two minutes of CPU.
[[nodiscard]] PeerRun runGraphviz(const std::string& command, const ServiceGraph& graph, bool clusters);

} // namespace meshdeck::bench
