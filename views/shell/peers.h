// Edges between one card and its neighbours, summed by neighbour: what the inspector's tables are made of.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <QString>

#include "map/cards.h"
#include "mesh/snapshot.h"
#include "shell/node_facts.h"
#include "shell/sections.h"

namespace meshdeck::views {

struct Peer {
    QString name;
    std::string edge; // the busiest of the edges
    double edgeRate = -1;
    double requests = 0; // per second
    double bytes = 0;    // of TCP, per second
    double failed = 0;   // requests per second
    std::optional<double> p95; // ms, the worst
    std::optional<double> mtls; // percent, the least
    std::set<std::string> principals; // of the neighbour
};

// Graph nodes behind a node's card: with its only version, or the service in front of it; a service's own versions too.
[[nodiscard]] std::set<std::string> nodesBehind(const mesh::Graph& graph, const std::string& node, const NodeFacts& facts);

enum class Side { Callers, Callees };
// Busiest first.
[[nodiscard]] std::vector<Peer> peersOf(const mesh::Graph& graph, const std::set<std::string>& own, Side side);

// "orders/checkout" is "checkout" for somebody of the same namespace.
[[nodiscard]] QString peerName(const mesh::Node& node, const std::string& fromNamespace);

struct AnswerKey {
    std::string code;
    std::string flags;
    auto operator<=>(const AnswerKey&) const = default;
};
// No answer, 5xx, or a gRPC status other than OK.
[[nodiscard]] bool isFailure(const AnswerKey& key);
using Answers = std::map<AnswerKey, double>; // per second
void addAnswers(const mesh::Edge& edge, Answers& answers);
// The answers as a table, most frequent first, what failed in the failing colour.
[[nodiscard]] Section answerSection(const Answers& answers, bool known);

[[nodiscard]] QString msText(const std::optional<double>& ms);
[[nodiscard]] QString mtlsText(const std::optional<double>& percent, bool known);

} // namespace meshdeck::views
