// Moving dots: how fast a call is and how many there are, at a glance (visual.md 5). At most 2,000; nothing moves when
// nobody can see it.
#pragma once

#include <vector>

#include <QPainter>
#include <QPolygonF>

#include "map/scene.h"

namespace meshdeck::views {

class DotField {
public:
    static constexpr std::size_t kMostDots = 2000;

    void setScene(const Scene& scene);
    // Dots at `seconds` since some moment, of the lines that touch `area`; the painter is in scene pixels.
    void paint(QPainter& painter, double seconds, const QRectF& area, const QColor& colour, double radius) const;
    [[nodiscard]] std::size_t count() const { return m_count; }

private:
    struct Line {
        QPolygonF points;
        QRectF box;
        QRectF label; // dots go under it
        double length = 0;
        double speed = 0; // scene pixels a second
        int dots = 0;
    };
    std::vector<Line> m_lines;
    std::size_t m_count = 0;
};

} // namespace meshdeck::views
