#include "traffic/find/facts.h"

#include <algorithm>
#include <map>

namespace meshdeck::traffic::find {
namespace {

using mesh::Edge;
using mesh::Node;
using mesh::NodeFlag;
using mesh::Protocol;

constexpr std::size_t kHttp = 0, kGrpc = 1, kTcp = 2;

Truth truth(bool value) {
    return value ? Truth::True : Truth::False;
}

// Of a caller that nobody calls, what it sends tells its load, as on its card.
const std::array<mesh::ClassRates, 3>& loadOf(const Node& node) {
    const bool called = node.in[kHttp].total + node.in[kGrpc].total + node.in[kTcp].total > 0;
    return called ? node.in : node.out;
}

std::optional<double> seen(double rate) {
    return rate > 0 ? std::optional(rate) : std::nullopt;
}

// As on the card: 4xx are an application's own business (visual.md 2).
std::optional<double> errorsOf(const Node& node) {
    const mesh::ClassRates& http = node.in[kHttp];
    const mesh::ClassRates& grpc = node.in[kGrpc];
    const double total = http.total + grpc.total;
    if (total <= 0) {
        return std::nullopt;
    }
    const double failed = http.noResponse + http.serverError + grpc.noResponse + grpc.serverError + grpc.grpcError;
    return 100 * failed / total;
}

template <typename Unit>
std::optional<double> valueOf(const std::optional<Unit>& value) {
    return value ? std::optional(value->value) : std::nullopt;
}

std::optional<double> rateOf(const Edge& edge, Protocol protocol) {
    return edge.protocol == protocol ? seen(edge.rates.total) : std::nullopt;
}

std::optional<double> errorsOf(const Edge& edge, Protocol protocol) {
    return edge.protocol == protocol ? valueOf(edge.errorPercent()) : std::nullopt;
}

std::optional<double> shareOf(const Edge& edge, Protocol protocol, const mesh::Graph& graph) {
    const double all = graph.nodes[edge.source].out[static_cast<std::size_t>(protocol)].total;
    return edge.protocol == protocol && edge.rates.total > 0 && all > 0 ? std::optional(100 * edge.rates.total / all) : std::nullopt;
}

std::optional<NodeFlag> plainFlag(FindOperand operand) {
    switch (operand) {
    case FindOperand::Ambient: return NodeFlag::Ambient;
    case FindOperand::CircuitBreaker: return NodeFlag::CircuitBreaker;
    case FindOperand::Dead: return NodeFlag::Dead;
    case FindOperand::Egress: return NodeFlag::Egress;
    case FindOperand::Extension: return NodeFlag::Extension;
    case FindOperand::External: return NodeFlag::External;
    case FindOperand::FaultInjection: return NodeFlag::Fault;
    case FindOperand::Gateway: return NodeFlag::Gateway;
    case FindOperand::Inaccessible: return NodeFlag::Inaccessible;
    case FindOperand::Mirroring: return NodeFlag::Mirror;
    case FindOperand::OutOfMesh: return NodeFlag::MissingSidecar;
    case FindOperand::Outside: return NodeFlag::Outside;
    case FindOperand::Policy: return NodeFlag::Policy;
    case FindOperand::RequestRouting:
    case FindOperand::VirtualService: return NodeFlag::VirtualService;
    case FindOperand::RequestTimeout: return NodeFlag::RequestTimeout;
    case FindOperand::TrafficShifting: return NodeFlag::TrafficShifting;
    case FindOperand::TrafficSource: return NodeFlag::Root;
    case FindOperand::Waypoint: return NodeFlag::Waypoint;
    default: return std::nullopt;
    }
}

unsigned char small(char c) {
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool isDigit(unsigned char c) {
    return c >= '0' && c <= '9';
}

std::string_view digitsAt(std::string_view text, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() && isDigit(static_cast<unsigned char>(text[end]))) {
        ++end;
    }
    std::string_view digits = text.substr(from, end - from);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

// Numbers inside count as numbers.
int naturalOrder(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        const unsigned char x = small(a[i]), y = small(b[j]);
        if (isDigit(x) && isDigit(y)) {
            const std::string_view m = digitsAt(a, i), n = digitsAt(b, j);
            if (m.size() != n.size()) {
                return m.size() < n.size() ? -1 : 1;
            }
            if (const int order = m.compare(n); order != 0) {
                return order;
            }
            i = std::min(a.find_first_not_of("0123456789", i), a.size());
            j = std::min(b.find_first_not_of("0123456789", j), b.size());
            continue;
        }
        if (x != y) {
            return x < y ? -1 : 1;
        }
        ++i, ++j;
    }
    return i < a.size() ? 1 : j < b.size() ? -1 : 0;
}

bool contains(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) { return small(a) == small(b); }) != text.end();
}

