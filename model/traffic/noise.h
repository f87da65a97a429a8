// Traffic that every mesh has and nobody looks for: probes, metric scrapers, name resolution, what carries telemetry away
// (facts/peers.md: "a noise filter (probes, metrics scrapers, DNS) on by default"). Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "traffic/neighbourhood.h"

namespace meshdeck::traffic {

enum class NoiseKind { Probe, Scraper, Dns, Telemetry };
inline constexpr std::array kNoiseKinds{NoiseKind::Probe, NoiseKind::Scraper, NoiseKind::Dns, NoiseKind::Telemetry};

// What a node is by the name of its service, app or workload; nothing for what serves users.
[[nodiscard]] std::optional<NoiseKind> noiseOf(const mesh::Node& node);

struct Noise {
    std::array<std::size_t, kNoiseKinds.size()> edges{}; // hidden, by kind
    std::size_t nodes = 0;                               // hidden with them
    [[nodiscard]] std::size_t total() const;
    bool operator==(const Noise&) const = default;
};

// Calls of probes and scrapers, calls to resolvers and collectors are left out; so is what has no other call then. What
// nobody called before (idle nodes) stays. `counted` takes what went.
[[nodiscard]] Kept withoutNoise(const mesh::Graph& graph, Noise& counted);

// "metric scrapers", "name resolution", ...
[[nodiscard]] std::string_view words(NoiseKind kind);

} // namespace meshdeck::traffic
