// Walks one request of the running load through the mesh and writes down the spans its proxies would send: same routes,
// policies, faults and response times as the counters.
#pragma once

#include <chrono>
#include <optional>

#include "app/demo/sim/engine.h"
#include "app/demo/telemetry/trace_store.h"

namespace meshdeck::demo {

// A request that ended at `end`. Nothing when the mesh has no load of its own.
[[nodiscard]] std::optional<TraceRecord> sampleTrace(Engine& engine, Random& random,
                                                     std::chrono::system_clock::time_point end);

} // namespace meshdeck::demo
