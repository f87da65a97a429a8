#include "map/scene_builder.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>

#include "common/theme.h"
#include "map/cards.h"
#include "map/curve.h"
#include "map/label_ground.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

constexpr double kCardWidth = 150, kCardHeight = 46;

// Rounded up: a figure that changes its last digit leaves its label where it is.
QSizeF labelSize(const SceneEdge& edge) {
    const Theme& fonts = theme(ThemeKind::Dark);
    double width = 8 + (edge.lock ? 13 : 0);
    for (const TextPart& part : edge.label) {
        width += QFontMetricsF(fonts.font(11, part.strong ? 600 : 500)).horizontalAdvance(part.text) + 7;
    }
    constexpr double kStep = 6;
    return {std::ceil((width - (edge.label.empty() ? 0 : 7)) / kStep) * kStep, 17};
}

double roomOf(const SceneEdge& edge) {
    return edge.version >= 0 && !edge.label.empty() ? labelSize(edge).width() : 0;
}

layout::LayoutInput layoutInput(const Scene& scene, const Positions& previous, double aspect) {
    layout::LayoutInput input;
    input.aspect = aspect;
    for (const SceneBox& box : scene.boxes) {
        input.groups.push_back({box.parent, box.app ? 18.0 : 26.0, box.app ? 14.0 : 16.0, box.app});
    }
    for (const SceneNode& node : scene.nodes) {
        const double below = 15.0 * static_cast<double>(node.below.size()); // lines of a difference need their room
        layout::LayoutNode& added = input.nodes.emplace_back();
        added.width = kCardWidth;
        added.height = kCardHeight + 2 * below;
        added.group = node.box;
        if (const auto at = previous.find(node.id); at != previous.end()) {
            added.previous = at->second;
        }
    }
    for (const SceneEdge& edge : scene.edges) {
        const layout::End source = edge.source >= 0 ? layout::End::node(edge.source) : layout::End::group(edge.sourceBox);
        input.edges.push_back({source, layout::End::node(edge.target), edge.labelRoom});
    }
    return input;
}

QRectF rectOf(const layout::Rect& r) {
    return {r.x, r.y, r.width, r.height};
}

void takePlaces(Scene& scene, const layout::LayoutResult& placed) {
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        const layout::Point at = placed.positions[i];
        scene.nodes[i].rect = QRectF(at.x - kCardWidth / 2, at.y - kCardHeight / 2, kCardWidth, kCardHeight);
    }
    for (std::size_t i = 0; i < scene.boxes.size(); ++i) {
        scene.boxes[i].rect = rectOf(placed.groups[i]);
    }
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        for (const layout::RoutePoint& p : placed.routes[i]) {
            scene.edges[i].route.emplace_back(p.x, p.y);
        }
    }
    scene.bounds = rectOf(placed.bounds);
}

// What a label must keep off: cards, titles of boxes, the signs and heads at the ends of some edges.
void takeAll(const Scene& scene, LabelGround& ground) {
    for (const SceneNode& node : scene.nodes) {
        ground.take(node.rect.adjusted(-3, -3, 3, 3));
    }
    for (const SceneBox& box : scene.boxes) {
        ground.take(QRectF(box.rect.left(), box.rect.top(), box.rect.width(), box.app ? 20 : 26));
    }
    for (const SceneEdge& edge : scene.edges) {
        const bool marked = edge.style == EdgeStyle::Denied || edge.style == EdgeStyle::Plaintext;
        if (marked && !edge.route.empty()) { // the sign or the head at its end stays free
            const QRectF end(edge.route.back().x() - 20, edge.route.back().y() - 10, 20, 20);
            ground.take(end.adjusted(-2, -2, 2, 2));
        }
    }
}

// On the line, where the fewest others run and nothing else is; the middle of the line first.
void placeLabel(SceneEdge& edge, std::size_t index, const QPolygonF& line, LabelGround& ground) {
    const QSizeF size = labelSize(edge);
    const double length = lengthOf(line);
    double best = 1e9;
    for (const double share : {0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.74, 0.2, 0.8}) {
        const QPointF at = pointAt(line, length * share);
        for (const double aside : {0.0, -15.0, 15.0, -22.0, 22.0}) {
            const QRectF rect(at.x() - size.width() / 2, at.y() - size.height() / 2 + aside, size.width(), size.height());
            const double least = std::abs(share - 0.5) * 4 + std::abs(aside) / 8 +
                                 (aside == 0 && length < size.width() * 1.7 ? 3 : 0);
            if (least >= best || !ground.isFree(rect)) {
                continue;
            }
            if (const double price = least + 5 * ground.crossed(rect, index); price < best) {
                best = price;
                edge.labelRect = rect;
            }
        }
    }
    if (!edge.labelRect.isNull()) {
        ground.take(edge.labelRect.adjusted(-2, -2, 2, 2));
    }
}

bool isLabelled(const SceneEdge& edge) {
    return !edge.label.empty() && !edge.route.empty();
}

void placeLabels(Scene& scene) {
    std::vector<QPolygonF> lines;
    for (const SceneEdge& edge : scene.edges) {
        lines.push_back(flatten(edge.route, 2));
    }
    LabelGround ground(lines);
    takeAll(scene, ground);
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        if (isLabelled(scene.edges[i])) {
            placeLabel(scene.edges[i], i, lines[i], ground);
        }
    }
}

