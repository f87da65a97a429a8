#include "map/label_placer.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>

#include "common/theme.h"
#include "map/curve.h"
#include "map/label_ground.h"

namespace meshdeck::views {
namespace {

// Up to here labels are held against all lines, so that they hide the fewest; with more lines every place hides some.
constexpr std::size_t kMostLines = 3000;

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

bool sameWords(const SceneEdge& a, const SceneEdge& b) {
    return a.lock == b.lock && std::equal(a.label.begin(), a.label.end(), b.label.begin(), b.label.end(), [](const TextPart& x, const TextPart& y) {
               return x.strong == y.strong && x.text == y.text;
           });
}

} // namespace

double labelRoomOf(const SceneEdge& edge) {
    return edge.version >= 0 && !edge.label.empty() ? labelSize(edge).width() : 0;
}

void placeLabels(Scene& scene) {
    std::vector<QPolygonF> lines;
    const bool all = scene.edges.size() <= kMostLines;
    for (std::size_t i = 0; all && i < scene.edges.size(); ++i) {
        lines.push_back(flatten(scene.edges[i].route, 2));
    }
    LabelGround ground(lines);
    takeAll(scene, ground);
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        if (isLabelled(scene.edges[i])) {
            placeLabel(scene.edges[i], i, all ? lines[i] : flatten(scene.edges[i].route, 0.5), ground);
        }
    }
}

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
        if (isLabelled(edge) && wasLabelled && (sameWords(edge, before.edges[i]) || labelSize(edge) == labelSize(before.edges[i]))) {
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

} // namespace meshdeck::views
