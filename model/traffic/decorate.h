// What the cluster's own objects add to a graph made of telemetry (the appenders of facts/traffic-graph.md 2.3). All
// work on a graph whose node totals are set and whose edges point into `nodes`; none of them needs its order.
#pragma once

#include "traffic/graph_builder.h"

namespace meshdeck::traffic {

class Sha256;

// Texts of the graph that is decorated: valid as long as its nodes stay where they are.
struct ServiceName {
    std::string_view cluster;
    std::string_view ns;
    std::string_view name;
    auto operator<=>(const ServiceName&) const = default;
};

// Adds the services or workloads that exist in the namespaces asked for but carry no traffic.
void addIdleNodes(mesh::Graph& graph, const ClusterFacts& facts, const GraphOptions& options, Sha256& digest);
// Takes away nodes without traffic that the cluster does not know, again until none is left; marks workloads without
// pods.
void removeDeadNodes(mesh::Graph& graph, const ClusterFacts& facts);
// Outside, Inaccessible, Root.
void markBorders(mesh::Graph& graph, const ClusterFacts& facts, const GraphOptions& options);
// Gateway, Ambient, MissingSidecar from the pods' data planes.
void markDataPlanes(mesh::Graph& graph, const ClusterFacts& facts);
// Circuit breakers, routing, faults, mirrors, timeouts and shifting, by the destinations of the routes; configured
// weights.
void markConfig(mesh::Graph& graph, const ClusterFacts& facts);
// Share of a service's traffic that each of its versions got. On edges from a service node: of all callers' calls to that
// service. On edges from a caller straight to a version (no service nodes; only graphs that tell versions apart): of this
// caller's calls to the service, where they went to several versions or the configuration splits them. By protocol.
// After markConfig.
void setObservedWeights(mesh::Graph& graph);
// The service whose split an edge is a part of: its source, or the only service its target was called as; nothing for
// edges that end at a service, or where that cannot be told.
[[nodiscard]] std::optional<ServiceName> splitService(const mesh::Graph& graph, const mesh::Edge& edge);
// Gateway and Policy by the selectors of Gateways and AuthorizationPolicies; the names of WorkloadEntries whose app and
// version are the node's.
void markObjects(mesh::Graph& graph, const ClusterFacts& facts);
// Boxes around apps of two or more members, around namespaces and clusters where there are two or more, as asked for.
// Each holds the boxes of the kind before it.
void addBoxes(mesh::Graph& graph, const GraphOptions& options, Sha256& digest);
// Health and its reason, of edges and nodes (visual.md 2; 4xx as Kiali has it: degraded from 10 %, failing from 20 %). An
// edge that policy denies is failing, but neither of its ends is for that: both do what they were told.
void setHealth(mesh::Graph& graph, const ClusterFacts& facts, const HealthThresholds& thresholds);

} // namespace meshdeck::traffic