bool equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return small(x) == small(y); });
}

void nodeNames(const Node& node, std::vector<std::string_view>& texts) {
    for (const std::string* name : {&node.app, &node.service, &node.workload}) {
        if (!name->empty()) {
            texts.push_back(*name);
        }
    }
    texts.insert(texts.end(), node.hosts.begin(), node.hosts.end());
}

std::string_view kindWord(const Node& node) {
    return node.kind == mesh::NodeKind::Aggregate ? "operation" : node.kind == mesh::NodeKind::ServiceEntry ? "serviceentry" : mesh::name(node.kind);
}

void addIf(std::string_view text, std::vector<std::string_view>& texts) {
    if (!text.empty()) {
        texts.push_back(text);
    }
}

} // namespace

std::vector<int> ranksOf(const mesh::Graph& graph) {
    std::vector<int> calls(graph.nodes.size(), 0);
    for (const Edge& edge : graph.edges) {
        ++calls[edge.source];
        ++calls[edge.target];
    }
    std::map<int, int, std::greater<>> places; // by number of calls, most first
    for (const int count : calls) {
        places[count] = 0;
    }
    const int most = static_cast<int>(places.size());
    int place = 0;
    for (auto& [count, rank] : places) {
        rank = most <= 100 ? place + 1 : 1 + 99 * place / (most - 1);
        ++place;
    }
    std::transform(calls.begin(), calls.end(), calls.begin(), [&](int count) { return places[count]; });
    return calls;
}

Truth flagOf(FindOperand operand, const Node& node) {
    if (const auto flag = plainFlag(operand)) {
        return truth(node.has(*flag));
    }
    switch (operand) {
    case FindOperand::Healthy: return truth(node.health == mesh::Health::Healthy);
    case FindOperand::Degraded: return truth(node.health == mesh::Health::Degraded);
    case FindOperand::Failing: return truth(node.health == mesh::Health::Failing);
    case FindOperand::Unknown: return truth(node.health == mesh::Health::Unknown);
    case FindOperand::Idle: return truth(node.has(NodeFlag::Idle) || node.health == mesh::Health::Idle);
    case FindOperand::ServiceEntry: return truth(node.kind == mesh::NodeKind::ServiceEntry);
    case FindOperand::Sidecar: return truth(!node.has(NodeFlag::MissingSidecar));
    // Weights on TCP routes are weights; the node's own traffic tells them from those on HTTP routes.
    case FindOperand::TcpTrafficShifting:
        return truth(node.has(NodeFlag::TrafficShifting) && node.in[kTcp].total > 0 && node.in[kHttp].total + node.in[kGrpc].total <= 0);
    case FindOperand::WorkloadEntry: return truth(!node.workloadEntries.empty());
    default: return Truth::Unknown;
    }
}

