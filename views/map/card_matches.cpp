#include "map/card_matches.h"

#include <algorithm>

#include "traffic/find/listing.h"

namespace meshdeck::views {

CardMatches cardMatches(const Scene& scene, const traffic::FindExpression& expression, const mesh::Inventory* inventory) {
    CardMatches matches;
    if (expression.empty() || !scene.graph) {
        return matches;
    }
    const mesh::Graph& graph = *scene.graph;
    matches.found = traffic::findIn({graph, inventory, scene.ratesKnown}, expression);
    matches.cards.assign(scene.nodes.size(), false);
    matches.inside.assign(scene.nodes.size(), 0);
    matches.lines.assign(scene.edges.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const int card = matches.found.nodes[i] ? scene.find(graph.nodes[i].id) : -1;
        if (card >= 0) {
            matches.cards[static_cast<std::size_t>(card)] = true;
        }
    }
    for (const traffic::FoundNode& found : traffic::foundNodes(graph, matches.found)) {
        const int card = scene.find(graph.nodes[found.node].id);
        if (card >= 0 && scene.nodes[static_cast<std::size_t>(card)].group) {
            ++matches.inside[static_cast<std::size_t>(card)];
        }
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        if (!matches.found.edges[i]) {
            continue;
        }
        if (const int line = scene.findEdge(graph.edges[i].id); line >= 0) {
            matches.lines[static_cast<std::size_t>(line)] = true;
        }
        for (const std::uint32_t end : {graph.edges[i].source, graph.edges[i].target}) {
            if (const int card = scene.find(graph.nodes[end].id); card >= 0) {
                matches.cards[static_cast<std::size_t>(card)] = true;
            }
        }
    }
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        if (matches.cards[i]) {
            matches.nodes.insert(matches.nodes.end(), scene.nodes[i].members.begin(), scene.nodes[i].members.end());
        }
    }
    std::sort(matches.nodes.begin(), matches.nodes.end());
    return matches;
}

} // namespace meshdeck::views
