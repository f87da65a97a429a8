// Whatever the text: no crash; what was read prints as text that reads back as itself, and errors point into the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "traffic/find/complete.h"
#include "traffic/find/evaluate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meshdeck;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    mesh::Graph graph;
    graph.nodes.resize(2);
    graph.nodes[0].id = "a";
    graph.nodes[0].app = "web";
    graph.nodes[1].id = "b";
    graph.edges.resize(1);
    graph.edges[0].target = 1;
    (void)traffic::completeFind(text, size / 2, &graph);
    const auto read = traffic::FindExpression::parse(text);
    if (!read) {
        const bool inside = size > 4096 || read.error().position + read.error().length <= size;
        return inside && !pointOut(read.error(), text).empty() ? 0 : (std::abort(), 0);
    }
    const auto back = traffic::FindExpression::parse(read->text());
    if (read->text().size() <= 4096 && (!back || !(*back == *read))) {
        std::abort();
    }
    const auto found = traffic::findIn({graph}, *read);
    (void)traffic::hideFrom(graph, found);
    return 0;
}
