// The inspector's tables for a node and for an edge, taken from a snapshot: who calls, what is answered, who is proven to
// be who, which pods and proxies. Pure, so that they are tested without a window.
#pragma once

#include <optional>

#include "map/cards.h"
#include "mesh/snapshot.h"
#include "shell/node_facts.h"
#include "shell/sections.h"

namespace meshdeck::views {

// Callers, callees and answers by code and Envoy's flags, of all that stands behind the node's card.
[[nodiscard]] std::vector<Section> callSections(const mesh::MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts,
                                                const TelemetryState& telemetry);
// mTLS share and principals by neighbour, and the policies whose selector takes its pods.
[[nodiscard]] std::vector<Section> securitySections(const mesh::MeshSnapshot& snapshot, const std::string& node,
                                                    const NodeFacts& facts, const TelemetryState& telemetry);
// Services, workloads, and each pod with what the control plane knows of its proxy.
[[nodiscard]] std::vector<Section> podSections(const mesh::MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts);

struct EdgeFacts {
    QString name;  // "frontend → checkout"
    QString about; // "gRPC · shop to orders"
    mesh::Protocol protocol = mesh::Protocol::Http;
    mesh::Health health = mesh::Health::Unknown;
    QString query; // the rate, to paste into Prometheus
    std::vector<Section> sections;
};
// Nothing for unknown ids. Several graph edges that are drawn as one are told as one; their latencies are the worst's.
[[nodiscard]] std::optional<EdgeFacts> edgeFactsOf(const mesh::MeshSnapshot& snapshot, const std::vector<std::string>& edges,
                                                   const TelemetryState& telemetry);

// What Envoy means by a response flag, e.g. "UO": "circuit breaker open"; empty for one we do not know.
[[nodiscard]] QString flagWord(std::string_view flag);

} // namespace meshdeck::views