// The same cards in the same boxes, the same edges with room enough for their labels.
bool hasShapeOf(const Scene& scene, const Scene& before) {
    return std::equal(scene.nodes.begin(), scene.nodes.end(), before.nodes.begin(), before.nodes.end(),
                      [](const SceneNode& a, const SceneNode& b) {
                          return a.id == b.id && a.box == b.box && a.below.size() == b.below.size();
                      }) &&
           std::equal(scene.boxes.begin(), scene.boxes.end(), before.boxes.begin(), before.boxes.end(),
                      [](const SceneBox& a, const SceneBox& b) {
                          return a.id == b.id && a.parent == b.parent && a.app == b.app;
                      }) &&
           std::equal(scene.edges.begin(), scene.edges.end(), before.edges.begin(), before.edges.end(),
                      [](const SceneEdge& a, const SceneEdge& b) {
                          return a.id == b.id && a.source == b.source && a.sourceBox == b.sourceBox &&
                                 a.target == b.target && a.labelRoom <= b.labelRoom;
                      });
}

// Places and lines of a scene of the same shape. Labels stay too; those of another length look for a place that is free
// without asking which lines they hide, since asking that of all lines is what costs.
void takeOver(Scene& scene, const Scene& before) {
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        scene.nodes[i].rect = before.nodes[i].rect;
    }
    for (std::size_t i = 0; i < scene.boxes.size(); ++i) {
        scene.boxes[i].rect = before.boxes[i].rect;
    }
    scene.bounds = before.bounds;
    LabelGround ground({});
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        SceneEdge& edge = scene.edges[i];
        edge.route = before.edges[i].route;
        edge.labelRoom = before.edges[i].labelRoom;
        const bool wasLabelled = isLabelled(before.edges[i]);
        if (isLabelled(edge) && wasLabelled && labelSize(edge) == labelSize(before.edges[i])) {
            edge.labelRect = before.edges[i].labelRect;
            ground.take(edge.labelRect.adjusted(-2, -2, 2, 2));
        } else if (isLabelled(edge)) {
            changed.push_back(i);
        }
    }
    takeAll(scene, ground);
    for (const std::size_t i : changed) {
        placeLabel(scene.edges[i], i, flatten(scene.edges[i].route, 2), ground);
    }
}

void writeTips(Scene& scene) {
    for (SceneEdge& edge : scene.edges) {
        const QString from = edge.source >= 0 ? scene.nodes[static_cast<std::size_t>(edge.source)].name
                                              : scene.boxes[static_cast<std::size_t>(edge.sourceBox)].title;
        QString tip = from + QStringLiteral(" → ") + scene.nodes[static_cast<std::size_t>(edge.target)].name +
                      QStringLiteral("\n") + protocolWord(edge.protocol);
        if (edge.rate > 0 && scene.ratesKnown) {
            tip += QStringLiteral(", ") + numberText(edge.rate) +
                   (edge.protocol == mesh::Protocol::Tcp ? QStringLiteral(" KiB/s") : QStringLiteral(" req/s"));
            tip += edge.errorShare > 0 ? QStringLiteral(", %1 fail").arg(shareText(edge.errorShare)) : QString();
        }
        for (const TextPart& part : edge.label) {
            if (part.strong) {
                tip += QStringLiteral(", ") + part.text;
            }
        }
        edge.tip = tip;
    }
}

bool sameCards(const Scene& scene, const Positions& positions) {
    return scene.nodes.size() == positions.size() &&
           std::all_of(scene.nodes.begin(), scene.nodes.end(),
                       [&](const SceneNode& node) { return positions.contains(node.id); });
}

} // namespace

Result<BuiltScene> placeScene(Scene scene, const Positions& previous, double aspect, const std::stop_token& stop) {
    for (SceneEdge& edge : scene.edges) {
        edge.labelRoom = roomOf(edge);
    }
    auto placed = layout::layout(layoutInput(scene, previous, aspect), stop);
    if (!placed) {
        return tl::unexpected(placed.error());
    }
    takePlaces(scene, *placed);
    placeLabels(scene);
    writeTips(scene);
    BuiltScene built;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        built.positions.emplace(scene.nodes[i].id, placed->positions[i]);
    }
    built.scene = std::make_shared<const Scene>(std::move(scene));
    return built;
}

Result<BuiltScene> buildScene(const mesh::MeshSnapshot& snapshot, const SceneOptions& options, const Positions& previous,
                              const std::stop_token& stop) {
    mesh::Graph graph = graphToShow(snapshot);
    if (!options.neighbourhoodOf.empty()) {
        graph = neighbourhood(graph, options.neighbourhoodOf);
    }
    Scene scene = makeCards(graph, telemetryState(snapshot, options.now));
    scene.generation = snapshot.generation;
    scene.attention = attentionOf(scene);
    for (SceneEdge& edge : scene.edges) {
        edge.labelRoom = roomOf(edge);
    }
    if (options.before && hasShapeOf(scene, *options.before)) {
        takeOver(scene, *options.before);
        writeTips(scene);
        return BuiltScene{std::make_shared<const Scene>(std::move(scene)), previous};
    }
    const bool afresh = options.mayMove && !sameCards(scene, previous);
    return placeScene(std::move(scene), afresh ? Positions() : previous, options.aspect, stop);
}

} // namespace meshdeck::views
