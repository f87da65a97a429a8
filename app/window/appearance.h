// How the window looks, remembered between runs: theme, contrast, motion.
#pragma once

#include <string>

#include "base/result.h"
#include "common/theme.h"

namespace meshdeck::app {

struct Appearance {
    views::ThemeKind theme = views::ThemeKind::Dark;
    bool highContrast = false;
    bool reducedMotion = false;
    bool operator==(const Appearance&) const = default;
};

// What the platform asks for, where Qt 6.4 passes it on: an icon theme for high contrast, and a style without
// animations. To be asked before the program sets a style of its own.
[[nodiscard]] Appearance platformAppearance();

// The file's, where it says something, over `fallback`. A damaged or missing file says nothing.
[[nodiscard]] Appearance readAppearance(const std::string& file, const Appearance& fallback);
// As a whole; Io when it cannot be written.
[[nodiscard]] Status writeAppearance(const std::string& file, const Appearance& appearance);

} // namespace meshdeck::app
