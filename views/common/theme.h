// The colours, fonts and sizes of resources/palettes/tokens.json as a value (visual.md 2, 3, 10). Painters take a Theme,
// never a widget's palette, so that exports and tests choose theirs.
#pragma once

#include <array>
#include <vector>

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

#include "mesh/graph.h"

namespace meshdeck::views {

enum class ThemeKind { Dark, Light };

struct SurfaceColours {
    QColor window, canvas, panel, raised, input, inset;
};
struct LineColours {
    QColor hair, edge, strong, grid;
};
struct TextColours {
    QColor primary, secondary, tertiary, disabled, onAccent;
};
struct AccentColours {
    QColor base, hover, tint, focus;
};
struct ChangeColours {
    QColor added, removed, changed, moved;
};
struct SecurityColours {
    QColor mtls, plaintext, denied, mixed, unknown;
};
struct ContextColours {
    QColor production, staging, development, demo;
};
struct NamespaceColours {
    QColor fill, line;
};

struct Theme {
    ThemeKind kind = ThemeKind::Dark;
    bool highContrast = false;
    double extraLine = 0; // px on every line and outline, in high contrast
    SurfaceColours surface;
    LineColours line;
    TextColours text;
    AccentColours accent;
    std::array<QColor, 5> health; // by mesh::Health
    std::array<QColor, 5> healthText;
    std::array<QColor, 5> healthTint;
    std::array<QColor, 3> protocol; // by mesh::Protocol
    ChangeColours change;
    ChangeColours changeText;
    ChangeColours changeTint;
    ContextColours context;
    ContextColours contextTint;
    QColor selectionOutline;
    QColor selectionFill;
    SecurityColours security;
    std::vector<QColor> version;
    std::vector<NamespaceColours> namespaces;
    QString family;
    QString mono;

    [[nodiscard]] QColor of(mesh::Health h) const { return health[static_cast<std::size_t>(h)]; }
    [[nodiscard]] QColor textOf(mesh::Health h) const { return healthText[static_cast<std::size_t>(h)]; }
    [[nodiscard]] QColor tintOf(mesh::Health h) const { return healthTint[static_cast<std::size_t>(h)]; }
    [[nodiscard]] QColor of(mesh::Protocol p) const { return protocol[static_cast<std::size_t>(p)]; }
    [[nodiscard]] QColor versionColour(int index) const;
    // Pixel size and weight (400, 500, 600) of visual.md 3; any thread.
    [[nodiscard]] QFont font(double pixels, int weight = 400) const;
    [[nodiscard]] QFont monoFont(double pixels) const;
};

// The built-in themes. Loaded once; any thread after the first call.
[[nodiscard]] const Theme& theme(ThemeKind kind, bool highContrast = false);

// What a QPalette can say of a theme, and the short style sheet for what it cannot (visual.md 10).
[[nodiscard]] QPalette paletteOf(const Theme& theme);
[[nodiscard]] QString styleSheetOf(const Theme& theme);
// Sets style Fusion, palette, font and style sheet of the application.
void applyTheme(const Theme& theme);

// `share` of `over` on `under`: painters mix colours instead of using opacity.
[[nodiscard]] QColor mixed(const QColor& over, const QColor& under, double share);

} // namespace meshdeck::views
