// Parts of a service graph that answer one question: what is around a node, who depends on it, how two are connected.
// Pure; linear in the graph.
//
// A step is a call. From a service to the workloads behind it is none: they are two names of one thing, and so are the
// versions of an app.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mesh/graph.h"

namespace meshdeck::traffic {

enum class FocusKind {
    Neighbours, // callers and callees up to a depth
    Upstream,   // everything that calls it, however far
    Downstream, // everything it calls, however far
    Path,       // the shortest ways between two nodes, and those at most a step longer; whichever direction has any
};

struct Focus {
    FocusKind kind = FocusKind::Neighbours;
    std::string node;  // id of a graph node, or of a namespace's group (groupId)
    std::string other; // of Path
    int depth = 1;     // of Neighbours, 1 to 3
    bool all = false;  // else beyond the first step only what is degraded or failing, with the ways to it
    bool operator==(const Focus&) const = default;
};

// By node and by edge of a graph: is it in the part?
struct Kept {
    std::vector<bool> nodes;
    std::vector<bool> edges;
};

// "ns|CLUSTER|NAMESPACE": what stands for all nodes of a namespace.
[[nodiscard]] std::string groupId(const std::string& cluster, const std::string& ns);
// The nodes an id means: the node with its app and service, or a namespace's nodes. Empty when there is none.
[[nodiscard]] std::vector<std::uint32_t> membersOf(const mesh::Graph& graph, const std::string& id);

// Nothing when the node (of Path: one of them) is not in the graph, or no way leads from one to the other.
[[nodiscard]] std::optional<Kept> partOf(const mesh::Graph& graph, const Focus& focus);
// A graph of what is kept; an edge needs both its ends.
[[nodiscard]] mesh::Graph take(const mesh::Graph& graph, const Kept& kept);

} // namespace meshdeck::traffic
