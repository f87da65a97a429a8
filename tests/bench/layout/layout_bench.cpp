// Layout and relayout of synthetic meshes, beside Graphviz in the same run (names in commands.md; budgets in design.md 5).
// Everything is drawn: namespaces as boxes, routes of all edges, packed for a window of 1.6 : 1.
#include <algorithm>
#include <cmath>
#include <random>

#include <benchmark/benchmark.h>

#include "bench/layout/graphviz.h"
#include "layout/layout.h"
#include "bench/layout/picture_metrics.h"
#include "bench/layout/service_graph.h"

namespace meshdeck::bench {
namespace {

using layout::End;
using layout::LayoutInput;
using layout::LayoutResult;

void describe(benchmark::State& state, const ServiceGraph& graph, const LayoutInput& input, const LayoutResult& result) {
    state.counters["crossings"] = static_cast<double>(crossings(result.positions, graph.edges));
    state.counters["overlaps"] = static_cast<double>(overlaps(input, result.positions));
    state.counters["aspect"] = result.bounds.width / result.bounds.height;
    state.counters["points_per_edge"] =
        static_cast<double>(result.routes.points.size()) / static_cast<double>(std::max<std::size_t>(1, input.edges.size()));
}

void Layout(benchmark::State& state) {
    const ServiceGraph graph = serviceGraph(static_cast<int>(state.range(0)));
    const LayoutInput input = layoutInput(graph);
    LayoutResult result;
    for (auto _ : state) {
        result = *layout::layout(input);
        benchmark::DoNotOptimize(result.positions.data());
    }
    describe(state, graph, input, result);
}
BENCHMARK(Layout)->Arg(50)->Arg(250)->Arg(1000)->Arg(5000)->Arg(10000)->Arg(20000)->Unit(benchmark::kMillisecond);

// 1 % of the nodes are replaced by new ones in the same namespaces, with calls of their own.
LayoutInput changed(const LayoutInput& before, const LayoutResult& drawn) {
    LayoutInput input = before;
    std::mt19937 random(5);
    const std::size_t count = input.nodes.size(), replaced = std::max<std::size_t>(1, count / 100);
    for (std::size_t i = 0; i < count; ++i) {
        input.nodes[i].previous = drawn.positions[i];
    }
    std::vector<char> isNew(count, 0);
    for (std::size_t k = 0; k < replaced; ++k) {
        const std::size_t node = random() % count;
        isNew[node] = 1;
        input.nodes[node].previous.reset();
    }
    for (layout::LayoutEdge& edge : input.edges) {
        for (End* end : {&edge.source, &edge.target}) {
            if (isNew[static_cast<std::size_t>(end->index)] != 0 && random() % 2 == 0) {
                End& other = end == &edge.source ? edge.target : edge.source;
                other = End::node(static_cast<int>(random() % count));
            }
        }
    }
    return input;
}

void Relayout(benchmark::State& state) {
    const ServiceGraph graph = serviceGraph(static_cast<int>(state.range(0)));
    const LayoutInput before = layoutInput(graph);
    const LayoutResult drawn = *layout::layout(before);
    const LayoutInput input = changed(before, drawn);
    LayoutResult result;
    for (auto _ : state) {
        result = *layout::layout(input);
        benchmark::DoNotOptimize(result.positions.data());
    }
    std::vector<double> moved;
    for (std::size_t i = 0; i < input.nodes.size(); ++i) {
        if (const auto& old = input.nodes[i].previous) {
            moved.push_back(std::hypot(result.positions[i].x - old->x, result.positions[i].y - old->y));
        }
    }
    std::sort(moved.begin(), moved.end());
    state.counters["moved_px_median"] = moved[moved.size() / 2];
    state.counters["moved_px_p90"] = moved[moved.size() * 9 / 10];
    state.counters["moved_nodes"] = static_cast<double>(moved.end() - std::upper_bound(moved.begin(), moved.end(), 0.0));
    state.counters["overlaps"] = static_cast<double>(overlaps(input, result.positions));
    state.counters["aspect"] = result.bounds.width / result.bounds.height;
}
BENCHMARK(Relayout)->Arg(250)->Arg(1000)->Arg(10000)->Arg(20000)->Unit(benchmark::kMillisecond);

// The time is the CPU time of the other program.
void runPeer(benchmark::State& state, const char* command, bool clusters) {
    const ServiceGraph graph = serviceGraph(static_cast<int>(state.range(0)));
    PeerRun run;
    for (auto _ : state) {
        run = runGraphviz(command, graph, clusters);
        state.SetIterationTime(run.cpuSeconds);
    }
    if (!run.found) {
        state.SkipWithError("not installed, or stopped after 120 s of CPU");
        return;
    }
    const auto [left, right] =
        std::minmax_element(run.centres.begin(), run.centres.end(), [](auto a, auto b) { return a.x < b.x; });
    const auto [top, bottom] =
        std::minmax_element(run.centres.begin(), run.centres.end(), [](auto a, auto b) { return a.y < b.y; });
    state.counters["crossings"] = static_cast<double>(crossings(run.centres, graph.edges));
    state.counters["overlaps"] = static_cast<double>(overlaps(layoutInput(graph), run.centres));
    state.counters["aspect"] = (right->x - left->x + 150) / (bottom->y - top->y + 46);
}

void GraphvizDot(benchmark::State& state) { runPeer(state, "dot", false); }
void GraphvizDotClusters(benchmark::State& state) { runPeer(state, "dot", true); }
void GraphvizSfdp(benchmark::State& state) { runPeer(state, "sfdp -Goverlap=prism", false); }
BENCHMARK(GraphvizDot)->Arg(250)->Arg(1000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(GraphvizDotClusters)->Arg(250)->Arg(1000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(GraphvizSfdp)->Arg(250)->Arg(1000)->Arg(10000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace meshdeck::bench
