// Moving dots: how fast a call is and how many there are, at a glance (visual.md 5). At most 2,000, on the busiest calls
// in view; nothing moves when nobody can see it.
#pragma once

#include <vector>

#include <QPainter>
#include <QPixmap>
#include <QPolygonF>

#include "map/scene.h"

namespace meshdeck::views {

// A dot as a picture: stamping it costs a fraction of filling a circle (facts/toolchain.md 4.3). UI thread.
class DotSprite {
public:
    [[nodiscard]] const QPixmap& of(const QColor& colour, double radius, double pixelRatio);

private:
    QPixmap m_pixmap;
    QColor m_colour;
    double m_radius = 0;
    double m_pixelRatio = 0;
};

// Immutable once made; made on any thread.
class DotField {
public:
    static constexpr std::size_t kMostDots = 2000;

    DotField() = default;
    // On the busiest calls that run through `area`; null: anywhere.
    DotField(const Scene& scene, const QRectF& area);
    // Dots at `seconds` since some moment. The painter is in pixels of the view: a scene point p lies at p * zoom + offset.
    void paint(QPainter& painter, double seconds, double zoom, QPointF offset, const QRectF& view, const QPixmap& dot) const;
    [[nodiscard]] std::size_t count() const { return m_count; }
    // Does traffic move anywhere?
    [[nodiscard]] static bool flows(const Scene& scene);

private:
    struct Line {
        QPolygonF points;
        std::vector<double> at; // length from the start to each point
        QRectF box;
        QRectF label; // dots go under it
        double speed = 0; // scene pixels a second
        int dots = 0;
    };
    static Line lineOf(const SceneEdge& edge);
    std::vector<Line> m_lines;
    std::size_t m_count = 0;
};

} // namespace meshdeck::views
