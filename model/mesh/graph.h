// The service graph as one immutable value: what the map draws and `meshdeck graph` prints (commands.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/units.h"

namespace meshdeck::mesh {

enum class GraphType { Workload, App, VersionedApp, Service };
// Aggregate: requests of one operation (the label request_operation), between their callers and who answers them.
enum class NodeKind { Workload, App, Service, ServiceEntry, Box, Aggregate, Unknown };
enum class Protocol { Http, Grpc, Tcp };
enum class Health { Healthy, Degraded, Failing, Idle, Unknown };

enum class NodeFlag : std::uint32_t {
    Root = 1U << 0,         // has callees and no caller
    Outside = 1U << 1,      // in a namespace that was not asked for
    Inaccessible = 1U << 2, // we may not look
    Idle = 1U << 3,
    Dead = 1U << 4,      // no pods
    Gateway = 1U << 5,
    Waypoint = 1U << 6,
    Ambient = 1U << 7,
    MissingSidecar = 1U << 8,
    Injected = 1U << 9, // service node inserted between caller and workload
    Egress = 1U << 10,  // PassthroughCluster, BlackHoleCluster
    External = 1U << 11, // a ServiceEntry whose hosts lie outside of the mesh
    Extension = 1U << 12, // known from a third party's metrics (kiali_ext_*)
    // From configuration (badges)
    VirtualService = 1U << 16,
    CircuitBreaker = 1U << 17,
    Fault = 1U << 18,
    Mirror = 1U << 19,
    RequestTimeout = 1U << 20,
    Policy = 1U << 21, // an AuthorizationPolicy decides about its callers
    TrafficShifting = 1U << 22,
};

// Requests (or, for TCP, bytes) per second of one protocol in one direction, by outcome class.
struct ClassRates {
    double total = 0;
    double noResponse = 0; // code "-"
    double redirect = 0;   // 3xx
    double clientError = 0; // 4xx
    double serverError = 0; // 5xx
    double grpcError = 0;

    ClassRates& operator+=(const ClassRates& other);
    [[nodiscard]] double errors() const { return noResponse + clientError + serverError + grpcError; }
    bool operator==(const ClassRates&) const = default;
};

struct DestService {
    std::string cluster;
    std::string ns;
    std::string name;
    auto operator<=>(const DestService&) const = default;
    bool operator==(const DestService&) const = default;
};

struct Node {
    std::string id; // SHA-256 hex of the identity string of facts/traffic-graph.md 2.2, the same in every run
    NodeKind kind = NodeKind::Unknown;
    std::string cluster;
    std::string ns;
    std::string workload;
    std::string app;
    std::string version;
    std::string service; // of a ServiceEntry the object's name, of an Aggregate the operation
    std::uint32_t flags = 0; // NodeFlag bits
    Health health = Health::Unknown;
    std::string reason;                    // of the health, one clause: "6.0 % of 12.2 req/s fail with 500"
    std::array<ClassRates, 3> in{};        // by Protocol
    std::array<ClassRates, 3> out{};       // by Protocol
    std::vector<DestService> destServices; // services this node was addressed as
    std::string parent;                    // id of the enclosing Box, or empty
    std::vector<std::string> hosts;        // of a ServiceEntry
    std::vector<std::string> workloadEntries; // names of the WorkloadEntries behind it, in its namespace

    [[nodiscard]] bool has(NodeFlag flag) const { return (flags & static_cast<std::uint32_t>(flag)) != 0; }
    void set(NodeFlag flag) { flags |= static_cast<std::uint32_t>(flag); }
    bool operator==(const Node&) const = default;
};

// What a person calls the node: workload, app (with version), or service name.
[[nodiscard]] std::string displayName(const Node& node);

struct Response {
    std::string code;  // "200", gRPC status, "-" for none
    std::string flags; // Envoy response flags, "-" for none
    std::string host;
    double rate = 0; // per second
    bool operator==(const Response&) const = default;
};

struct Latency {
    std::optional<Milliseconds> p50;
    std::optional<Milliseconds> p95;
    std::optional<Milliseconds> p99;
    bool operator==(const Latency&) const = default;
};

// Share of a split in percent: what the config says, and what the window's traffic shows.
struct SplitWeight {
    std::optional<Percent> configured;
    std::optional<Percent> observed;
    bool operator==(const SplitWeight&) const = default;
};

// TCP connections of one end (response flags, "-" for a clean one), per second.
struct Connections {
    std::string flags;
    double opened = 0;
    double closed = 0;
    bool operator==(const Connections&) const = default;
};

// What each end's proxy counted of the same traffic, in the unit of the edge's rates.
struct Reports {
    double source = 0;
    double destination = 0;
    bool operator==(const Reports&) const = default;
};

struct Edge {
    std::string id; // SHA-256 hex over both ids and the protocol
    std::uint32_t source = 0; // index into Graph::nodes
    std::uint32_t target = 0;
    Protocol protocol = Protocol::Http;
    ClassRates rates;                   // req/s for HTTP and gRPC, B/s for TCP
    std::optional<Percent> mtls;        // nothing: no reporter that knows
    Latency latency;
    std::optional<double> throughput;   // bytes per second of HTTP bodies
    std::string sourcePrincipal;
    std::string targetPrincipal;
    std::vector<Response> responses;    // sorted by code, flags, host
    std::vector<Connections> connections; // TCP, sorted by flags; empty: nobody counted them
    std::optional<Reports> disagreement; // where both ends report, and by more than the window explains not the same
    SplitWeight weight;                 // on service -> version edges
    Health health = Health::Unknown;

    // (NoResponse + 4xx + 5xx, or NoResponse + gRPC errors) / total; nothing without traffic.
    [[nodiscard]] std::optional<Percent> errorPercent() const;
    // Refused by policy: 403 with RBAC's flags, or gRPC 7, for nearly all of the traffic.
    [[nodiscard]] bool denied() const;
    bool operator==(const Edge&) const = default;
};

// Nodes sorted by id, edges by id: the same graph is the same bytes.
struct Graph {
    GraphType type = GraphType::VersionedApp;
    ServerTime time{};
    Duration window{};
    std::string reporter; // where the rates come from, e.g. "source, else destination"
    std::vector<Node> nodes;
    std::vector<Edge> edges;

    [[nodiscard]] const Node* node(std::string_view id) const; // by binary search
    bool operator==(const Graph&) const = default;
};

// "versionedApp", "http", "healthy", ...: the words of commands.md. parse* answer nothing for other words.
[[nodiscard]] std::string_view name(GraphType type);
[[nodiscard]] std::string_view name(NodeKind kind);
[[nodiscard]] std::string_view name(Protocol protocol);
[[nodiscard]] std::string_view name(Health health);
[[nodiscard]] std::optional<GraphType> parseGraphType(std::string_view text);
// The words of a node's flags in a fixed order: "root", "outside", "missingSidecar", ...
[[nodiscard]] std::vector<std::string_view> flagNames(const Node& node);

} // namespace meshdeck::mesh
