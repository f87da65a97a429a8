// The small signs of visual.md 2 and 5: state marks, locks, node glyphs, rings and badges. Painted from paths at any
// scale; `at` is the centre.
#pragma once

#include <QPainter>

#include "common/theme.h"
#include "map/scene.h"

namespace meshdeck::views {

// Round tick, triangle, square with a cross, ring with a bar, dotted ring; half of its width is `size`.
void paintMark(QPainter& painter, const Theme& theme, mesh::Health health, QPointF at, double size, const QColor& ground);
void paintLock(QPainter& painter, QPointF at, bool open, const QColor& colour);
void paintGlyph(QPainter& painter, const Theme& theme, Glyph glyph, QPointF at, const QColor& colour);
// The ring with its error arc and the glyph in it.
void paintRing(QPainter& painter, const Theme& theme, mesh::Health health, double errorShare, Glyph glyph, QPointF at,
               double radius, const QColor& ground);
void paintBadge(QPainter& painter, const Theme& theme, Badge badge, QPointF at);
[[nodiscard]] QString badgeName(Badge badge);
// The no-entry sign at the end of a denied edge.
void paintNoEntry(QPainter& painter, const Theme& theme, QPointF at, const QColor& ground);

// A mark as a pixmap for labels and lists.
[[nodiscard]] QPixmap markPixmap(const Theme& theme, mesh::Health health, double size, double scale, const QColor& ground);

} // namespace meshdeck::views
