// Thin lines of one colour and width, drawn at once: a call of QPainter for each costs more than the line
// (facts/toolchain.md 4.2).
#pragma once

#include <map>

#include <QColor>
#include <QLineF>
#include <QList>
#include <QPainter>
#include <QPolygonF>

namespace meshdeck::views {

class LineBatch {
public:
    // What of it lies in `clip`.
    void add(const QPolygonF& line, const QColor& colour, double width, const QRectF& clip);
    void paint(QPainter& painter) const;

private:
    std::map<std::pair<QRgb, int>, QList<QLineF>> m_lines; // by colour and width in quarters of a pixel
};

} // namespace meshdeck::views
