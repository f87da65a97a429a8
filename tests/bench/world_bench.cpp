// The indexed mesh of 5,000 config objects: read, built, edited, and seen by one sidecar.
#include <benchmark/benchmark.h>

#include "config_mesh.h"
#include "policy/scope.h"

namespace meshdeck::bench {

namespace {

const std::vector<config::ConfigObjectPtr>& mesh5000() {
    static const auto kMesh = configMesh(5000);
    return kMesh;
}

policy::Proxy client(const policy::World& world, std::size_t index) {
    return policy::proxyOf(world, world.workloads()[index % world.workloads().size()]);
}

void ReadConfigFile(benchmark::State& state) {
    const auto source = std::make_shared<config::SourceText>(config::SourceText{"mesh.yaml", configMeshYaml(5000)});
    for (auto _ : state) {
        benchmark::DoNotOptimize(config::readConfig(source));
    }
    state.counters["MB"] = static_cast<double>(source->text.size()) / 1e6;
}
BENCHMARK(ReadConfigFile)->Unit(benchmark::kMillisecond);

void BuildWorld(benchmark::State& state) {
    (void)mesh5000(); // reading is not building
    for (auto _ : state) {
        benchmark::DoNotOptimize(policy::World::build(mesh5000()));
    }
    state.counters["objects"] = static_cast<double>(mesh5000().size());
}
BENCHMARK(BuildWorld)->Unit(benchmark::kMillisecond);

void ScopeOfSidecar(benchmark::State& state) {
    const auto world = policy::World::build(mesh5000());
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(policy::Scope::of(world, client(*world, i++)));
    }
}
BENCHMARK(ScopeOfSidecar)->Unit(benchmark::kMillisecond);

void ScopeOfEverything(benchmark::State& state) { // without a Sidecar: everything is seen
    const auto world = policy::World::build(mesh5000());
    policy::Proxy proxy;
    proxy.type = policy::Proxy::Type::Sidecar;
    proxy.ns = "elsewhere";
    for (auto _ : state) {
        benchmark::DoNotOptimize(policy::Scope::of(world, proxy));
    }
}
BENCHMARK(ScopeOfEverything)->Unit(benchmark::kMillisecond);

void EditWorld(benchmark::State& state, const char* group, const char* kind) {
    const auto world = policy::World::build(mesh5000());
    const config::ConfigObjectPtr object = world->ofKind(group, kind).back();
    const auto edited = config::withJson(*object, *object->json);
    for (auto _ : state) {
        benchmark::DoNotOptimize(world->with({{object->ref, *edited}}));
    }
}
BENCHMARK_CAPTURE(EditWorld, VirtualService, "networking.istio.io", "VirtualService")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(EditWorld, DestinationRule, "networking.istio.io", "DestinationRule")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(EditWorld, Deployment, "apps", "Deployment")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(EditWorld, AuthorizationPolicy, "security.istio.io", "AuthorizationPolicy")->Unit(benchmark::kMillisecond);

} // namespace

} // namespace meshdeck::bench
