#include "map/glyphs.h"

#include <cmath>

#include <QPainterPath>

namespace meshdeck::views {
namespace {

QPen pen(const QColor& colour, double width, Qt::PenCapStyle cap = Qt::RoundCap) {
    return {QBrush(colour), width, Qt::SolidLine, cap, Qt::RoundJoin};
}

QPen dashPen(const QColor& colour, double width, double on, double off) {
    QPen p(QBrush(colour), width, Qt::CustomDashLine, Qt::FlatCap, Qt::MiterJoin);
    p.setDashPattern({on / width, off / width});
    return p;
}

void fillPolygon(QPainter& painter, const QPolygonF& polygon, const QColor& colour) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(polygon);
}

void centredText(QPainter& painter, const Theme& theme, QPointF at, const QString& text, double pixels, const QColor& colour) {
    painter.setFont(theme.font(pixels, 600));
    painter.setPen(colour);
    painter.drawText(QRectF(at.x() - 10, at.y() - 10, 20, 20), Qt::AlignCenter, text);
}

} // namespace

void paintMark(QPainter& painter, const Theme& theme, mesh::Health health, QPointF at, double s, const QColor& ground) {
    const QColor colour = theme.of(health);
    const double x = at.x(), y = at.y();
    painter.setBrush(Qt::NoBrush);
    switch (health) {
    case mesh::Health::Failing:
        painter.fillRect(QRectF(x - s, y - s, 2 * s, 2 * s), colour);
        painter.setPen(pen(ground, s * 0.3));
        painter.drawLine(QPointF(x - s * 0.45, y - s * 0.45), QPointF(x + s * 0.45, y + s * 0.45));
        painter.drawLine(QPointF(x + s * 0.45, y - s * 0.45), QPointF(x - s * 0.45, y + s * 0.45));
        break;
    case mesh::Health::Degraded:
        fillPolygon(painter, {{x, y - s}, {x + s * 1.08, y + s * 0.9}, {x - s * 1.08, y + s * 0.9}}, colour);
        painter.setPen(pen(ground, s * 0.27));
        painter.drawLine(QPointF(x, y - s * 0.25), QPointF(x, y + s * 0.3));
        painter.drawPoint(QPointF(x, y + s * 0.63));
        break;
    case mesh::Health::Healthy:
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(at, s, s);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(pen(ground, s * 0.27));
        painter.drawPolyline(QPolygonF{{x - s * 0.42, y + s * 0.03}, {x - s * 0.1, y + s * 0.39}, {x + s * 0.45, y - s * 0.27}});
        break;
    case mesh::Health::Idle:
        painter.setPen(pen(colour, 1.5));
        painter.drawEllipse(at, s - 1, s - 1);
        painter.drawLine(QPointF(x - s * 0.4, y), QPointF(x + s * 0.4, y));
        break;
    case mesh::Health::Unknown:
        painter.setPen(dashPen(colour, 1.3, 2, 2));
        painter.drawEllipse(at, s - 1, s - 1);
        centredText(painter, theme, at, QStringLiteral("?"), s * 1.5, theme.textOf(health));
        break;
    }
}

void paintLock(QPainter& painter, QPointF at, bool open, const QColor& colour) {
    const double x = at.x(), y = at.y();
    painter.setPen(pen(colour, 1.3));
    painter.setBrush(open ? QBrush(Qt::NoBrush) : QBrush(colour));
    painter.drawRoundedRect(QRectF(x - 4, y - 1, 8, 6), 1, 1);
    QPainterPath shackle(QPointF(x - 2.5, y - 1));
    shackle.lineTo(x - 2.5, y - 3);
    shackle.arcTo(QRectF(x - 2.5, y - 5.5, 5, 5), 180, open ? -160 : -180);
    if (!open) {
        shackle.lineTo(x + 2.5, y - 1);
    }
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shackle);
}

void paintGlyph(QPainter& painter, const Theme& theme, Glyph glyph, QPointF at, const QColor& colour) {
    const double x = at.x(), y = at.y();
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (glyph) {
    case Glyph::Service: fillPolygon(painter, {{x, y - 5}, {x + 5, y}, {x, y + 5}, {x - 5, y}}, colour); break;
    case Glyph::Version: painter.drawEllipse(at, 4, 4); break;
    case Glyph::App: painter.drawRoundedRect(QRectF(x - 4, y - 4, 8, 8), 1, 1); break;
    case Glyph::Gateway:
        fillPolygon(painter, {{x - 5, y - 4.5}, {x, y - 4.5}, {x + 4.5, y}, {x, y + 4.5}, {x - 5, y + 4.5}}, colour);
        break;
    case Glyph::Waypoint:
        fillPolygon(painter, {{x - 5, y}, {x - 2.5, y - 4.5}, {x + 2.5, y - 4.5}, {x + 5, y}, {x + 2.5, y + 4.5}, {x - 2.5, y + 4.5}},
                    colour);
        break;
    case Glyph::External: fillPolygon(painter, {{x - 3, y - 4.5}, {x + 3, y - 4.5}, {x + 5.5, y + 4.5}, {x - 5.5, y + 4.5}}, colour); break;
    case Glyph::Unknown: centredText(painter, theme, at, QStringLiteral("?"), 12, colour); break;
    case Glyph::Group: break; // its card has no ring
    }
}

