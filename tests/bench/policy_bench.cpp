// One request through the simulator over a mesh of many config objects; the budget is 50 us with 5,000 objects.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "policy/request_path.h"

namespace meshdeck::bench {
namespace {

// A namespace has ten services; each service is five objects: Service, two Pods, VirtualService, DestinationRule.
std::string serviceYaml(std::size_t index) {
    const std::string ns = "team-" + std::to_string(index / 10);
    const std::string name = "svc-" + std::to_string(index);
    const std::string meta = ", namespace: " + ns;
    const auto pod = [&](const std::string& version, std::size_t last) {
        return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "-" + version + meta + ", labels: {app: " + name +
               ", version: " + version + "}}\nspec: {containers: [{name: app}]}\nstatus: {podIP: 10." +
               std::to_string(index / 250) + "." + std::to_string(index % 250) + "." + std::to_string(last) + "}\n";
    };
    return "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + meta + "}\nspec: {clusterIP: 10.200." +
           std::to_string(index / 250) + "." + std::to_string(index % 250) + ", selector: {app: " + name +
           "}, ports: [{name: http, port: 8080}]}\n" + pod("v1", 1) + pod("v2", 2) +
           "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + name + meta +
           "}\nspec: {host: " + name + ", subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}\n"
           "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name + meta + "}\nspec: {hosts: [" +
           name + "], http: [{match: [{headers: {end-user: {exact: jason}}}], route: [{destination: {host: " + name +
           ", subset: v2}}]}, {match: [{uri: {regex: '/api/v[0-9]+/.*'}}], route: [{destination: {host: " + name +
           ", subset: v1}}]}, {route: [{destination: {host: " + name + ", subset: v1}, weight: 90}, {destination: {host: " +
           name + ", subset: v2}, weight: 10}], timeout: 2s}]}\n";
}

policy::WorldPtr worldOf(std::size_t objects) {
    auto source = std::make_shared<config::SourceText>();
    for (std::size_t i = 0; i < objects / 5; ++i) {
        source->text += serviceYaml(i);
    }
    auto read = config::readConfig(source);
    return read ? policy::World::build(std::move(*read)) : nullptr;
}

void Route(benchmark::State& state) {
    const auto objects = static_cast<std::size_t>(state.range(0));
    const policy::WorldPtr world = worldOf(objects);
    if (world == nullptr) {
        state.SkipWithError("the mesh was refused");
        return;
    }
    const policy::Simulator simulator(world);
    policy::Request request;
    request.from.type = policy::Proxy::Type::Sidecar;
    request.from.ns = "team-0";
    request.from.name = "web";
    request.from.labels = {{"app", "web"}};
    request.port = 8080;
    request.path = "/items?page=2";
    request.headers = {{"end-user", "maria"}, {"user-agent", "curl"}, {"accept", "*/*"}};
    const std::size_t services = objects / 5;
    std::size_t next = 0;
    std::size_t routed = 0;
    for (auto _ : state) {
        const std::size_t index = next++ * 7919 % services;
        request.host = "svc-" + std::to_string(index) + ".team-" + std::to_string(index / 10);
        const policy::RequestResult result = simulator.run(request);
        routed += result.verdict == policy::Verdict::Routed ? 1 : 0;
    }
    if (routed != next) {
        state.SkipWithError("a request did not arrive");
    }
}
BENCHMARK(Route)->Arg(500)->Arg(5'000)->Unit(benchmark::kMicrosecond);

// The first request of a proxy, which makes its scope and its routes.
void RouteFirst(benchmark::State& state) {
    const policy::WorldPtr world = worldOf(static_cast<std::size_t>(state.range(0)));
    policy::Request request;
    request.from.type = policy::Proxy::Type::Sidecar;
    request.from.ns = "team-0";
    request.port = 8080;
    request.host = "svc-1";
    for (auto _ : state) {
        benchmark::DoNotOptimize(policy::Simulator(world).run(request));
    }
}
BENCHMARK(RouteFirst)->Arg(5'000)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace meshdeck::bench
