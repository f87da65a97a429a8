#include "map/scene.h"

#include <algorithm>
#include <numeric>

#include "map/curve.h"
#include "map/scene_text.h"

namespace meshdeck::views {

namespace {

std::vector<std::uint32_t> all(std::size_t count) {
    std::vector<std::uint32_t> indices(count);
    std::iota(indices.begin(), indices.end(), 0U);
    return indices;
}

// A copy of a scene that has lost some of its things still has the index of all.
std::vector<std::uint32_t> within(std::vector<std::uint32_t> found, std::size_t count) {
    while (!found.empty() && found.back() >= count) {
        found.pop_back();
    }
    return found;
}

template <typename Items>
int holding(const Items& items, std::string_view id) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& members = items[i].members;
        if (std::find(members.begin(), members.end(), id) != members.end()) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

} // namespace

int Scene::find(std::string_view graphNode) const {
    if (graphNode.empty()) {
        return -1;
    }
    return index ? index->node(*this, graphNode) : holding(nodes, graphNode);
}

int Scene::findEdge(std::string_view graphEdge) const {
    if (graphEdge.empty()) {
        return -1;
    }
    return index ? index->edge(*this, graphEdge) : holding(edges, graphEdge);
}

std::vector<std::uint32_t> Scene::nodesIn(const QRectF& area) const {
    return index ? within(index->nodes(area), nodes.size()) : all(nodes.size());
}

std::vector<std::uint32_t> Scene::edgesIn(const QRectF& area) const {
    return index ? within(index->edges(area), edges.size()) : all(edges.size());
}

std::vector<std::uint32_t> Scene::labelsIn(const QRectF& area) const {
    return index ? within(index->labels(area), edges.size()) : all(edges.size());
}

int Scene::nodeAt(QPointF at) const {
    const auto near = nodesIn({at, QSizeF(0, 0)});
    const auto hit = std::find_if(near.rbegin(), near.rend(), [&](std::uint32_t i) { return nodes[i].rect.contains(at); });
    return hit == near.rend() ? -1 : static_cast<int>(*hit);
}

int Scene::boxAt(QPointF at) const {
    for (std::size_t i = boxes.size(); i-- > 0;) {
        if (boxes[i].rect.contains(at)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int Scene::edgeAt(QPointF at, double slack) const {
    int best = -1;
    double nearest = 1e18;
    const QRectF around = QRectF(at, QSizeF(0, 0)).adjusted(-slack - 8, -slack - 8, slack + 8, slack + 8);
    for (const std::uint32_t i : edgesIn(around)) {
        double distance = 1e18;
        for (const QPolygonF& piece : flattenWithin(edges[i].route, 1, around)) {
            distance = std::min(distance, distanceTo(piece, at) - edges[i].width / 2);
        }
        if (distance < slack && distance < nearest) {
            nearest = distance;
            best = static_cast<int>(i);
        }
    }
    return best;
}

bool Scene::folded() const {
    return std::any_of(nodes.begin(), nodes.end(), [](const SceneNode& node) { return node.group != nullptr; });
}

QString Scene::accessibleEdgeText(int edge) const {
    if (edge < 0 || edge >= static_cast<int>(edges.size())) {
        return {};
    }
    QString text = edgeTip(*this, edges[static_cast<std::size_t>(edge)]);
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
    if (n.group) {
        parts[0] = n.name + QStringLiteral(", ") + n.kindWord;
        parts.insert(1, n.group->workloads == 1 ? QStringLiteral("1 workload") : QStringLiteral("%1 workloads").arg(n.group->workloads));
        parts << n.reason;
    }
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
