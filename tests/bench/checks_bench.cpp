// All checks over a mesh's config, and again after one edit (names in commands.md; budgets in design.md 5).
#include <benchmark/benchmark.h>

#include "config_mesh.h"
#include "policy/checks/checks.h"

namespace meshdeck::bench {
namespace {

void Checks(benchmark::State& state) {
    const auto world = policy::World::build(configMesh(static_cast<std::size_t>(state.range(0))));
    std::size_t findings = 0;
    for (auto _ : state) {
        const policy::CheckReport report = policy::runChecks(world);
        findings = report.findings.size();
        benchmark::DoNotOptimize(report.findings.data());
    }
    state.counters["objects"] = static_cast<double>(world->objects().size());
    state.counters["findings"] = static_cast<double>(findings);
}
BENCHMARK(Checks)->Arg(1000)->Arg(5000)->Unit(benchmark::kMillisecond);

// The edit a weight slider makes: one VirtualService, the world's new indices included.
void CheckOneEdit(benchmark::State& state) {
    policy::IncrementalChecks checks(policy::World::build(configMesh(static_cast<std::size_t>(state.range(0)))), {});
    const config::ConfigObjectPtr object =
        checks.world()->ofKind("networking.istio.io", "VirtualService").back();
    const auto edited = config::withJson(*object, *object->json);
    bool first = true;
    for (auto _ : state) {
        first = !first;
        const policy::CheckReport& report = checks.apply({{object->ref, first ? object : *edited}});
        benchmark::DoNotOptimize(report.findings.data());
    }
}
BENCHMARK(CheckOneEdit)->Arg(1000)->Arg(5000)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace meshdeck::bench
