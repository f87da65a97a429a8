// What lies over the map's tiles: dots, matches, what is hovered or selected, what is leaving.
#include <algorithm>

#include <QFontMetricsF>
#include <QPainter>

#include "map/curve.h"
#include "map/map_painter.h"
#include "map/map_view.h"

namespace meshdeck::views {
namespace {

constexpr int kFade = 800; // ms, of a vanished node (visual.md 8)

} // namespace

// A card that is gone, in a picture that is otherwise where it was, fades instead of being missed.
void MapView::keepLeaving(const Scene& next) {
    if (m_reducedMotion || m_synchronous || !m_scene || !isVisible()) {
        return;
    }
    constexpr std::size_t kMost = 3000; // of more cards nobody misses a few, and comparing them takes its time
    if (m_scene->nodes.size() > kMost || next.folded() != m_scene->folded()) {
        return;
    }
    std::vector<SceneNode> gone;
    std::size_t stayed = 0;
    for (const SceneNode& node : m_scene->nodes) {
        const int at = next.find(node.id);
        if (at < 0) {
            gone.push_back(node);
        } else if (next.nodes[static_cast<std::size_t>(at)].rect == node.rect) {
            ++stayed;
        }
    }
    if (gone.empty() || stayed * 2 < m_scene->nodes.size()) {
        return;
    }
    m_leaving = std::move(gone);
    m_leavingSince.start();
    m_leavingTimer.start();
}

void MapView::paintLeaving(QPainter& painter) {
    if (m_leaving.empty()) {
        return;
    }
    painter.setOpacity(std::max(0.0, 1 - static_cast<double>(m_leavingSince.elapsed()) / kFade));
    for (SceneNode node : m_leaving) {
        node.faded = true;
        paintNode(painter, *m_scene, node, *m_theme, levelAt(m_zoom), m_zoom);
    }
    painter.setOpacity(1);
}

void MapView::endLeaving() {
    if (m_leavingSince.elapsed() > kFade) {
        m_leavingTimer.stop();
        m_leaving.clear();
    }
}

void MapView::paintOverlay(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    const bool pale = !m_scene->stale.isEmpty() && m_scene->ratesKnown;
    if (!pale && m_dots && m_dotFrames > 0 && !m_reducedMotion && levelAt(m_zoom) != DetailLevel::Overview) {
        const double radius = 1.7 * m_zoom / std::max(m_zoom, 0.6);
        m_dots->paint(painter, static_cast<double>(m_time.elapsed()) / 1000, m_zoom, m_offset, QRectF(rect()),
                      m_dotSprite.of(m_theme->text.primary, radius, painter.device()->devicePixelRatioF()));
    }
    painter.translate(m_offset);
    painter.scale(m_zoom, m_zoom);
    const QRectF area = areaInView();
    if (pale) { // figures of earlier are still there, and paler
        QColor veil = m_theme->surface.canvas;
        veil.setAlphaF(0.45F);
        painter.fillRect(area, veil);
    }
    paintMatches(painter, area);
    painter.setBrush(Qt::NoBrush);
    for (const std::string& edge : m_path) {
        paintEdgeOver(painter, m_scene->findEdge(edge), area, false);
    }
    paintEdgeOver(painter, m_hoverEdge, area, false);
    paintEdgeOver(painter, m_selectedEdge.empty() ? -1 : m_scene->findEdge(m_selectedEdge), area, true);
    paintLeaving(painter);
    const int selected = selectedIndex();
    paintWeak(painter, selected >= 0 ? selected : m_hoverNode);
    const auto& nodes = m_scene->nodes;
    if (m_hoverNode >= 0 && m_hoverNode < static_cast<int>(nodes.size())) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->line.strong, 1.5));
        painter.drawRoundedRect(nodes[static_cast<std::size_t>(m_hoverNode)].rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    if (selected >= 0) {
        const SceneNode& node = nodes[static_cast<std::size_t>(selected)];
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->selectionOutline, 2 / std::min(1.0, m_zoom)));
        painter.drawRoundedRect(node.rect.adjusted(-4, -4, 4, 4), 7, 7);
        if (m_scene->stale.isEmpty()) {
            paintNode(painter, *m_scene, node, *m_theme, levelAt(m_zoom), m_zoom); // its badges lie over the frame
        }
    }
    paintDragged(painter);
    painter.resetTransform();
    for (const SceneBox& box : m_scene->boxes) {
        if (box.closable) {
            paintCloser(painter, box);
        }
    }
}

void MapView::paintMatches(QPainter& painter, const QRectF& area) {
    if (m_matches.empty()) {
        return;
    }
    const auto& nodes = m_scene->nodes;
    QColor veil = m_theme->surface.canvas;
    veil.setAlphaF(0.5F);
    paintMatchedLines(painter, area);
    for (const std::uint32_t i : m_scene->nodesIn(area.adjusted(-20, -20, 20, 20))) {
        const QRectF around = nodes[i].rect.adjusted(-4, -9, 9, 11);
        if (i >= m_matches.size() || !around.intersects(area)) {
            continue;
        }
        if (!m_matches[i]) {
            painter.fillRect(around, veil);
            continue;
        }
        painter.setPen(QPen(m_theme->accent.base, 2 / m_zoom));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(nodes[i].rect.adjusted(-3, -3, 3, 3), 6, 6);
        if (i < m_matchesInside.size() && m_matchesInside[i] > 0) {
            paintMatchCount(painter, nodes[i], m_matchesInside[i]);
        }
    }
}

