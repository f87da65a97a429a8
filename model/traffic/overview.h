// A mesh too big to read node by node, told by its namespaces (or clusters): what is closed becomes one node of kind Box
// with the sums of what it holds, calls between closed things become one call with the sum of their rates. Pure.
//
// Sums: requests and bytes are what the workloads of a group receive; shares are weighted by rate; health is the worst.
// Percentiles of a sum are not known from those of its parts, so a sum has none.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "mesh/graph.h"

namespace meshdeck::traffic {

enum class FoldLevel { Namespaces, Clusters };
// Small: the smallest namespaces together. Outside: service entries and unknown callers. Quiet: of an open namespace
// what carries least.
enum class GroupKind { Cluster, Namespace, Small, Outside, Quiet };

struct FoldOptions {
    FoldLevel level = FoldLevel::Namespaces;
    std::unordered_set<std::string> open;  // ids of groups drawn as what is in them, and of nodes that are drawn however
                                           // quiet they are
    std::unordered_set<std::string> shown; // ids of nodes and groups drawn last: of two alike these stay
    std::size_t mostGroups = 36;           // with more, the smallest share one box
    std::size_t mostInGroup = 40;          // workloads drawn of an open namespace
};

struct Group {
    std::string id{}; // "ns|CLUSTER|NAMESPACE" (groupId), "cluster|C", "small", "outside", "quiet|CLUSTER|NAMESPACE"
    GroupKind kind = GroupKind::Namespace;
    std::string cluster{};
    std::string ns{};
    std::vector<std::uint32_t> nodes{}; // of the whole graph
    std::size_t namespaces = 0;
    std::size_t workloads = 0;               // or services, where the graph has no workloads
    std::array<std::size_t, 5> health{};     // workloads by mesh::Health
    mesh::Health worst = mesh::Health::Unknown;
    mesh::ClassRates requests{}; // received, HTTP and gRPC
    double bytesPerSecond = 0; // received, TCP
};

// A namespace drawn as what is in it.
struct OpenGroup {
    std::string id;
    std::size_t workloads = 0;
    std::size_t folded = 0; // of them in the Quiet group
};

struct Folded {
    std::shared_ptr<const mesh::Graph> graph; // groups are nodes of kind Box; nodes and edges sorted by id
    std::vector<Group> groups;                // closed ones, by id
    std::vector<OpenGroup> opened;            // by id
    std::vector<std::uint32_t> nodeOf;        // by node of the whole graph: its node in `graph`, kNowhere for boxes
    std::vector<std::vector<std::uint32_t>> membersOf; // by edge in `graph`: edges of the whole graph
    static constexpr std::uint32_t kNowhere = 0xffffffff;

    [[nodiscard]] const Group* group(std::string_view id) const;
};

[[nodiscard]] Folded fold(const mesh::Graph& graph, const FoldOptions& options);

// Workloads, or services where the graph has none: how big a mesh is to a reader.
[[nodiscard]] std::size_t sizeOf(const mesh::Graph& graph);
// Namespaces that have something in them.
[[nodiscard]] std::size_t namespacesOf(const mesh::Graph& graph);

} // namespace meshdeck::traffic
