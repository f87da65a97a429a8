// From telemetry to the service graph by the rules of facts/traffic-graph.md, and more exact where its section 3 says
// so.
#pragma once

#include <set>
#include <string>

#include "mesh/graph.h"
#include "mesh/inventory.h"
#include "mesh/snapshot.h"
#include "traffic/series.h"

namespace meshdeck::traffic {

enum class RequestRates { None, Requests };
enum class GrpcRates { None, Requests, Sent, Received, Total };
enum class TcpRates { None, Sent, Received, Total };
enum class AmbientRates { None, Total, Waypoint, Ztunnel };

struct GraphOptions {
    mesh::GraphType type = mesh::GraphType::VersionedApp;
    std::set<std::string> namespaces; // empty: all
    bool injectServices = false;      // forced for the service graph
    bool idleEdges = false;
    bool idleNodes = false;
    bool boxApps = false; // box nodes for apps with two or more members
    // Boxes for namespaces and clusters, each only when there are two or more of them.
    bool boxNamespaces = false;
    bool boxClusters = false;
    bool operations = false; // a node for each operation that requests are classified by (label request_operation)
    RequestRates http = RequestRates::Requests;
    GrpcRates grpc = GrpcRates::Requests;
    TcpRates tcp = TcpRates::Sent;
    AmbientRates ambient = AmbientRates::Total;
    // Kiali's own arithmetic where ours is more exact (facts/traffic-graph.md 3): in the service graph every service
    // before a workload gets all of what the workload sends, and a request whose two ends report different outcomes
    // counts twice. For comparison with Kiali's graphs only.
    bool kialiArithmetic = false;
    std::string node; // "NS/WORKLOAD" or "NS/service:NAME": that node and its neighbours only

    bool operator==(const GraphOptions&) const = default;
};

// Health thresholds in percent of a protocol's traffic (visual.md 2); editable and shown.
struct HealthThresholds {
    double degraded = 0.5;
    double failing = 10;
    bool operator==(const HealthThresholds&) const = default;
};

// What the cluster itself says, beside its telemetry. Null members: not known, decorations from them are left out.
struct ClusterFacts {
    const mesh::Inventory* inventory = nullptr;
    const mesh::ResourceTable* config = nullptr;
    // Namespaces the user may read, per cluster; null: all of them.
    const std::set<std::pair<std::string, std::string>>* accessible = nullptr;
};

// Never fails: series that make no sense are left out. Pure; any thread.
[[nodiscard]] mesh::Graph buildGraph(const SampleSet& samples, const ClusterFacts& facts, const GraphOptions& options,
                                     const HealthThresholds& thresholds = {});

} // namespace meshdeck::traffic
