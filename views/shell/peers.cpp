#include "shell/peers.h"

#include <algorithm>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/scene_text.h"
#include "shell/node_sections.h"

namespace meshdeck::views {
namespace {

using mesh::Graph;
using mesh::Node;
using mesh::NodeKind;

void add(Peer& peer, const mesh::Edge& edge, Side side) {
    const bool tcp = edge.protocol == mesh::Protocol::Tcp;
    peer.requests += tcp ? 0 : edge.rates.total;
    peer.bytes += tcp ? edge.rates.total : 0;
    peer.failed += tcp ? 0 : edge.rates.total * failedShare(edge.rates);
    if (edge.rates.total > peer.edgeRate) {
        peer.edgeRate = edge.rates.total;
        peer.edge = edge.id;
    }
    if (edge.latency.p95) {
        peer.p95 = std::max(peer.p95.value_or(0), edge.latency.p95->value);
    }
    if (edge.mtls) {
        peer.mtls = std::min(peer.mtls.value_or(100), edge.mtls->value);
    }
    const std::string& principal = side == Side::Callers ? edge.sourcePrincipal : edge.targetPrincipal;
    if (!principal.empty() && principal != "unknown") {
        peer.principals.insert(principal);
    }
}

} // namespace

bool isFailure(const AnswerKey& key) {
    // gRPC tells with small numbers, HTTP with three digits; "-" is no answer at all.
    const bool grpc = key.code.size() < 3;
    return key.code == "-" || key.code.starts_with('5') || (grpc && key.code != "0" && !key.code.empty());
}

std::set<std::string> nodesBehind(const Graph& graph, const std::string& node, const NodeFacts& facts) {
    std::set<std::string> own{node};
    const Node* self = graph.node(node);
    if (self == nullptr) {
        return own;
    }
    if (self->kind == NodeKind::Service) {
        for (const Node* version : facts.versions) {
            own.insert(version->id);
        }
    } else if (facts.versions.size() == 1) {
        for (const Node& other : graph.nodes) {
            if (other.kind == NodeKind::Service && other.ns == self->ns && other.cluster == self->cluster && !self->app.empty() &&
                other.service == self->app) {
                own.insert(other.id);
            }
        }
    }
    return own;
}

QString peerName(const Node& node, const std::string& fromNamespace) {
    const std::string name = node.kind == NodeKind::App && !node.version.empty() && node.version != "latest" ? node.app + " " + node.version
                             : node.kind == NodeKind::App                                                    ? node.app
                                                                                                             : mesh::displayName(node);
    return safeText(node.ns.empty() || node.ns == "unknown" || node.ns == fromNamespace ? name : node.ns + "/" + name);
}

std::vector<Peer> peersOf(const Graph& graph, const std::set<std::string>& own, Side side) {
    const Node* self = own.empty() ? nullptr : graph.node(*own.begin());
    std::map<QString, Peer> byName;
    for (const mesh::Edge& edge : graph.edges) {
        const Node& source = graph.nodes[edge.source];
        const Node& target = graph.nodes[edge.target];
        const Node& inner = side == Side::Callers ? target : source;
        const Node& outer = side == Side::Callers ? source : target;
        if (!own.contains(inner.id) || own.contains(outer.id)) {
            continue;
        }
        const QString name = peerName(outer, self == nullptr ? std::string() : self->ns);
        Peer& peer = byName[name];
        peer.name = name;
        add(peer, edge, side);
    }
    std::vector<Peer> peers;
    for (auto& [name, peer] : byName) {
        peers.push_back(std::move(peer));
    }
    std::stable_sort(peers.begin(), peers.end(), [](const Peer& a, const Peer& b) {
        return a.requests + a.bytes / 1024 > b.requests + b.bytes / 1024;
    });
    return peers;
}

void addAnswers(const mesh::Edge& edge, Answers& answers) {
    for (const mesh::Response& response : edge.responses) {
        answers[{response.code, response.flags}] += response.rate;
    }
}

Section answerSection(const Answers& answers, bool known) {
    Section section{QStringLiteral("Answers"), QStringLiteral("by code and Envoy's flags"),
                    {QStringLiteral("code"), QStringLiteral("flags"), QStringLiteral("req/s"), QStringLiteral("share")}, {}, {}};
    if (!known || answers.empty()) {
        section.empty = known ? QStringLiteral("No answers in the window.") : QStringLiteral("Not known now.");
        return section;
    }
    double total = 0;
    std::vector<std::pair<AnswerKey, double>> sorted(answers.begin(), answers.end());
    for (const auto& [key, rate] : sorted) {
        total += rate;
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [key, rate] : sorted) {
        const bool flagged = !key.flags.empty() && key.flags != "-";
        const QString word = flagged ? flagWord(key.flags) : QString();
        const QString flags = !flagged         ? QString()
                              : word.isEmpty() ? safeText(key.flags)
                                               : safeText(key.flags) + QStringLiteral(" ") + word;
        const QString code = key.code == "-" || key.code.empty() ? QStringLiteral("none") : safeText(key.code);
        section.rows.push_back({{code, flags, numberText(rate), total > 0 ? shareText(rate / total) : QString()}, isFailure(key), {}, {}});
    }
    return section;
}

QString msText(const std::optional<double>& ms) {
    return ms ? QString::fromStdString(text::latency(Milliseconds(*ms))) : QStringLiteral("–");
}

QString mtlsText(const std::optional<double>& percent, bool known) {
    if (!known || !percent) {
        return known ? QStringLiteral("not reported") : QStringLiteral("unknown");
    }
    return *percent <= 0 ? QStringLiteral("plaintext") : QString::fromStdString(text::percent(Percent(*percent)));
}

} // namespace meshdeck::views
