// What a find expression can ask about: Kiali's operands with their abbreviations (facts/peers.md 1.1), and ours.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace meshdeck::traffic {

enum class FindOperand : std::uint8_t {
    FreeText, // a bare word: part of a node's names, or its whole namespace
    // Texts of a node
    App, Cluster, Label, Name, Namespace, NodeKind, Operation, Service, Version, Workload, HealthWord, Reason,
    // Numbers of a node
    Rank, GrpcIn, GrpcOut, HttpIn, HttpOut, TcpIn, TcpOut, Errors, Rate, Bytes,
    // Yes or no of a node
    Ambient, CircuitBreaker, Dead, Egress, Extension, External, FaultInjection, Gateway, Inaccessible, Mirroring,
    OutOfMesh, Outside, Policy, RequestRouting, RequestTimeout, ServiceEntry, Sidecar, TcpTrafficShifting,
    TrafficShifting, TrafficSource, VirtualService, Waypoint, WorkloadEntry,
    Healthy, Degraded, Failing, Idle, Unknown,
    // Texts of an edge
    Code, DestPrincipal, ResponseFlag, From, FromNamespace, Host, Protocol, SourcePrincipal, To, ToNamespace,
    // Numbers of an edge
    Grpc, GrpcErrors, GrpcShare, Http, HttpErrors, HttpShare, P50, P95, P99, Tcp, Throughput, Weight, Seen,
    Mtls, // also yes or no
    // Yes or no of an edge
    Denied, Plaintext, Traffic,
};

enum class FindSubject : std::uint8_t { Node, Edge };
enum class FindType : std::uint8_t { Text, Words, Number, Flag }; // Words: a text out of a fixed list
enum class FindUnit : std::uint8_t { None, Percent, PerSecond, BytesPerSecond, Milliseconds };

struct OperandSpec {
    FindOperand id;
    std::string_view name;    // in small letters, as it is completed and printed
    std::string_view aliases; // abbreviations, separated by spaces
    FindSubject subject;
    FindType type;
    FindUnit unit = FindUnit::None;
    bool alone = false; // stands without an operator too: label:KEY, mtls
    std::string_view help = {};
};

// In the order of the help: nodes, then edges.
[[nodiscard]] std::span<const OperandSpec> findOperands();
// By name or abbreviation, in any case; "label:KEY" is found as "label:". Null: no such operand.
[[nodiscard]] const OperandSpec* findOperand(std::string_view word);
[[nodiscard]] const OperandSpec& specOf(FindOperand operand);
// The words an operand of type Words is compared with; empty for others. The first is the word Meshdeck prints, words
// after it mean the same: {"service", "svc"}.
[[nodiscard]] std::span<const std::span<const std::string_view>> wordsOf(FindOperand operand);
// The printed word of a synonym, or "" when the operand knows no such word.
[[nodiscard]] std::string_view canonicalWord(FindOperand operand, std::string_view word);

} // namespace meshdeck::traffic
