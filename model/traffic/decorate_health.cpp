// Health of edges and nodes, with the reason in words (facts/traffic-graph.md 2.4, visual.md 2).
#include "traffic/decorate.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace meshdeck::traffic {
namespace {

using mesh::Health;
using mesh::NodeKind;
using mesh::Protocol;

// 4xx is often an application's ordinary answer: Kiali's thresholds, in percent.
constexpr double kClientErrorDegraded = 10;
constexpr double kClientErrorFailing = 20;

struct Verdict {
    Health health = Health::Unknown;
    std::string reason;
};

int gravity(Health health) {
    switch (health) {
    case Health::Unknown:
        return 0;
    case Health::Idle:
        return 1;
    case Health::Healthy:
        return 2;
    case Health::Degraded:
        return 3;
    case Health::Failing:
        return 4;
    }
    return 0;
}

void keepWorse(Verdict& into, Verdict other) {
    if (gravity(other.health) > gravity(into.health)) {
        into = std::move(other);
    }
}

// Flags of connections that did not do their work, comma joined: Envoy's, then ztunnel's (facts/wire.md 2.6); "-" is a
// clean end. What policy refuses (ztunnel's DENY and NETWORK_POLICY) is nobody's failure.
bool isConnectionError(std::string_view flags) {
    static constexpr std::string_view kErrors[] = {"UF", "UH",  "UO",      "URX",         "NR",           "NC",
                                                   "UC", "UT",  "DPE",     "UPE",         "DF",           "LH",
                                                   "UR", "OM",  "CONNECT", "TLS_FAILURE", "CERT_REVOKED", "IDENTITY_ERROR",
                                                   "DO", "UMSDR", "H2_HANDSHAKE_FAILURE"};
    while (!flags.empty()) {
        const std::size_t comma = std::min(flags.find(','), flags.size());
        if (std::find(std::begin(kErrors), std::end(kErrors), flags.substr(0, comma)) != std::end(kErrors)) {
            return true;
        }
        flags.remove_prefix(std::min(comma + 1, flags.size()));
    }
    return false;
}

bool isServerFailure(Protocol protocol, const std::string& code) {
    if (code == "-") {
        return protocol != Protocol::Tcp;
    }
    if (protocol == Protocol::Grpc) {
        return code.size() == 3 ? code[0] == '4' || code[0] == '5' : !code.empty() && code != "0";
    }
    return code.size() == 3 && code[0] == '5';
}

// What was sent in one protocol and direction, and how it ended.
struct Tally {
    double total = 0;
    double failed = 0;      // 5xx, gRPC errors, no response; TCP without connection counts: bytes of broken ones
    double ended = 0;       // TCP connections closed, per second
    double broken = 0;      // of them with an error
    double clientError = 0; // HTTP 4xx
    std::vector<std::pair<std::string, double>> codes;

