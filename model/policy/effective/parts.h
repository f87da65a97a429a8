// The groups of values that an effective config is made of, one function each.
#pragma once

#include "policy/effective_config.h"

namespace meshdeck::policy::effective {

struct Subject {
    const Scope& client;
    const Service& service;
    std::uint32_t port = 0;
    const std::string& subset; // "" for all endpoints
};

void addVisibility(const Subject& subject, EffectiveConfig& into);
// Which VirtualService owns the host, its rules for this client with their timeouts and retries, and who lost.
void addRouting(const Subject& subject, EffectiveConfig& into);
// Connection pool, outlier detection and load balancing with Istio's defaults (facts/semantics.md 2.3, 2.4).
void addTrafficPolicy(const Subject& subject, EffectiveConfig& into);
// TLS to each endpoint, and what its proxy enforces.
void addServerSide(const Subject& subject, EffectiveConfig& into);
void addEnvoyFilters(const Subject& subject, EffectiveConfig& into);

// "2 s", "500 ms", "1 h 30 min", "0.5 ms": exact.
[[nodiscard]] std::string durationText(config::ConfigDuration duration);

} // namespace meshdeck::policy::effective
