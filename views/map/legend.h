// What is in this picture, and nothing else (visual.md 5); in as many rows as it needs.
#pragma once

#include <QPainter>

#include "common/theme.h"
#include "map/scene.h"

namespace meshdeck::views {

// Height in px of the legend in this width: 34 for one row, 24 for each more.
[[nodiscard]] double legendHeight(const Scene& scene, const Theme& theme, double width);
// Paints into `room`, from its upper left corner.
void paintLegend(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& room);
// The words alone, for a screen reader.
[[nodiscard]] QString legendWords(const Scene& scene);

} // namespace meshdeck::views
