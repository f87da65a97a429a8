// A pod's /stats/prometheus page: Istio's standard metrics and the proxy's own (facts/wire.md 6.1, 6.4), in Prometheus'
// text format.
#pragma once

#include <string>

#include "app/demo/sim/engine.h"
#include "app/demo/telemetry/stat_filter.h"

namespace meshdeck::demo {

// Pod `pod` of the engine's inventory. uptimeSeconds: since the demonstration mesh started.
[[nodiscard]] std::string metricsPage(const Engine& engine, std::uint32_t pod, double uptimeSeconds,
                                      const StatFilter& filter = {});

// Backslash, quote and line feed as the text format wants them in a label's value.
[[nodiscard]] std::string escapedLabel(const std::string& value);

} // namespace meshdeck::demo