Truth flagOf(FindOperand operand, const Edge& edge) {
    constexpr double kAll = 99.99; // rates are differences of counters; their sums are not exact
    switch (operand) {
    case FindOperand::Mtls: return edge.mtls ? truth(edge.mtls->value > 0) : Truth::Unknown;
    case FindOperand::Plaintext: return edge.mtls ? truth(edge.mtls->value < kAll) : Truth::Unknown;
    case FindOperand::Denied: return truth(edge.denied());
    case FindOperand::Traffic: return truth(edge.rates.total > 0);
    default: return Truth::Unknown;
    }
}

std::optional<double> numberOf(FindOperand operand, const Node& node) {
    switch (operand) {
    case FindOperand::Errors: return errorsOf(node);
    case FindOperand::Rate: return loadOf(node)[kHttp].total + loadOf(node)[kGrpc].total;
    case FindOperand::Bytes: return loadOf(node)[kTcp].total;
    case FindOperand::HttpIn: return seen(node.in[kHttp].total);
    case FindOperand::HttpOut: return seen(node.out[kHttp].total);
    case FindOperand::GrpcIn: return seen(node.in[kGrpc].total);
    case FindOperand::GrpcOut: return seen(node.out[kGrpc].total);
    case FindOperand::TcpIn: return seen(node.in[kTcp].total);
    case FindOperand::TcpOut: return seen(node.out[kTcp].total);
    default: return std::nullopt;
    }
}

std::optional<double> numberOf(FindOperand operand, const Edge& edge, const mesh::Graph& graph) {
    switch (operand) {
    case FindOperand::Http: return rateOf(edge, Protocol::Http);
    case FindOperand::Grpc: return rateOf(edge, Protocol::Grpc);
    case FindOperand::Tcp: return rateOf(edge, Protocol::Tcp);
    case FindOperand::HttpErrors: return errorsOf(edge, Protocol::Http);
    case FindOperand::GrpcErrors: return errorsOf(edge, Protocol::Grpc);
    case FindOperand::HttpShare: return shareOf(edge, Protocol::Http, graph);
    case FindOperand::GrpcShare: return shareOf(edge, Protocol::Grpc, graph);
    case FindOperand::P50: return valueOf(edge.latency.p50);
    case FindOperand::P95: return valueOf(edge.latency.p95);
    case FindOperand::P99: return valueOf(edge.latency.p99);
    case FindOperand::Throughput: return edge.throughput;
    case FindOperand::Weight: return valueOf(edge.weight.configured);
    case FindOperand::Seen: return valueOf(edge.weight.observed);
    case FindOperand::Mtls: return valueOf(edge.mtls);
    default: return std::nullopt;
    }
}

void textsOf(FindOperand operand, const Node& node, std::vector<std::string_view>& texts) {
    switch (operand) {
    case FindOperand::App: texts.push_back(node.app); break;
    case FindOperand::Cluster: texts.push_back(node.cluster); break;
    case FindOperand::HealthWord: texts.push_back(mesh::name(node.health)); break;
    case FindOperand::Namespace: texts.push_back(node.ns); break;
    case FindOperand::NodeKind: texts.push_back(kindWord(node)); break;
    case FindOperand::Reason: texts.push_back(node.reason); break;
    case FindOperand::Version: texts.push_back(node.version); break;
    case FindOperand::Workload: texts.push_back(node.workload); break;
    case FindOperand::Operation: texts.push_back(node.kind == mesh::NodeKind::Aggregate ? std::string_view(node.service) : std::string_view()); break;
    case FindOperand::Service:
        addIf(node.kind == mesh::NodeKind::Aggregate ? std::string_view() : std::string_view(node.service), texts);
        for (const mesh::DestService& service : node.destServices) {
            addIf(service.name, texts);
        }
        break;
    case FindOperand::Name: nodeNames(node, texts); break;
    default: break;
    }
}

