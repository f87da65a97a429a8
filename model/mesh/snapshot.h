// Everything known at one moment, immutable and cheap to pass on: parts that did not change are shared with the
// snapshot before (design.md 3). Views keep ids, never pointers into it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mesh/graph.h"
#include "mesh/inventory.h"
#include "mesh/proxy.h"
#include "mesh/resource.h"

namespace meshdeck::mesh {

enum class SourceState { Absent, Connecting, Live, Stale, Partial, Denied };

// "absent", "connecting", "live", ...
[[nodiscard]] std::string_view name(SourceState state);

// One source as the status bar and commands.md's "sources" show it.
struct SourceHealth {
    std::string name; // "kubernetes", "istiod", "prometheus", "scrape"
    SourceState state = SourceState::Absent;
    std::optional<ServerTime> lastSuccess;
    std::string detail; // one sentence: what is missing and why; may be empty when live
    std::string hint;   // what to do about it
    bool operator==(const SourceHealth&) const = default;
};

using ResourceTable = std::map<ResourceRef, ResourcePtr>;

// Rate, errors and latency of one node over time, one point a refresh; oldest first.
struct RedPoint {
    ServerTime time{};
    double rate = 0;                     // requests per second (bytes for TCP)
    std::optional<double> errorPercent;  // 5xx, gRPC errors and missing responses
    Latency latency;
};
using RedHistory = std::map<std::string, std::vector<RedPoint>>; // by node id

struct MeshSnapshot {
    std::uint64_t generation = 0; // grows by one a snapshot
    ServerTime time{};            // when it was folded
    std::string context;
    std::string istioVersion;
    std::shared_ptr<const ResourceTable> config;
    std::shared_ptr<const Inventory> inventory;
    std::shared_ptr<const Graph> graph; // null until telemetry has answered once
    std::shared_ptr<const ProxyReport> proxies;
    std::shared_ptr<const RedHistory> history;
    std::vector<SourceHealth> sources;

    [[nodiscard]] const SourceHealth* source(std::string_view sourceName) const;
    [[nodiscard]] ResourcePtr resource(const ResourceRef& ref) const;
};

using SnapshotPtr = std::shared_ptr<const MeshSnapshot>;

// Which parts differ from the snapshot before; bits may be combined.
enum class SnapshotChange : std::uint32_t {
    Config = 1U << 0,
    Inventory = 1U << 1,
    Graph = 1U << 2,
    Proxies = 1U << 3,
    Sources = 1U << 4,
};
using SnapshotChanges = std::uint32_t;
[[nodiscard]] SnapshotChanges changesBetween(const MeshSnapshot* before, const MeshSnapshot& after);

} // namespace meshdeck::mesh
