// Kinds that change proxies without changing routes, as far as checks and warnings need them.
#pragma once

#include <cstdint>

#include "config/typed/string_match.h"

namespace meshdeck::config {

struct Telemetry {
    PolicyTarget target;
    std::vector<std::string> tracingProviders, metricsProviders, loggingProviders;
    bool hasTracing = false, hasMetrics = false, hasLogging = false;
    std::vector<bool> loggingNamesProvider; // one an entry of spec.accessLogging: does it name a provider
};

struct EnvoyPatch {
    std::string applyTo;
    std::string context; // "ANY" (default), "SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY", "WAYPOINT"
    std::string operation;
    std::string proxyVersion;
    std::optional<std::uint32_t> port;
    std::string filterName; // of the patched filter's match
};
struct EnvoyFilter {
    PolicyTarget target;
    std::vector<EnvoyPatch> patches;
    std::optional<std::int64_t> priority;
};

struct ProxyConfig {
    std::optional<mesh::Labels> selector;
    std::string image;
};
struct WasmPlugin {
    PolicyTarget target;
    std::string phase;
};

} // namespace meshdeck::config
