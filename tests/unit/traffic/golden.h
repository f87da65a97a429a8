// Kiali's golden graphs (tests/data/traffic-graphs) and how to compare with them: nodes, edges, rates, flags and
// responses as sets.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "traffic/graph_builder.h"

namespace meshdeck::traffic::test {

struct GoldenCase {
    std::string expected; // test_NAME_graph.expected
    // Key of fixtures.json. The namespace graphs use mockNamespaceRatesGraph: mockNamespaceGraph plus the received
    // bytes that the default TCP rate ("sent") asks for.
    std::string fixtures;
    GraphOptions options;
    bool limited = true;  // accessible: bookinfo and tutorial on "east"; else everything
    std::string waypoint; // a workload of bookinfo that is one
};
void PrintTo(const GoldenCase& golden, std::ostream* out);

[[nodiscard]] std::vector<GoldenCase> goldenCases();
// Builds the graph of the samples and holds it against the golden one.
void expectGolden(const GoldenCase& golden, const SampleSet& samples);

} // namespace meshdeck::traffic::test
