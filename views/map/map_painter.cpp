#include "map/map_painter.h"

#include <QFontMetricsF>

#include "map/curve.h"
#include "map/glyphs.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

QPen hairline(const QColor& colour, double width = 1) {
    QPen pen(colour, width);
    pen.setCosmetic(true);
    return pen;
}

void paintBox(QPainter& painter, const SceneBox& box, const Theme& theme, double scale) {
    const bool app = box.app;
    const NamespaceColours colours = app || theme.namespaces.empty()
                                         ? NamespaceColours{theme.surface.canvas, theme.line.edge}
                                         : theme.namespaces[static_cast<std::size_t>(box.colour) % theme.namespaces.size()];
    painter.setPen(hairline(colours.line));
    painter.setBrush(colours.fill);
    painter.drawRoundedRect(box.rect, 6, 6);
    if (scale * 11 < 9) {
        return; // no text under 9 px
    }
    const QRectF title = box.rect.adjusted(12, app ? 5 : 8, -12, 0);
    painter.setFont(theme.font(app ? 11 : 12, app ? 500 : 600));
    painter.setPen(app ? theme.text.tertiary : theme.text.secondary);
    const QFontMetricsF metrics(painter.font());
    const QString text = app ? QStringLiteral("app ") + box.title : box.title;
    painter.drawText(title, Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(text, Qt::ElideMiddle, title.width()));
    const double left = title.width() - metrics.horizontalAdvance(text) - 24;
    painter.setFont(theme.font(11));
    const QFontMetricsF small(painter.font());
    if (!box.extra.isEmpty() && small.horizontalAdvance(box.extra) < left) {
        painter.setPen(theme.text.tertiary);
        painter.drawText(title.adjusted(0, 1, 0, 0), Qt::AlignRight | Qt::AlignTop, box.extra);
    }
}

// A namespace from afar: name, number of cards, requests, and how many of them are how well; sized for the screen.
void paintFarBox(QPainter& painter, const SceneBox& box, const Theme& theme, double scale) {
    const double unit = 1 / scale;
    paintBox(painter, box, theme, 0);
    const QRectF room = box.rect.adjusted(8 * unit, 6 * unit, -8 * unit, -6 * unit);
    if (room.width() < 36 * unit || room.height() < 14 * unit) {
        return;
    }
    painter.save();
    painter.translate(room.topLeft());
    painter.scale(unit, unit);
    const QRectF screen(0, 0, room.width() * scale, room.height() * scale);
    painter.setFont(theme.font(12, 600));
    painter.setPen(theme.text.primary);
    painter.drawText(screen, Qt::AlignLeft | Qt::AlignTop,
                     QFontMetricsF(painter.font()).elidedText(box.title, Qt::ElideMiddle, screen.width()));
    int total = 0;
    for (const int count : box.health) {
        total += count;
    }
    if (screen.height() > 32) {
        painter.setFont(theme.font(11));
        painter.setPen(theme.text.secondary);
        QString line = box.extra;
        if (box.rate > 0) {
            line += QStringLiteral(" · ") + nodeFigures(box.rate, 0, 0, false);
        }
        painter.drawText(screen.adjusted(0, 16, 0, 0), Qt::AlignLeft | Qt::AlignTop,
                         QFontMetricsF(painter.font()).elidedText(line, Qt::ElideRight, screen.width()));
    }
    if (screen.height() > 44 && total > 0) {
        double x = 0;
        for (const auto health : {mesh::Health::Failing, mesh::Health::Degraded, mesh::Health::Unknown, mesh::Health::Idle,
                                  mesh::Health::Healthy}) {
            const double width = screen.width() * box.health[static_cast<std::size_t>(health)] / total;
            painter.fillRect(QRectF(x, 36, std::max(0.0, width - 1), 4), theme.of(health));
            x += width;
        }
    }
    painter.restore();
}

