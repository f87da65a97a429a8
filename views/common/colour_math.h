// Figures of visual.md 2 as functions, so that a test holds them over tokens.json: WCAG 2 contrast, CIEDE2000, and the
// sight of people without red or green cones (Machado, Oliveira, Fernandes 2009, severity 1).
#pragma once

#include <QColor>

namespace meshdeck::views {

enum class Sight { Normal, Deuteranopia, Protanopia };

// 1 to 21 (WCAG 2.1, relative luminance).
[[nodiscard]] double contrast(const QColor& a, const QColor& b);
// The colour as seen, back in sRGB.
[[nodiscard]] QColor seenBy(Sight sight, const QColor& colour);
// Delta E 2000 with kL = kC = kH = 1, D65 (Sharma, Wu, Dalal 2005).
[[nodiscard]] double ciede2000(const QColor& a, const QColor& b);

} // namespace meshdeck::views