// Found calls in a frame of the accent; there are rarely many, and what is not in view costs nothing.
void MapView::paintMatchedLines(QPainter& painter, const QRectF& area) {
    if (m_matchedLines.empty()) {
        return;
    }
    for (const std::uint32_t i : m_scene->edgesIn(area.adjusted(-60, -60, 60, 60))) {
        if (i >= m_matchedLines.size() || !m_matchedLines[i]) {
            continue;
        }
        const SceneEdge& edge = m_scene->edges[i];
        const QPolygonF line = flatten(edge.route, m_zoom);
        if (line.size() < 2) {
            continue;
        }
        const double around = 4 / std::min(1.0, m_zoom);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->accent.base, edge.width + around + 2, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.drawPolyline(line);
        painter.setPen(QPen(groundAt(*m_scene, *m_theme, line[line.size() / 2]), edge.width + around - 1, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.drawPolyline(line);
        paintEdge(painter, *m_scene, edge, *m_theme, area, m_zoom);
        if (!edge.labelRect.isNull() && levelAt(m_zoom) == DetailLevel::Near) {
            paintEdgeLabel(painter, *m_scene, edge, *m_theme, edge.labelRect);
        }
    }
}

// "2 matches" at the lower right of a closed group.
void MapView::paintMatchCount(QPainter& painter, const SceneNode& node, int count) {
    const double pixels = std::max(10.5, 9.5 / m_zoom);
    painter.setFont(m_theme->font(pixels, 600));
    const QString words = count == 1 ? QStringLiteral("1 match") : QStringLiteral("%1 matches").arg(count);
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(words) + pixels;
    const QRectF label(node.rect.right() + 4 - width, node.rect.bottom() - pixels * 0.4, width, pixels * 1.6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme->accent.base);
    painter.drawRoundedRect(label, 3, 3);
    painter.setPen(m_theme->text.onAccent);
    painter.drawText(label, Qt::AlignCenter, words);
}

// Calls too small to be drawn among all the others, while somebody asks about this card.
void MapView::paintWeak(QPainter& painter, int node) {
    if (node < 0 || m_scene->weak.empty()) {
        return;
    }
    for (const SceneEdge& edge : m_scene->weak) {
        if (edge.source != node && edge.target != node) {
            continue;
        }
        const QRectF from = edge.source >= 0 ? m_scene->nodes[static_cast<std::size_t>(edge.source)].rect
                                             : m_scene->boxes[static_cast<std::size_t>(edge.sourceBox)].rect;
        const QRectF to = m_scene->nodes[static_cast<std::size_t>(edge.target)].rect;
        SceneEdge drawn = edge;
        const QPointF a(from.right(), from.center().y()), b(to.left(), to.center().y());
        const double reach = std::max(60.0, std::abs(b.x() - a.x()) / 2);
        drawn.route = {a, a + QPointF(reach, 0), b - QPointF(reach, 0), b};
        drawn.width = std::max(1.0, 1 / m_zoom);
        paintEdge(painter, *m_scene, drawn, *m_theme, areaInView(), m_zoom);
    }
}

// Outlines where the cards would be put.
void MapView::paintDragged(QPainter& painter) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_theme->accent.base, 2 / std::min(1.0, m_zoom), Qt::DashLine));
    for (const int i : m_dragged) {
        painter.drawRoundedRect(m_scene->nodes[static_cast<std::size_t>(i)].rect.translated(m_dragBy), 4, 4);
    }
}

QRectF MapView::closerOf(const SceneBox& box) const {
    constexpr double kWidth = 54, kHeight = 20;
    const QRectF onScreen(toView(box.rect.topLeft()), box.rect.size() * m_zoom);
    return onScreen.width() < 3 * kWidth ? QRectF() : QRectF(onScreen.right() - kWidth - 8, onScreen.top() + 4, kWidth, kHeight);
}

void MapView::paintCloser(QPainter& painter, const SceneBox& box) {
    const QRectF at = closerOf(box);
    if (at.isNull() || !at.intersects(QRectF(rect()))) {
        return;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme->surface.raised);
    painter.drawRoundedRect(at, 4, 4);
    painter.setPen(m_theme->text.secondary);
    painter.setFont(m_theme->font(11));
    painter.drawText(at, Qt::AlignCenter, QStringLiteral("close ×"));
}

// Hovered: a little wider. Selected: in a frame of ink, as a selected card is.
void MapView::paintEdgeOver(QPainter& painter, int index, const QRectF& area, bool selected) {
    if (index < 0 || index >= static_cast<int>(m_scene->edges.size())) {
        return;
    }
    SceneEdge edge = m_scene->edges[static_cast<std::size_t>(index)];
    const QPolygonF line = flatten(edge.route, m_zoom);
    if (selected && line.size() > 1) {
        const double width = edge.ghost ? 46 : edge.width + 4;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->selectionOutline, width + 4 / std::min(1.0, m_zoom), Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.drawPolyline(line);
        painter.setPen(QPen(groundAt(*m_scene, *m_theme, line[line.size() / 2]), width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.drawPolyline(line);
    } else {
        edge.width += 2;
    }
    paintEdge(painter, *m_scene, edge, *m_theme, area, m_zoom);
    if (!edge.labelRect.isNull() && levelAt(m_zoom) == DetailLevel::Near) {
        paintEdgeLabel(painter, *m_scene, edge, *m_theme, edge.labelRect);
    }
}

} // namespace meshdeck::views