// Calls between the boxes of open namespaces; between closed groups they are summed already.
void paintSummedEdges(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& area, double scale) {
    for (const BoxSum& sum : scene.sums) {
        const QPointF from = scene.boxes[static_cast<std::size_t>(sum.source)].rect.center();
        const QPointF to = scene.boxes[static_cast<std::size_t>(sum.target)].rect.center();
        const double half = (to.x() - from.x()) / 2, width = edgeWidth(sum.rate) / scale;
        const QPolygonF line = flatten({from, from + QPointF(half, 0), to - QPointF(half, 0), to}, scale);
        if (line.boundingRect().adjusted(-width, -width, width, width).intersects(area)) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.of(mesh::Protocol::Http));
            painter.drawPolygon(ribbon(line, width), Qt::WindingFill);
        }
    }
}

void paintOverview(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& area, double scale) {
    paintSummedEdges(painter, scene, theme, area, scale);
    if (scene.folded()) {
        paintEdges(painter, scene, theme, area, scale);
    }
    for (const SceneBox& box : scene.boxes) {
        if (!box.app && box.rect.intersects(area)) {
            paintFarBox(painter, box, theme, scale);
        }
    }
    const QRectF near = area.adjusted(-20, -20, 20, 20);
    for (const std::uint32_t i : scene.nodesIn(near)) {
        const SceneNode& node = scene.nodes[i];
        if (node.rect.intersects(near) && (node.box < 0 || node.health == mesh::Health::Failing)) {
            paintNode(painter, scene, node, theme, DetailLevel::Middle, scale);
        }
    }
}

} // namespace

DetailLevel levelAt(double scale) {
    return scale < 0.45 ? DetailLevel::Overview : scale < 0.8 ? DetailLevel::Middle : DetailLevel::Near;
}

QColor groundAt(const Scene& scene, const Theme& theme, QPointF at) {
    QColor ground = theme.surface.canvas;
    for (const SceneBox& box : scene.boxes) { // namespaces come before the apps in them
        if (box.rect.contains(at)) {
            ground = box.app || theme.namespaces.empty()
                         ? theme.surface.canvas
                         : theme.namespaces[static_cast<std::size_t>(box.colour) % theme.namespaces.size()].fill;
        }
    }
    return ground;
}

QColor toneColour(Tone tone, const Theme& theme) {
    switch (tone) {
    case Tone::Primary: return theme.text.primary;
    case Tone::Secondary: return theme.text.secondary;
    case Tone::Tertiary: return theme.text.tertiary;
    case Tone::Failing: return theme.textOf(mesh::Health::Failing);
    case Tone::Degraded: return theme.textOf(mesh::Health::Degraded);
    case Tone::Added: return theme.changeText.added;
    case Tone::Removed: return theme.changeText.removed;
    }
    return theme.text.primary;
}

void paintMap(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& area, double scale) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(area, theme.surface.canvas);
    const DetailLevel level = levelAt(scale);
    if (level == DetailLevel::Overview) {
        paintOverview(painter, scene, theme, area, scale);
        return;
    }
    for (const SceneBox& box : scene.boxes) {
        if (box.rect.intersects(area)) {
            paintBox(painter, box, theme, scale);
        }
    }
    paintEdges(painter, scene, theme, area, scale);
    const QRectF near = area.adjusted(-30, -60, 30, 60); // marks, badges and lines below reach out of a card
    for (const std::uint32_t i : scene.nodesIn(near)) {
        const SceneNode& node = scene.nodes[i];
        if (node.rect.intersects(near)) {
            paintNode(painter, scene, node, theme, node.health == mesh::Health::Failing ? DetailLevel::Near : level, scale);
        }
    }
    if (level != DetailLevel::Near) {
        return;
    }
    for (const std::uint32_t i : scene.labelsIn(area)) {
        if (scene.edges[i].labelRect.intersects(area)) {
            paintEdgeLabel(painter, scene, scene.edges[i], theme, scene.edges[i].labelRect);
        }
    }
}

} // namespace meshdeck::views
