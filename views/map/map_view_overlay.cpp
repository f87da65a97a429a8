// What lies over the map's tiles: dots, matches, what is hovered or selected, what is leaving.
#include <algorithm>

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
        paintNode(painter, *m_scene, node, *m_theme, levelAt(m_zoom));
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
    painter.translate(m_offset);
    painter.scale(m_zoom, m_zoom);
    const QRectF area(toScene({0, 0}), QSizeF(width(), height()) / m_zoom);
    if (!m_scene->stale.isEmpty() && m_scene->ratesKnown) { // figures of earlier are still there, and paler
        QColor pale = m_theme->surface.canvas;
        pale.setAlphaF(0.45F);
        painter.fillRect(area, pale);
    } else if (m_dotFrames > 0 && !m_reducedMotion && levelAt(m_zoom) != DetailLevel::Overview) {
        m_dots.paint(painter, static_cast<double>(m_time.elapsed()) / 1000, area, m_theme->text.primary, 1.7 / std::max(m_zoom, 0.6));
    }
    const auto& nodes = m_scene->nodes;
    QColor veil = m_theme->surface.canvas;
    veil.setAlphaF(0.5F);
    for (std::size_t i = 0; i < nodes.size() && i < m_matches.size(); ++i) {
        const QRectF around = nodes[i].rect.adjusted(-4, -9, 9, 11);
        if (!around.intersects(area)) {
            continue;
        }
        if (m_matches[i]) {
            painter.setPen(QPen(m_theme->accent.base, 2 / m_zoom));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(nodes[i].rect.adjusted(-3, -3, 3, 3), 6, 6);
        } else {
            painter.fillRect(around, veil);
        }
    }
    painter.setBrush(Qt::NoBrush);
    for (const std::string& edge : m_path) {
        paintEdgeOver(painter, m_scene->findEdge(edge), area, false);
    }
    paintEdgeOver(painter, m_hoverEdge, area, false);
    paintEdgeOver(painter, m_selectedEdge.empty() ? -1 : m_scene->findEdge(m_selectedEdge), area, true);
    paintLeaving(painter);
    if (m_hoverNode >= 0 && m_hoverNode < static_cast<int>(nodes.size())) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->line.strong, 1.5));
        painter.drawRoundedRect(nodes[static_cast<std::size_t>(m_hoverNode)].rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    if (const int index = selectedIndex(); index >= 0) {
        const SceneNode& node = nodes[static_cast<std::size_t>(index)];
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->selectionOutline, 2 / std::min(1.0, m_zoom)));
        painter.drawRoundedRect(node.rect.adjusted(-4, -4, 4, 4), 7, 7);
        if (m_scene->stale.isEmpty()) {
            paintNode(painter, *m_scene, node, *m_theme, levelAt(m_zoom)); // its badges lie over the frame
        }
    }
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
