// One row of what is in this picture, nothing else (visual.md 5).
#pragma once

#include <QPainter>

#include "common/theme.h"
#include "map/scene.h"

namespace meshdeck::views {

// Paints into `row` (about 38 px high) and returns the width used; entries without room are left out.
double paintLegend(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& row);

} // namespace meshdeck::views
