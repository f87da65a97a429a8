#include "map/dots.h"

#include <algorithm>
#include <cmath>

#include "map/curve.h"

namespace meshdeck::views {

void DotField::setScene(const Scene& scene) {
    m_lines.clear();
    m_count = 0;
    std::vector<const SceneEdge*> busy;
    for (const SceneEdge& edge : scene.edges) {
        const bool flows = edge.style == EdgeStyle::Normal || edge.style == EdgeStyle::Plaintext;
        if (flows && edge.rate > 0 && edge.route.size() > 1 && scene.ratesKnown && !edge.faded && !edge.ghost) {
            busy.push_back(&edge);
        }
    }
    std::stable_sort(busy.begin(), busy.end(), [](const auto* a, const auto* b) { return a->rate > b->rate; });
    for (const SceneEdge* edge : busy) {
        Line line;
        line.points = flatten(edge->route, 1);
        line.box = line.points.boundingRect();
        line.length = lengthOf(line.points);
        line.label = edge->labelRect;
        // One dot a decade and 150 pixels; from 150 px/s for a millisecond down to 30 for a second and more.
        const double wanted = std::log10(1 + edge->rate) * line.length / 150;
        line.dots = std::clamp(static_cast<int>(std::lround(wanted)), 1, 24);
        line.speed = std::clamp(150 - 40 * std::log10(1 + edge->medianMs), 30.0, 150.0);
        if (m_count + static_cast<std::size_t>(line.dots) > kMostDots) {
            break;
        }
        m_count += static_cast<std::size_t>(line.dots);
        m_lines.push_back(std::move(line));
    }
}

void DotField::paint(QPainter& painter, double seconds, const QRectF& area, const QColor& colour, double radius) const {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (const Line& line : m_lines) {
        if (!line.box.adjusted(-2, -2, 2, 2).intersects(area) || line.length < 1) {
            continue;
        }
        for (int k = 0; k < line.dots; ++k) {
            const double along = std::fmod(seconds * line.speed + line.length * k / line.dots, line.length);
            const QPointF at = pointAt(line.points, along);
            if (!line.label.contains(at)) {
                painter.drawEllipse(at, radius, radius);
            }
        }
    }
}

} // namespace meshdeck::views