void paintRing(QPainter& painter, const Theme& theme, mesh::Health health, double errorShare, Glyph glyph, QPointF at,
               double r, const QColor& ground) {
    painter.setBrush(Qt::NoBrush);
    const QColor colour = theme.of(health);
    if (health == mesh::Health::Unknown) {
        painter.setPen(dashPen(colour, 1.5, 3, 2.5));
        painter.drawEllipse(at, r, r);
    } else if (health == mesh::Health::Idle) {
        painter.setPen(pen(colour, 1.5));
        painter.drawEllipse(at, r, r);
    } else {
        const bool ill = health != mesh::Health::Healthy;
        painter.setPen(pen(theme.of(mesh::Health::Healthy), ill ? 2.5 : 2));
        painter.drawEllipse(at, r, r);
        if (ill) {
            // At least 7 %, so that it can be seen (visual.md 5); Qt counts sixteenths of a degree, counter-clockwise.
            const double share = std::clamp(errorShare, 0.07, 0.999);
            const QRectF box(at.x() - r, at.y() - r, 2 * r, 2 * r);
            const int span = -static_cast<int>(std::lround(share * 360 * 16));
            painter.setPen(pen(ground, 5, Qt::FlatCap));
            painter.drawArc(box, 90 * 16, span);
            painter.setPen(pen(colour, 4, Qt::FlatCap));
            painter.drawArc(box, 90 * 16, span);
        }
    }
    const bool dim = health == mesh::Health::Unknown || health == mesh::Health::Idle;
    paintGlyph(painter, theme, glyph, at, dim ? theme.text.tertiary : theme.text.secondary);
}

void paintBadge(QPainter& painter, const Theme& theme, Badge badge, QPointF at) {
    const double x = at.x(), y = at.y();
    const QColor c = badge == Badge::MissingSidecar ? theme.security.plaintext
                     : badge == Badge::Pending      ? theme.change.changed
                                                    : theme.text.secondary;
    const bool loud = badge == Badge::MissingSidecar || badge == Badge::Pending;
    painter.setPen(pen(loud ? c : theme.line.edge, 1));
    painter.setBrush(theme.surface.panel);
    painter.drawRoundedRect(QRectF(x - 8, y - 7.5, 16, 15), 3, 3);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen(c, 1.3));
    const auto lines = [&](std::initializer_list<QPointF> points) {
        QPolygonF line;
        for (const QPointF& p : points) {
            line << QPointF(x + p.x(), y + p.y());
        }
        painter.drawPolyline(line);
    };
    switch (badge) {
    case Badge::VirtualService:
        lines({{-4, 0}, {-1, 0}, {3, -3.5}});
        lines({{-1, 0}, {3, 3.5}});
        break;
    case Badge::CircuitBreaker: lines({{1, -4.5}, {-2.5, 0.5}, {2.5, 0.5}, {-1, 4.5}}); break;
    case Badge::Fault:
        lines({{-3.4, -3.4}, {3.4, 3.4}});
        lines({{3.4, -3.4}, {-3.4, 3.4}});
        break;
    case Badge::Mirror:
        painter.setPen(dashPen(c, 1.3, 2, 1.5));
        lines({{-4, -2}, {4, -2}});
        lines({{-4, 2}, {4, 2}});
        break;
    case Badge::Timeout:
        painter.drawEllipse(at, 4.2, 4.2);
        lines({{0, -2.2}, {0, 0}, {2, 0}});
        break;
    case Badge::Policy:
        lines({{0, -4.6}, {4, -3.2}, {4, -0.2}, {2.6, 2.8}, {0, 4.8}, {-2.6, 2.8}, {-4, -0.2}, {-4, -3.2}, {0, -4.6}});
        break;
    case Badge::MissingSidecar:
        lines({{-4, 0}, {-2, -3.6}, {2, -3.6}, {4, 0}, {2, 3.6}, {-2, 3.6}, {-4, 0}});
        lines({{-4, 4}, {4, -4}});
        break;
    case Badge::Ambient: lines({{-4, 1.5}, {-2, -1.5}, {0, 1.5}, {2, -1.5}, {4, 1.5}}); break;
    case Badge::Pending: lines({{-4, 4}, {-3.2, 1.2}, {2.4, -4.4}, {4.4, -2.4}, {-1.2, 3.2}, {-4, 4}}); break;
    }
}

QString badgeName(Badge badge) {
    switch (badge) {
    case Badge::VirtualService: return QStringLiteral("VirtualService");
    case Badge::CircuitBreaker: return QStringLiteral("circuit breaker");
    case Badge::Fault: return QStringLiteral("fault");
    case Badge::Mirror: return QStringLiteral("mirror");
    case Badge::Timeout: return QStringLiteral("timeout");
    case Badge::Policy: return QStringLiteral("AuthorizationPolicy");
    case Badge::MissingSidecar: return QStringLiteral("no sidecar");
    case Badge::Ambient: return QStringLiteral("ambient");
    case Badge::Pending: return QStringLiteral("pending edit");
    }
    return {};
}

void paintNoEntry(QPainter& painter, const Theme& theme, QPointF at, const QColor& ground) {
    painter.setPen(pen(theme.security.denied, 2));
    painter.setBrush(ground);
    painter.drawEllipse(at, 7, 7);
    painter.drawLine(at + QPointF(-4.2, 4.2), at + QPointF(4.2, -4.2));
}

QPixmap markPixmap(const Theme& theme, mesh::Health health, double size, double scale, const QColor& ground) {
    const double side = 2 * size + 3;
    QPixmap pixmap(static_cast<int>(side * scale + 0.5), static_cast<int>(side * scale + 0.5));
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paintMark(painter, theme, health, {side / 2, side / 2}, size, ground);
    return pixmap;
}

} // namespace meshdeck::views
