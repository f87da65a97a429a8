#include "map/find.h"

#include <QRegularExpression>
#include <QStringList>

namespace meshdeck::views {
namespace {

bool hasEdge(const Scene& scene, int node, EdgeStyle style) {
    for (const SceneEdge& edge : scene.edges) {
        if (edge.style == style && (edge.source == node || edge.target == node)) {
            return true;
        }
    }
    return false;
}

bool nameMatches(const Scene& scene, const SceneNode& node, const QString& word) {
    if (node.name.contains(word, Qt::CaseInsensitive) || node.ns.compare(word, Qt::CaseInsensitive) == 0) {
        return true;
    }
    return node.box >= 0 && scene.boxes[static_cast<std::size_t>(node.box)].app &&
           scene.boxes[static_cast<std::size_t>(node.box)].title.contains(word, Qt::CaseInsensitive);
}

bool termMatches(const Scene& scene, int index, const QString& term) {
    const SceneNode& node = scene.nodes[static_cast<std::size_t>(index)];
    static const QRegularExpression kCompare(QStringLiteral("^(err|rate)([<>])([0-9.]+)$"));
    const auto compare = kCompare.match(term);
    if (compare.hasMatch()) {
        const double value = compare.captured(1) == QLatin1String("err") ? node.errorShare * 100 : node.rate;
        const double limit = compare.captured(3).toDouble();
        return scene.ratesKnown && (compare.captured(2) == QLatin1String(">") ? value > limit : value < limit);
    }
    if (term.startsWith(QLatin1String("ns:"))) {
        return node.ns.compare(term.mid(3), Qt::CaseInsensitive) == 0;
    }
    if (term == QLatin1String("!mtls") || term == QLatin1String("plaintext")) {
        return hasEdge(scene, index, EdgeStyle::Plaintext);
    }
    if (term == QLatin1String("denied")) {
        return hasEdge(scene, index, EdgeStyle::Denied);
    }
    for (const auto health : {mesh::Health::Failing, mesh::Health::Degraded, mesh::Health::Idle, mesh::Health::Healthy}) {
        const std::string_view word = mesh::name(health);
        if (term == QLatin1String(word.data(), static_cast<int>(word.size()))) {
            return node.health == health;
        }
    }
    return nameMatches(scene, node, term);
}

} // namespace

std::vector<bool> findNodes(const Scene& scene, const QString& query) {
    static const QRegularExpression kAround(QStringLiteral("\\s*([<>])\\s*"));
    QString text = query.simplified().toLower();
    text.replace(kAround, QStringLiteral("\\1"));
    if (text.isEmpty()) {
        return {};
    }
    std::vector<bool> matches(scene.nodes.size(), false);
    for (const QString& choice : text.split(QStringLiteral(" or "), Qt::SkipEmptyParts)) {
        const QStringList terms = choice.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        for (std::size_t i = 0; i < matches.size(); ++i) {
            bool all = !terms.isEmpty();
            for (const QString& term : terms) {
                all = all && termMatches(scene, static_cast<int>(i), term);
            }
            matches[i] = matches[i] || all;
        }
    }
    return matches;
}

} // namespace meshdeck::views
