#include "map/scene.h"

#include <algorithm>

#include "map/curve.h"
#include "map/scene_text.h"

namespace meshdeck::views {

int Scene::find(std::string_view graphNode) const {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& members = nodes[i].members;
        if (std::find(members.begin(), members.end(), graphNode) != members.end()) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int Scene::nodeAt(QPointF at) const {
    for (std::size_t i = nodes.size(); i-- > 0;) {
        if (nodes[i].rect.contains(at)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int Scene::edgeAt(QPointF at, double slack) const {
    int best = -1;
    double nearest = 1e18;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        // The control points' box holds the curve; most edges are passed over by it.
        const QRectF hull = QPolygonF(QList<QPointF>(edges[i].route.begin(), edges[i].route.end())).boundingRect();
        if (!hull.adjusted(-slack - 8, -slack - 8, slack + 8, slack + 8).contains(at)) {
            continue;
        }
        const QPolygonF line = flatten(edges[i].route, 1);
        const double distance = distanceTo(line, at) - edges[i].width / 2;
        if (distance < slack && distance < nearest) {
            nearest = distance;
            best = static_cast<int>(i);
        }
    }
    return best;
}

int Scene::findEdge(std::string_view graphEdge) const {
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto& members = edges[i].members;
        if (std::find(members.begin(), members.end(), graphEdge) != members.end()) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

QString Scene::accessibleEdgeText(int edge) const {
    if (edge < 0 || edge >= static_cast<int>(edges.size())) {
        return {};
    }
    QString text = edges[static_cast<std::size_t>(edge)].tip;
    return QStringLiteral("call ") + text.replace(QStringLiteral(" → "), QStringLiteral(" to ")).replace(QLatin1Char('\n'), QStringLiteral(", "));
}

QString Scene::accessibleText(int node) const {
    if (node < 0 || node >= static_cast<int>(nodes.size())) {
        return {};
    }
    const SceneNode& n = nodes[static_cast<std::size_t>(node)];
    QStringList parts{n.ns.isEmpty() ? n.name + QStringLiteral(", ") + n.kindWord
                                     : n.name + QStringLiteral(", ") + n.kindWord + QStringLiteral(" in ") + n.ns,
                      healthWord(n.health), n.figures};
    int callers = 0;
    for (const SceneEdge& edge : edges) {
        callers += edge.target == node ? 1 : 0;
        if (edge.source == node && !edge.label.empty() && edge.version >= 0) {
            QStringList words;
            for (const TextPart& part : edge.label) {
                words << part.text;
            }
            parts << nodes[static_cast<std::size_t>(edge.target)].name + QLatin1Char(' ') + words.join(QLatin1Char(' '));
        }
    }
    parts << (callers == 1 ? QStringLiteral("one caller") : QStringLiteral("%1 callers").arg(callers));
    parts.removeAll(QString());
    return parts.join(QStringLiteral(", "));
}

} // namespace meshdeck::views
