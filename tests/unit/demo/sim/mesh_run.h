// A simulation that moves only when a test says so, and sums over what it sent.
#pragma once

#include <chrono>
#include <string>

#include "app/demo/mesh/plan.h"
#include "app/demo/sim/simulation.h"
#include "unit/demo/sim/fake_store.h"

namespace meshdeck::demo {

struct EdgeSum {
    double requests = 0, errors = 0, denied = 0, bytes = 0;
};

class MeshRun {
public:
    explicit MeshRun(const std::string& mesh, std::uint32_t seed = 1)
        : store(mesh, seed)
        , simulation(store, {mesh, seed, 1}, planMesh(mesh, seed).value(), false) {}

    void run(double seconds) {
        for (double at = 0; at < seconds - 1e-9; at += 0.2) {
            simulation.step(std::chrono::milliseconds(200));
        }
    }
    // Long enough for every proxy to have taken the last change.
    void settle() { run(3); }

    // Empty names match everything.
    [[nodiscard]] EdgeSum sent(const std::string& source, const std::string& destination,
                               const std::string& service = "") {
        EdgeSum sum;
        for (const EdgeTruth& edge : simulation.truth()) {
            if ((source.empty() || edge.source == source) && (destination.empty() || edge.destination == destination) &&
                (service.empty() || edge.service == service)) {
                sum.requests += static_cast<double>(edge.requests);
                sum.errors += static_cast<double>(edge.errors);
                sum.denied += static_cast<double>(edge.denied);
                sum.bytes += edge.bytes;
            }
        }
        return sum;
    }
    // What was sent during the given time.
    [[nodiscard]] EdgeSum during(double seconds, const std::string& source, const std::string& destination,
                                 const std::string& service = "") {
        const EdgeSum before = sent(source, destination, service);
        run(seconds);
        const EdgeSum after = sent(source, destination, service);
        return {after.requests - before.requests, after.errors - before.errors, after.denied - before.denied,
                after.bytes - before.bytes};
    }

    FakeStore store;
    LiveSimulation simulation;
};

} // namespace meshdeck::demo
