// Whatever stands in a config file: no crash, no hang; objects keep their JSON, have a place in the text, and a world
// can be built of them, edited, and looked at from a proxy.
#include <cstdint>
#include <cstdlib>

#include "config/object.h"
#include "policy/scope.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meshdeck;
    if (size > 16'384) {
        return 0; // longer texts only repeat
    }
    const auto source = std::make_shared<config::SourceText>(
        config::SourceText{"fuzz", std::string(reinterpret_cast<const char*>(data), size)});
    auto objects = config::readConfig(source, "default");
    if (!objects || objects->size() > 64) {
        return 0;
    }
    for (const auto& object : *objects) {
        if (object->ref.name.empty() || !object->json || config::positionOf(*object, "/spec").line == 0) {
            std::abort();
        }
    }
    const policy::WorldPtr world = policy::World::build(*objects);
    for (const policy::Workload& workload : world->workloads()) {
        const auto scope = policy::Scope::of(world, policy::proxyOf(*world, workload));
        for (const policy::Service& service : world->services()) {
            (void)scope->destinationRule(service);
        }
    }
    if (!objects->empty()) {
        const policy::WorldPtr edited = world->with({{objects->front()->ref, nullptr}});
        if (edited->find(objects->front()->ref)) {
            std::abort();
        }
    }
    return 0;
}