    void count(const std::string& code, double rate) {
        for (auto& [known, sum] : codes) {
            if (known == code) {
                sum += rate;
                return;
            }
        }
        codes.emplace_back(code, rate);
    }
    // The code most failures of that kind have.
    [[nodiscard]] std::string worstCode(bool client) const {
        const std::pair<std::string, double>* worst = nullptr;
        for (const auto& each : codes) {
            const bool isClient = each.first.size() == 3 && each.first[0] == '4';
            if (isClient == client && (worst == nullptr || worst->second < each.second)) {
                worst = &each;
            }
        }
        return worst != nullptr ? worst->first : "";
    }
};

void add(Tally& tally, const mesh::Edge& edge) {
    tally.total += edge.rates.total;
    tally.failed += edge.rates.noResponse + edge.rates.serverError + edge.rates.grpcError;
    tally.clientError += edge.rates.clientError;
    if (!edge.connections.empty()) {
        for (const mesh::Connections& connections : edge.connections) {
            tally.ended += connections.closed;
            if (isConnectionError(connections.flags)) {
                tally.broken += connections.closed;
                tally.count(connections.flags, connections.closed);
            }
        }
        return;
    }
    if (edge.rates.errors() <= 0 && edge.protocol != Protocol::Tcp) {
        return;
    }
    for (const mesh::Response& response : edge.responses) {
        if (edge.protocol == Protocol::Tcp) {
            if (isConnectionError(response.flags)) {
                tally.failed += response.rate;
                tally.count(response.flags, response.rate);
            }
        } else if (isServerFailure(edge.protocol, response.code) || response.code.starts_with('4')) {
            tally.count(response.code, response.rate);
        }
    }
}

std::string describe(Protocol protocol, bool inbound, double share, double total, const std::string& code) {
    const std::string amount =
        protocol == Protocol::Tcp ? text::byteRate(BytesPerSecond(total)) : text::rate(RequestsPerSecond(total));
    std::string how = "fail";
    if (code == "-") {
        how = "get no response";
    } else if (!code.empty()) {
        how = (protocol == Protocol::Grpc && code.size() < 3 ? "fail with gRPC status " : "fail with ") +
              text::safe(code);
    }
    return text::percent(Percent(share)) + " of " + amount + (inbound ? " " : " sent ") + how;
}

// A connection counts when it ends: what it carried says nothing of those that never came about.
Verdict judgeConnections(const Tally& tally, bool inbound, const HealthThresholds& thresholds) {
    const double broken = 100 * tally.broken / tally.ended;
    if (tally.broken <= 0 || broken < thresholds.degraded) {
        return {Health::Healthy, ""};
    }
    return {broken >= thresholds.failing ? Health::Failing : Health::Degraded,
            text::percent(Percent(broken)) + " of " + text::significant(tally.ended) + " connections/s " +
                (inbound ? "" : "opened ") + "end with " + text::safe(tally.worstCode(false))};
}

Verdict judge(const Tally& tally, Protocol protocol, bool inbound, const HealthThresholds& thresholds) {
    if (tally.ended > 0) {
        return judgeConnections(tally, inbound, thresholds);
    }
    if (tally.total <= 0) {
        return {};
    }
    const double failed = 100 * tally.failed / tally.total;
    const double client = 100 * tally.clientError / tally.total;
    Verdict verdict{Health::Healthy, ""};
    const auto blame = [&](Health health, double share, bool clientSide) {
        keepWorse(verdict, {health, describe(protocol, inbound, share, tally.total, tally.worstCode(clientSide))});
    };
    if (failed >= thresholds.degraded && failed > 0) {
        blame(failed >= thresholds.failing ? Health::Failing : Health::Degraded, failed, false);
    }
    if (client >= kClientErrorDegraded) {
        blame(client >= kClientErrorFailing ? Health::Failing : Health::Degraded, client, true);
    }
    return verdict;
}

Verdict judgePods(const mesh::Node& node, const mesh::Inventory& inventory) {
    const auto found = inventory.workloads.find(node.ns + "/" + node.workload);
    if (node.workload.empty() || found == inventory.workloads.end()) {
        return {};
    }
    const mesh::Workload& workload = found->second;
    if (workload.desired == 0) {
        return {Health::Idle, "scaled to zero"};
    }
    if (workload.available <= 0) {
        return {Health::Failing, "no ready pod of " + std::to_string(workload.desired)};
    }
    if (workload.available < workload.desired) {
        return {Health::Degraded,
                std::to_string(workload.available) + " of " + std::to_string(workload.desired) + " pods ready"};
    }
    return {Health::Healthy, ""};
}

} // namespace

void setHealth(mesh::Graph& graph, const ClusterFacts& facts, const HealthThresholds& thresholds) {
    struct Directions {
        std::array<Tally, 3> in;
        std::array<Tally, 3> out;
        bool refused = false; // by policy, some of its calls or of those to it
    };
    std::vector<Directions> tallies(graph.nodes.size());
    for (mesh::Edge& edge : graph.edges) {
        const auto protocol = static_cast<std::size_t>(edge.protocol);
        Tally alone;
        add(alone, edge);
        edge.health = edge.rates.total > 0 ? judge(alone, edge.protocol, true, thresholds).health : Health::Idle;
        Directions& source = tallies[edge.source];
        Directions& target = tallies[edge.target];
        if (edge.denied()) {
            source.refused = target.refused = true;
            continue;
        }
        add(source.out[protocol], edge);
        add(target.in[protocol], edge);
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        mesh::Node& node = graph.nodes[i];
        Verdict verdict;
        for (const Protocol protocol : {Protocol::Http, Protocol::Grpc, Protocol::Tcp}) {
            const auto index = static_cast<std::size_t>(protocol);
            keepWorse(verdict, judge(tallies[i].in[index], protocol, true, thresholds));
            keepWorse(verdict, judge(tallies[i].out[index], protocol, false, thresholds));
        }
        const bool idle = verdict.health == Health::Unknown && node.kind != NodeKind::Box;
        if (facts.inventory != nullptr) {
            keepWorse(verdict, judgePods(node, *facts.inventory));
        }
        if (idle && gravity(verdict.health) <= gravity(Health::Healthy)) {
            const char* const why = tallies[i].refused ? "no traffic but what policy refuses" : "no traffic";
            verdict = {Health::Idle, verdict.reason.empty() ? why : verdict.reason};
        }
        node.health = verdict.health;
        node.reason = std::move(verdict.reason);
    }
}

} // namespace meshdeck::traffic
