#include "traffic/find/operand.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace meshdeck::traffic {
namespace {

using enum FindOperand;
using enum FindSubject;
using enum FindType;
using U = FindUnit;
using WordList = std::span<const std::string_view>;

constexpr auto kOperands = std::to_array<OperandSpec>({
    {App, "app", "", Node, Text, U::None, false, "canonical app"},
    {Cluster, "cluster", "", Node, Text, U::None, false, "name of the cluster"},
    {HealthWord, "health", "", Node, Words, U::None, false, "healthy, degraded, failing, idle or unknown"},
    {Label, "label:", "", Node, Text, U::None, true, "label:KEY of the workload or service, as text or as there or not"},
    {Name, "name", "", Node, Text, U::None, false, "app, workload, service or operation"},
    {Namespace, "namespace", "ns", Node, Text, U::None, false, "namespace"},
    {NodeKind, "node", "", Node, Words, U::None, false, "app, operation, service, serviceentry, unknown or workload"},
    {Operation, "operation", "op", Node, Text, U::None, false, "operation that requests are classified by"},
    {Reason, "reason", "", Node, Text, U::None, false, "why it is degraded or failing"},
    {Service, "service", "svc", Node, Text, U::None, false, "service, or the services it was called as"},
    {Version, "version", "", Node, Text, U::None, false, "version"},
    {Workload, "workload", "wl", Node, Text, U::None, false, "workload"},
    {Errors, "err", "error errors", Node, Number, U::Percent, false, "share of 5xx, gRPC errors and missing answers, in %"},
    {Rate, "rate", "", Node, Number, U::PerSecond, false, "requests a second it takes (of a caller: it sends)"},
    {Bytes, "bytes", "", Node, Number, U::BytesPerSecond, false, "TCP bytes a second it takes (of a caller: it sends)"},
    {GrpcIn, "grpcin", "", Node, Number, U::PerSecond, false, "gRPC requests a second in"},
    {GrpcOut, "grpcout", "", Node, Number, U::PerSecond, false, "gRPC requests a second out"},
    {HttpIn, "httpin", "", Node, Number, U::PerSecond, false, "HTTP requests a second in"},
    {HttpOut, "httpout", "", Node, Number, U::PerSecond, false, "HTTP requests a second out"},
    {Rank, "rank", "", Node, Number, U::None, false, "1 (most calls in and out) to 100"},
    {TcpIn, "tcpin", "", Node, Number, U::BytesPerSecond, false, "TCP bytes a second in"},
    {TcpOut, "tcpout", "", Node, Number, U::BytesPerSecond, false, "TCP bytes a second out"},
    {Ambient, "ambient", "", Node, Flag, U::None, true, "in the ambient mesh"},
    {CircuitBreaker, "circuitbreaker", "cb", Node, Flag, U::None, true, "connection limits or outlier detection"},
    {Dead, "dead", "", Node, Flag, U::None, true, "no pods"},
    {Degraded, "degraded", "", Node, Flag, U::None, true, "health"},
    {Egress, "egress", "", Node, Flag, U::None, true, "PassthroughCluster, BlackHoleCluster"},
    {Extension, "extension", "", Node, Flag, U::None, true, "known from a third party's metrics"},
    {External, "external", "", Node, Flag, U::None, true, "a ServiceEntry outside of the mesh"},
    {Failing, "failing", "failure", Node, Flag, U::None, true, "health"},
    {FaultInjection, "faultinjection", "fi fault", Node, Flag, U::None, true, "a VirtualService injects faults"},
    {Gateway, "gateway", "gw", Node, Flag, U::None, true, "ingress or egress gateway"},
    {Healthy, "healthy", "", Node, Flag, U::None, true, "health"},
    {Idle, "idle", "", Node, Flag, U::None, true, "neither calls nor is called"},
    {Inaccessible, "inaccessible", "", Node, Flag, U::None, true, "we may not look"},
    {Mirroring, "mirroring", "mirror", Node, Flag, U::None, true, "a VirtualService mirrors requests"},
    {OutOfMesh, "outofmesh", "oom missingsidecar", Node, Flag, U::None, true, "pods without a sidecar"},
    {Outside, "outside", "outsider", Node, Flag, U::None, true, "in a namespace that was not asked for"},
    {Policy, "policy", "", Node, Flag, U::None, true, "an AuthorizationPolicy decides about its callers"},
    {RequestRouting, "requestrouting", "rr", Node, Flag, U::None, true, "a VirtualService routes its requests"},
    {RequestTimeout, "requesttimeout", "rto timeout", Node, Flag, U::None, true, "a VirtualService sets a timeout"},
    {ServiceEntry, "serviceentry", "se", Node, Flag, U::None, true, "a ServiceEntry"},
    {Sidecar, "sidecar", "sc", Node, Flag, U::None, true, "all of its pods are in the mesh"},
    {TcpTrafficShifting, "tcptrafficshifting", "tcpts", Node, Flag, U::None, true, "weights on TCP routes"},
    {TrafficShifting, "trafficshifting", "ts", Node, Flag, U::None, true, "weights on routes"},
    {TrafficSource, "trafficsource", "root", Node, Flag, U::None, true, "calls and is not called"},
    {Unknown, "unknown", "", Node, Flag, U::None, true, "health is not known"},
    {VirtualService, "virtualservice", "vs", Node, Flag, U::None, true, "a VirtualService is for it"},
    {Waypoint, "waypoint", "", Node, Flag, U::None, true, "a waypoint proxy"},
    {WorkloadEntry, "workloadentry", "we", Node, Flag, U::None, true, "WorkloadEntries stand behind it"},
    {FreeText, "", "", Node, Text, U::None, true, "part of a name, or a namespace"},

    {Code, "code", "", Edge, Text, U::None, false, "a response code or gRPC status that was seen"},
    {DestPrincipal, "destprincipal", "destinationprincipal", Edge, Text, U::None, false, "identity of the called side"},
    {ResponseFlag, "flag", "flags", Edge, Text, U::None, false, "an Envoy response flag that was seen: UF, NR, UO"},
    {From, "from", "", Edge, Text, U::None, false, "name of the caller"},
    {FromNamespace, "fromns", "", Edge, Text, U::None, false, "namespace of the caller"},
    {Host, "host", "", Edge, Text, U::None, false, "host that was asked for"},
    {Protocol, "protocol", "", Edge, Words, U::None, false, "http, grpc or tcp"},
    {SourcePrincipal, "sourceprincipal", "srcprincipal", Edge, Text, U::None, false, "identity of the caller"},
    {To, "to", "", Edge, Text, U::None, false, "name of the called"},
    {ToNamespace, "tons", "", Edge, Text, U::None, false, "namespace of the called"},
    {Grpc, "grpc", "", Edge, Number, U::PerSecond, false, "gRPC requests a second"},
    {GrpcErrors, "%grpcerr", "%grpcerror", Edge, Number, U::Percent, false, "share of gRPC errors"},
    {GrpcShare, "%grpctraffic", "", Edge, Number, U::Percent, false, "share of the caller's gRPC requests"},
    {Http, "http", "", Edge, Number, U::PerSecond, false, "HTTP requests a second"},
    {HttpErrors, "%httperr", "%httperror", Edge, Number, U::Percent, false, "share of 4xx, 5xx and missing answers"},
    {HttpShare, "%httptraffic", "", Edge, Number, U::Percent, false, "share of the caller's HTTP requests"},
    {P50, "p50", "", Edge, Number, U::Milliseconds, false, "half of the answers take at most this"},
    {P95, "p95", "responsetime rt", Edge, Number, U::Milliseconds, false, "95 of 100 answers take at most this"},
    {P99, "p99", "", Edge, Number, U::Milliseconds, false, "99 of 100 answers take at most this"},
    {Tcp, "tcp", "", Edge, Number, U::BytesPerSecond, false, "TCP bytes a second"},
    {Throughput, "throughput", "", Edge, Number, U::BytesPerSecond, false, "bytes a second of HTTP bodies"},
    {Weight, "weight", "", Edge, Number, U::Percent, false, "configured share of a split"},
    {Seen, "seen", "", Edge, Number, U::Percent, false, "share of a split that the traffic shows"},
    {Mtls, "mtls", "", Edge, Number, U::Percent, true, "share over mutual TLS; alone: some of it"},
    {Denied, "denied", "", Edge, Flag, U::None, true, "refused by policy"},
    {Plaintext, "plaintext", "", Edge, Flag, U::None, true, "some of it in the clear"},
    {Traffic, "traffic", "", Edge, Flag, U::None, true, "carries traffic"},
});

bool equalWords(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

bool hasAlias(std::string_view aliases, std::string_view word) {
    while (!aliases.empty()) {
        const auto space = aliases.find(' ');
        if (equalWords(aliases.substr(0, space), word)) {
            return true;
        }
        aliases = space == std::string_view::npos ? std::string_view() : aliases.substr(space + 1);
    }
    return false;
}

constexpr std::string_view kHealthy[] = {"healthy"}, kDegraded[] = {"degraded"}, kFailing[] = {"failing", "failure"},
                           kIdle[] = {"idle"}, kUnknown[] = {"unknown"};
constexpr WordList kHealthWords[] = {kHealthy, kDegraded, kFailing, kIdle, kUnknown};
constexpr std::string_view kApp[] = {"app"}, kOperation[] = {"operation", "op", "aggregate"}, kService[] = {"service", "svc"},
                           kEntry[] = {"serviceentry", "se"}, kWorkload[] = {"workload", "wl"};
constexpr WordList kNodeKinds[] = {kApp, kOperation, kService, kEntry, kUnknown, kWorkload};
constexpr std::string_view kHttp[] = {"http"}, kGrpc[] = {"grpc"}, kTcp[] = {"tcp"};
constexpr WordList kProtocols[] = {kHttp, kGrpc, kTcp};

} // namespace

std::span<const OperandSpec> findOperands() {
    return kOperands;
}

const OperandSpec* findOperand(std::string_view word) {
    constexpr std::string_view kLabel = "label:";
    if (word.size() > kLabel.size() && equalWords(word.substr(0, kLabel.size()), kLabel)) {
        word = kLabel;
    }
    for (const OperandSpec& spec : kOperands) {
        if (spec.id != FreeText && (equalWords(spec.name, word) || hasAlias(spec.aliases, word))) {
            return spec.id == Label && word != kLabel ? nullptr : &spec;
        }
    }
    return nullptr;
}

const OperandSpec& specOf(FindOperand operand) {
    return *std::find_if(kOperands.begin(), kOperands.end(), [operand](const OperandSpec& spec) { return spec.id == operand; });
}

std::span<const std::span<const std::string_view>> wordsOf(FindOperand operand) {
    switch (operand) {
    case HealthWord: return kHealthWords;
    case NodeKind: return kNodeKinds;
    case Protocol: return kProtocols;
    default: return {};
    }
}

std::string_view canonicalWord(FindOperand operand, std::string_view word) {
    for (const WordList synonyms : wordsOf(operand)) {
        for (const std::string_view one : synonyms) {
            if (equalWords(one, word)) {
                return synonyms.front();
            }
        }
    }
    return {};
}

} // namespace meshdeck::traffic
