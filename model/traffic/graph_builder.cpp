#include "traffic/graph_builder.h"

#include "traffic/accumulate.h"
#include "traffic/assemble.h"
#include "traffic/decorate.h"
#include "traffic/extensions.h"
#include "traffic/observe.h"
#include "traffic/service_entries.h"
#include "traffic/service_graph.h"

namespace meshdeck::traffic {

mesh::Graph buildGraph(const SampleSet& samples, const ClusterFacts& facts, const GraphOptions& options,
                       const HealthThresholds& thresholds) {
    const Names names(samples.strings);
    NodeTable table(names, options.type, facts.inventory);
    DraftEdges draft = accumulate(samples, names, table, facts, options);
    observe(draft, samples, names, table, options);
    std::vector<DraftEdge> edges = std::move(draft.edges);
    if (options.type == mesh::GraphType::Service) {
        edges = serviceEdges(table.nodes(), std::move(edges), options.kialiArithmetic);
    }
    edges = foldServiceEntries(std::move(edges), table, facts);
    mesh::Graph graph = assemble(std::move(table.nodes()), std::move(edges), names, samples.window);
    addExtensions(graph, samples, names, options, table.digest());
    graph.type = options.type;
    graph.time = samples.time;
    graph.window = samples.window;
    graph.reporter = "destination within a namespace, source between namespaces";

    if (options.idleNodes && options.node.empty()) {
        addIdleNodes(graph, facts, options, table.digest());
    }
    removeDeadNodes(graph, facts);
    markDataPlanes(graph, facts);
    markBorders(graph, facts, options);
    markConfig(graph, facts);
    markObjects(graph, facts);
    setObservedWeights(graph);
    setHealth(graph, facts, thresholds);
    addBoxes(graph, options, table.digest());
    sortById(graph, table.digest());
    return graph;
}

} // namespace meshdeck::traffic
