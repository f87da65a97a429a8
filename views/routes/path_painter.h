// Paints the picture of a request's path (mockup d). Pure; any thread; the width is stretched or squeezed, texts are cut.
#pragma once

#include <QPainter>

#include "common/theme.h"
#include "routes/path_picture.h"

namespace meshdeck::views {

inline constexpr double kPathHeight = 374;
inline constexpr double kPathLeastWidth = 1060; // below it the view scrolls

void paintPath(QPainter& painter, const PathPicture& picture, const Theme& theme, double width);
// Where the n-th shown rule is drawn, for the pointer; null without one.
[[nodiscard]] QRectF pathRuleRect(const PathPicture& picture, std::size_t rule, double width);

} // namespace meshdeck::views
