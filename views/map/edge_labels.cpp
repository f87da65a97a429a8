#include "map/edge_labels.h"

#include <algorithm>

#include "base/text.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

using traffic::EdgeFigure;

// Shares of all but all and all but nothing keep their digits: 99.97 % is not all of it.
QString mtlsText(double share) {
    const double percent = 100 * share;
    return percent > 99 || percent < 1 ? shareText(share) : QString::number(percent, 'f', 0) + QStringLiteral(" %");
}

// What a person must not miss, in every mode.
std::vector<TextPart> alarm(const SceneEdge& edge) {
    switch (edge.style) {
    case EdgeStyle::Denied: return {{QStringLiteral("denied"), Tone::Failing, true}};
    case EdgeStyle::Plaintext: return {{QStringLiteral("plaintext"), Tone::Degraded, true}};
    case EdgeStyle::Partial: return {{mtlsText(std::max(0.0, edge.mtlsShare)) + QStringLiteral(" mTLS"), Tone::Degraded, true}};
    case EdgeStyle::Normal:
    case EdgeStyle::Idle:
    case EdgeStyle::Unknown: return {};
    }
    return {};
}

// Of a sum of many calls some always fail.
double leastErrors(const SceneEdge& edge) {
    return edge.calls > 1 ? 0.02 : 0.005;
}

QString rateOf(const SceneEdge& edge) {
    return edge.protocol == mesh::Protocol::Tcp || edge.rate <= 0 ? QString() : numberText(edge.rate);
}

std::optional<TextPart> figureOf(const SceneEdge& edge, const LabelFacts& facts, bool alarmed) {
    if (!facts.known || facts.figure == EdgeFigure::None) {
        return std::nullopt;
    }
    if (facts.figure == EdgeFigure::Rate) {
        const bool says = alarmed || edge.errorShare >= leastErrors(edge) || (facts.callers > 1 && edge.calls == 1);
        const QString rate = rateOf(edge);
        return says && !rate.isEmpty() ? std::optional(TextPart{rate, Tone::Secondary, false}) : std::nullopt;
    }
    if (!facts.value || (facts.figure == EdgeFigure::Share && facts.callees < 2)) {
        return std::nullopt;
    }
    return TextPart{figureText(facts.figure, *facts.value), Tone::Secondary, false};
}

} // namespace

QString figureText(EdgeFigure figure, const traffic::EdgeSum::Value& value) {
    switch (figure) {
    case EdgeFigure::Share: return shareText(value.number / 100);
    case EdgeFigure::Throughput: return QString::fromStdString(text::byteRate(BytesPerSecond(value.number)));
    case EdgeFigure::P50:
    case EdgeFigure::P95:
    case EdgeFigure::P99: {
        const QString figureWords = value.number > 9999 ? numberText(value.number / 1000) + QStringLiteral(" s") : numberText(value.number);
        return value.atMost ? QStringLiteral("≤ ") + figureWords : figureWords;
    }
    case EdgeFigure::Rate:
    case EdgeFigure::None: return numberText(value.number);
    }
    return {};
}

std::vector<TextPart> edgeLabel(const SceneEdge& edge, const LabelFacts& facts, std::vector<TextPart> split) {
    std::vector<TextPart> parts = alarm(edge);
    const bool alarmed = !parts.empty();
    if (!alarmed && facts.figure == EdgeFigure::Rate && !split.empty()) {
        return split; // weights are what a split is about
    }
    if (const auto figure = figureOf(edge, facts, alarmed)) {
        parts.push_back(*figure);
    }
    if (!alarmed && facts.known && facts.figure == EdgeFigure::Rate && edge.errorShare >= leastErrors(edge)) {
        parts.push_back({shareText(edge.errorShare), Tone::Failing, true});
    }
    return parts;
}

traffic::EdgeSum sumOf(const SceneEdge& edge, const mesh::Graph& graph) {
    traffic::EdgeSum sum;
    for (const std::string& member : edge.members) {
        const auto found = std::lower_bound(graph.edges.begin(), graph.edges.end(), member,
                                            [](const mesh::Edge& e, const std::string& id) { return e.id < id; });
        if (found != graph.edges.end() && found->id == member) {
            sum.add(*found, graph);
        }
    }
    return sum;
}

} // namespace meshdeck::views
