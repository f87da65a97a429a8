// From a Prometheus reply to a published graph, and the graph of a whole fleet.
#include <memory>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "bench/fleet.h"
#include "bench/memory.h"
#include "sources/prometheus/vector_parser.h"
#include "traffic/graph_builder.h"

namespace meshdeck::bench {
namespace {

std::shared_ptr<const mesh::Graph> publish(std::string& reply, const mesh::Inventory* inventory) {
    auto samples = std::make_shared<traffic::SampleSet>();
    const auto parsed = sources::parseVector(reply, {}, *samples);
    if (!parsed) {
        return nullptr;
    }
    traffic::ClusterFacts facts;
    facts.inventory = inventory;
    return std::make_shared<const mesh::Graph>(traffic::buildGraph(*samples, facts, {}));
}

std::string paddedReply(std::size_t series, bool shuffled = false) {
    std::string reply = prometheusReply(series, shuffled);
    reply.reserve(reply.size() + 256);
    return reply;
}

// Parse and build: the budget's "reply of 100,000 full series to a published snapshot".
void readAndBuild(benchmark::State& state, bool shuffled) {
    std::string reply = paddedReply(static_cast<std::size_t>(state.range(0)), shuffled);
    resetPeak();
    const double before = residentMb();
    std::size_t edges = 0;
    for (auto _ : state) {
        const auto graph = publish(reply, nullptr);
        if (graph == nullptr) {
            state.SkipWithError("the reply was refused");
            break;
        }
        edges = graph->edges.size();
    }
    state.counters["peak_mb"] = peakMb() - before; // above the text
    state.counters["text_mb"] = static_cast<double>(reply.size()) / 1e6;
    state.counters["edges"] = static_cast<double>(edges);
}

void PrometheusReply(benchmark::State& state) {
    readAndBuild(state, false);
}
BENCHMARK(PrometheusReply)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// No two series of an edge beside each other: what memories of the last one bring nothing for.
void PrometheusReplyShuffled(benchmark::State& state) {
    readAndBuild(state, true);
}
BENCHMARK(PrometheusReplyShuffled)->Arg(100'000)->Unit(benchmark::kMillisecond);

void PrometheusReplyParse(benchmark::State& state) {
    std::string reply = paddedReply(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        traffic::SampleSet samples;
        benchmark::DoNotOptimize(sources::parseVector(reply, {}, samples));
    }
}
BENCHMARK(PrometheusReplyParse)->Arg(100'000)->Unit(benchmark::kMillisecond);

// The peer: the same text into a document tree, which is all it does.
void PrometheusReplyNlohmann(benchmark::State& state) {
    const std::string reply = prometheusReply(static_cast<std::size_t>(state.range(0)));
    resetPeak();
    const double before = residentMb();
    for (auto _ : state) {
        const nlohmann::json document = nlohmann::json::parse(reply);
        benchmark::DoNotOptimize(document.size());
    }
    state.counters["peak_mb"] = peakMb() - before;
}
BENCHMARK(PrometheusReplyNlohmann)->Arg(100'000)->Unit(benchmark::kMillisecond);

// The graph of so many workloads, all of them in the inventory too.
void Snapshot(benchmark::State& state) {
    const auto workloads = static_cast<std::size_t>(state.range(0));
    const mesh::Inventory inventory = fleetInventory(workloads);
    std::string reply = paddedReply(workloads * 17);
    traffic::SampleSet samples;
    if (!sources::parseVector(reply, {}, samples)) {
        state.SkipWithError("the reply was refused");
    }
    reply = {};
    traffic::ClusterFacts facts;
    facts.inventory = &inventory;
    traffic::GraphOptions options;
    options.injectServices = true;
    options.idleNodes = true;
    resetPeak();
    const double before = residentMb();
    std::size_t nodes = 0;
    for (auto _ : state) {
        const mesh::Graph graph = traffic::buildGraph(samples, facts, options);
        nodes = graph.nodes.size();
    }
    state.counters["peak_mb"] = peakMb() - before;
    state.counters["nodes"] = static_cast<double>(nodes);
}
BENCHMARK(Snapshot)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace meshdeck::bench
