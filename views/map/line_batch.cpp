#include "map/line_batch.h"

#include <algorithm>
#include <cmath>

#include "map/curve.h"

namespace meshdeck::views {
namespace {

constexpr double kStep = 4; // steps of width a pixel

} // namespace

void LineBatch::add(const QPolygonF& line, const QColor& colour, double width, const QRectF& clip) {
    QList<QLineF>& lines = m_lines[{colour.rgb(), std::max(1, static_cast<int>(std::lround(width * kStep)))}];
    for (int i = 1; i < line.size(); ++i) {
        if (QLineF segment(line[i - 1], line[i]); clipLine(segment, clip)) {
            lines.push_back(segment);
        }
    }
}

void LineBatch::paint(QPainter& painter) const {
    for (const auto& [key, lines] : m_lines) {
        painter.setPen(QPen(QColor(key.first), key.second / kStep, Qt::SolidLine, Qt::FlatCap));
        painter.drawLines(lines);
    }
}

} // namespace meshdeck::views
