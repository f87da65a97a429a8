// Whatever a server sends: parseVector answers with samples or an error, and buildGraph takes what it let through.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sources/prometheus/vector_parser.h"
#include "traffic/graph_builder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    meshdeck::traffic::SampleSet samples;
    const auto reply = meshdeck::sources::parseVector(text, {}, samples);
    if (!reply && !samples.samples.empty()) {
        std::abort(); // a refused reply must leave nothing behind
    }
    for (const auto& sample : samples.samples) {
        if (!std::isfinite(sample.value)) {
            std::abort();
        }
    }
    meshdeck::traffic::GraphOptions options;
    options.injectServices = true;
    options.boxApps = true;
    const auto graph = meshdeck::traffic::buildGraph(samples, {}, options);
    for (const auto& edge : graph.edges) {
        if (edge.source >= graph.nodes.size() || edge.target >= graph.nodes.size()) {
            std::abort();
        }
    }
    return 0;
}
