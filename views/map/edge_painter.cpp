#include <algorithm>
#include <cmath>

#include <QFontMetricsF>

#include "map/curve.h"
#include "map/glyphs.h"
#include "map/line_batch.h"
#include "map/map_painter.h"

namespace meshdeck::views {
namespace {

constexpr double kErrorPeriod = 40;
constexpr double kLeastErrors = 0.005; // share, below it a line stays plain (visual.md 5)
constexpr double kGhostScale = 0.4; // px of width for a percent: 40 px for all

void fill(QPainter& painter, const QPolygonF& line, double width, const QColor& colour) {
    if (line.size() > 1) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPolygon(ribbon(line, width), Qt::WindingFill);
    }
}

void fillDashes(QPainter& painter, const QPolygonF& line, double width, const QColor& colour, double on, double off,
                const QRectF& area) {
    for (const QPolygonF& dash : dashes(line, on, off)) {
        if (dash.boundingRect().adjusted(-width, -width, width, width).intersects(area)) {
            fill(painter, dash, width, colour);
        }
    }
}

double headLength(mesh::Protocol protocol, double width) {
    const double size = 4.2 + width * 0.75;
    return size * (protocol == mesh::Protocol::Grpc ? 0.9 : 1.3);
}

// A weight in an edit: the old core, and a rim that grows round it or is left hollow (visual.md 6).
void paintGhost(QPainter& painter, const SceneEdge& edge, const Theme& theme, const QPolygonF& line, const QColor& ground) {
    const double before = std::max(1.5, edge.ghost->before * kGhostScale), after = std::max(1.5, edge.ghost->after * kGhostScale);
    const QColor core = theme.versionColour(edge.version);
    if (after >= before) {
        fill(painter, line, after, theme.change.added);
        fill(painter, line, before, core);
        return;
    }
    fill(painter, line, before, theme.change.removed);
    fill(painter, line, before - 3, ground);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QBrush(theme.change.removed, Qt::BDiagPattern));
    painter.drawPolygon(ribbon(line, before - 3), Qt::WindingFill);
    fill(painter, line, after, core);
}

void paintDenied(QPainter& painter, const Scene& scene, const Theme& theme, const QPolygonF& line) {
    const QPointF end = line.back();
    fill(painter, line, 5, theme.security.denied);
    fill(painter, line, 2.4, groundAt(scene, theme, pointAt(line, lengthOf(line) / 2)));
    paintNoEntry(painter, theme, end - QPointF(8, 0), groundAt(scene, theme, end - QPointF(10, 0)));
}

} // namespace

QColor edgeColour(const SceneEdge& edge, const Theme& theme) {
    QColor colour = theme.of(edge.protocol);
    switch (edge.style) {
    case EdgeStyle::Denied: colour = theme.security.denied; break;
    case EdgeStyle::Plaintext: colour = theme.security.plaintext; break;
    case EdgeStyle::Unknown: colour = theme.of(mesh::Health::Unknown); break;
    case EdgeStyle::Normal:
    case EdgeStyle::Partial:
    case EdgeStyle::Idle:
        if (edge.version >= 0) {
            colour = theme.versionColour(edge.version);
        }
    }
    return edge.faded ? mixed(colour, theme.surface.canvas, 0.5) : colour;
}

void paintHead(QPainter& painter, mesh::Protocol protocol, QPointF tip, QPointF direction, double width,
               const QColor& colour) {
    const double length = std::hypot(direction.x(), direction.y());
    if (length < 1e-9) {
        return;
    }
    const double z = 4.2 + width * 0.75;
    painter.save();
    painter.translate(tip);
    painter.rotate(std::atan2(direction.y(), direction.x()) * 180 / M_PI);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (protocol) {
    case mesh::Protocol::Tcp: painter.drawRect(QRectF(-z * 1.5, -z * 0.62, z * 1.3, z * 1.25)); break;
    case mesh::Protocol::Grpc:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.9, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.drawPolyline(QPolygonF{{-z * 2.1, -z * 0.8}, {-z * 1.15, 0}, {-z * 2.1, z * 0.8}});
        painter.drawPolyline(QPolygonF{{-z, -z * 0.8}, {0, 0}, {-z, z * 0.8}});
        break;
    case mesh::Protocol::Http: painter.drawPolygon(QPolygonF{{0, 0}, {-z * 1.7, -z * 0.82}, {-z * 1.7, z * 0.82}}); break;
    }
    painter.restore();
}