void textsOf(FindOperand operand, const Edge& edge, const mesh::Graph& graph, std::vector<std::string_view>& texts) {
    const auto each = [&](auto member) {
        for (const mesh::Response& response : edge.responses) {
            addIf(response.*member, texts);
        }
    };
    switch (operand) {
    case FindOperand::Code: each(&mesh::Response::code); break;
    case FindOperand::Host: each(&mesh::Response::host); break;
    case FindOperand::ResponseFlag:
        for (const mesh::Response& response : edge.responses) {
            addIf(response.flags == "-" ? std::string_view() : std::string_view(response.flags), texts);
        }
        break;
    case FindOperand::SourcePrincipal: texts.push_back(edge.sourcePrincipal); break;
    case FindOperand::DestPrincipal: texts.push_back(edge.targetPrincipal); break;
    case FindOperand::Protocol: texts.push_back(mesh::name(edge.protocol)); break;
    case FindOperand::From: nodeNames(graph.nodes[edge.source], texts); break;
    case FindOperand::To: nodeNames(graph.nodes[edge.target], texts); break;
    case FindOperand::FromNamespace: texts.push_back(graph.nodes[edge.source].ns); break;
    case FindOperand::ToNamespace: texts.push_back(graph.nodes[edge.target].ns); break;
    default: break;
    }
}

void labelsOf(const std::string& key, const Node& node, const mesh::Inventory& inventory, std::vector<std::string_view>& values) {
    const auto take = [&](const mesh::Labels& labels) {
        if (const auto found = labels.find(key); found != labels.end()) {
            values.push_back(found->second);
        }
    };
    if (!node.workload.empty()) {
        if (const auto found = inventory.workloads.find(node.ns + "/" + node.workload); found != inventory.workloads.end()) {
            take(found->second.labels);
            take(found->second.templateLabels);
        }
    } else if (node.kind == mesh::NodeKind::Service) {
        if (const auto found = inventory.services.find(node.ns + "/" + node.service); found != inventory.services.end()) {
            take(found->second.labels);
        }
    } else if (node.kind == mesh::NodeKind::App) {
        for (auto it = inventory.workloads.lower_bound(node.ns + "/"); it != inventory.workloads.end() && it->second.ns == node.ns; ++it) {
            if (mesh::canonicalName(it->second.templateLabels, it->second.name) == node.app) {
                take(it->second.labels);
                take(it->second.templateLabels);
            }
        }
    }
}

bool isMeasured(FindOperand operand) {
    switch (operand) {
    case FindOperand::Weight:
    case FindOperand::Rank: return false;
    case FindOperand::Code:
    case FindOperand::Denied:
    case FindOperand::HealthWord:
    case FindOperand::Healthy:
    case FindOperand::Degraded:
    case FindOperand::Failing:
    case FindOperand::Host:
    case FindOperand::Plaintext:
    case FindOperand::ResponseFlag:
    case FindOperand::Traffic: return true;
    default: return specOf(operand).type == FindType::Number;
    }
}

bool holds(FindCompare compare, std::string_view text, std::string_view with) {
    switch (compare) {
    case FindCompare::Is:
    case FindCompare::Contains: return contains(text, with);
    case FindCompare::Equal: return equal(text, with);
    case FindCompare::StartsWith: return equal(text.substr(0, with.size()), with);
    case FindCompare::EndsWith: return text.size() >= with.size() && equal(text.substr(text.size() - with.size()), with);
    case FindCompare::Less: return naturalOrder(text, with) < 0;
    case FindCompare::LessEqual: return naturalOrder(text, with) <= 0;
    case FindCompare::Greater: return naturalOrder(text, with) > 0;
    case FindCompare::GreaterEqual: return naturalOrder(text, with) >= 0;
    case FindCompare::NotANumber: return false;
    }
    return false;
}

bool holds(FindCompare compare, double number, double with) {
    switch (compare) {
    case FindCompare::Equal: return number == with;
    case FindCompare::Less: return number < with;
    case FindCompare::LessEqual: return number <= with;
    case FindCompare::Greater: return number > with;
    case FindCompare::GreaterEqual: return number >= with;
    default: return false;
    }
}

} // namespace meshdeck::traffic::find
