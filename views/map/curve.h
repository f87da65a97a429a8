// Geometry of edges: curves become polylines by their length on the screen, polylines become ribbons that are filled.
// A thick pen on a long path costs a hundred times as much (facts/toolchain.md 4.2).
#pragma once

#include <vector>

#include <QLineF>
#include <QPolygonF>
#include <QRectF>

namespace meshdeck::views {

// Points of a cubic chain, as dense as `scale` (screen pixels a scene pixel) needs to look smooth.
[[nodiscard]] QPolygonF flatten(const std::vector<QPointF>& route, double scale);
// The pieces of a cubic chain whose control points come near `clip`, one polyline a piece: what of a long line a tile has to
// paint.
[[nodiscard]] std::vector<QPolygonF> flattenWithin(const std::vector<QPointF>& route, double scale, const QRectF& clip);
// Cuts a line to what lies in `clip`; false when nothing does.
[[nodiscard]] bool clipLine(QLineF& line, const QRectF& clip);
[[nodiscard]] double lengthOf(const QPolygonF& line);
// The point `along` pixels from the start; the ends beyond them.
[[nodiscard]] QPointF pointAt(const QPolygonF& line, double along);
[[nodiscard]] double distanceTo(const QPolygonF& line, QPointF at);
// The part between two lengths; empty when there is none.
[[nodiscard]] QPolygonF part(const QPolygonF& line, double from, double to);
// The runs of a line that touch `clip`.
[[nodiscard]] std::vector<QPolygonF> clipped(const QPolygonF& line, const QRectF& clip);
// Dashes of `on` pixels with `off` between.
[[nodiscard]] std::vector<QPolygonF> dashes(const QPolygonF& line, double on, double off);
// The outline of a line of this width.
[[nodiscard]] QPolygonF ribbon(const QPolygonF& line, double width);

} // namespace meshdeck::views