namespace {

double reachOf(const SceneEdge& edge, double width) {
    return std::max(width, edge.ghost ? 44.0 : 0.0) + 12;
}

// A solid line without a mark on it: most are.
bool isPlain(const SceneEdge& edge) {
    return !edge.ghost && edge.errorShare < kLeastErrors && (edge.style == EdgeStyle::Normal || edge.style == EdgeStyle::Idle);
}

// The pieces of a plain line that come near; the last one ends where the head begins.
std::vector<QPolygonF> shaftsOf(const SceneEdge& edge, double width, double scale, const QRectF& clip) {
    std::vector<QPolygonF> pieces = flattenWithin(edge.route, scale, clip);
    if (!pieces.empty() && !edge.route.empty() && pieces.back().back() == edge.route.back()) {
        const double length = lengthOf(pieces.back());
        pieces.back() = part(pieces.back(), 0, std::max(0.0, length - headLength(edge.protocol, width)));
    }
    return pieces;
}

void paintHeadOf(QPainter& painter, const SceneEdge& edge, double width, const QColor& colour, const QRectF& clip) {
    if (edge.route.size() < 4 || !clip.contains(edge.route.back())) {
        return;
    }
    const QPointF tip = edge.route.back();
    const auto n = edge.route.size();
    QPointF direction = tip - edge.route[n - 2];
    if (std::hypot(direction.x(), direction.y()) < 0.5) { // the last control point lies on the end
        direction = tip - edge.route[n - 3];
    }
    paintHead(painter, edge.protocol, tip, direction, width, colour);
}

// Lines that stand for a width below this many screen pixels are drawn as such; wider ones as filled ribbons.
constexpr double kThin = 1.7;

} // namespace

void paintEdge(QPainter& painter, const Scene& scene, const SceneEdge& edge, const Theme& theme, const QRectF& area,
               double scale) {
    const double width = edge.width + theme.extraLine;
    const double reach = reachOf(edge, width);
    const QRectF clip = area.adjusted(-reach, -reach, reach, reach);
    const QColor colour = edgeColour(edge, theme);
    if (isPlain(edge)) {
        for (const QPolygonF& piece : shaftsOf(edge, width, scale, clip)) {
            for (const QPolygonF& run : clipped(piece, clip)) {
                fill(painter, run, width, colour);
            }
        }
        paintHeadOf(painter, edge, width, colour, clip);
        return;
    }
    const QPolygonF line = flatten(edge.route, scale);
    if (line.size() < 2 || !line.boundingRect().adjusted(-reach, -reach, reach, reach).intersects(area)) {
        return;
    }
    if (edge.ghost) {
        paintGhost(painter, edge, theme, line, groundAt(scene, theme, line[line.size() / 2]));
        return;
    }
    if (edge.style == EdgeStyle::Denied) {
        paintDenied(painter, scene, theme, line);
        return;
    }
    const QPolygonF shaft = part(line, 0, lengthOf(line) - headLength(edge.protocol, width));
    switch (edge.style) {
    case EdgeStyle::Plaintext: fillDashes(painter, shaft, std::max(2.0, width), colour, 7, 4, area); break;
    case EdgeStyle::Partial: fillDashes(painter, shaft, std::max(1.5, width), colour, 34, 6, area); break;
    case EdgeStyle::Unknown: fillDashes(painter, shaft, width, colour, 2, 4, area); break;
    default:
        for (const QPolygonF& run : clipped(shaft, clip)) {
            fill(painter, run, width, colour);
        }
        const double on = kErrorPeriod * std::max(0.1, std::sqrt(edge.errorShare));
        fillDashes(painter, shaft, width, theme.of(mesh::Health::Failing), on, kErrorPeriod - on, area);
    }
    paintHeadOf(painter, edge, width, colour, clip);
}

void paintEdges(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& area, double scale) {
    constexpr double kNear = 60; // denied signs, ghosts and wide lines reach out of their middle lines
    const auto near = scene.edgesIn(area.adjusted(-kNear, -kNear, kNear, kNear));
    LineBatch thin;
    std::vector<std::uint32_t> others, heads;
    for (const std::uint32_t i : near) {
        const SceneEdge& edge = scene.edges[i];
        const double width = edge.width + theme.extraLine;
        if (!isPlain(edge) || width * scale > kThin) {
            others.push_back(i);
            continue;
        }
        const QColor colour = edgeColour(edge, theme);
        const QRectF clip = area.adjusted(-4, -4, 4, 4);
        for (const QPolygonF& piece : shaftsOf(edge, width, scale, clip)) {
            thin.add(piece, colour, width, clip);
        }
        heads.push_back(i);
    }
    thin.paint(painter);
    for (const std::uint32_t i : heads) {
        const SceneEdge& edge = scene.edges[i];
        paintHeadOf(painter, edge, edge.width + theme.extraLine, edgeColour(edge, theme), area.adjusted(-24, -24, 24, 24));
    }
    for (const std::uint32_t i : others) {
        paintEdge(painter, scene, scene.edges[i], theme, area, scale);
    }
}

void paintEdgeLabel(QPainter& painter, const Scene& scene, const SceneEdge& edge, const Theme& theme, const QRectF& at) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(groundAt(scene, theme, at.center()));
    painter.drawRoundedRect(at, 3, 3);
    double x = at.left() + 4;
    if (edge.lock) {
        paintLock(painter, {x + 5, at.center().y() + 0.5}, true, theme.textOf(mesh::Health::Degraded));
        x += 13;
    }
    for (const TextPart& part : edge.label) {
        painter.setFont(theme.font(11, part.strong ? 600 : 500));
        painter.setPen(edge.faded ? theme.text.tertiary : toneColour(part.tone, theme));
        painter.drawText(QRectF(x, at.top(), at.right() - x + 20, at.height()), Qt::AlignLeft | Qt::AlignVCenter, part.text);
        x += QFontMetricsF(painter.font()).horizontalAdvance(part.text) + 7;
    }
}

} // namespace meshdeck::views
