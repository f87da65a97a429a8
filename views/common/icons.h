// Icons as vector paths in the colour asked for (resources/icons), crisp at any scale.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace meshdeck::views {

// `name` is a file of resources/icons without its ending; an unknown one gives an empty pixmap.
[[nodiscard]] QPixmap iconPixmap(const QString& name, const QColor& colour, double size, double scale);
// Normal, selected (`on`) and disabled states.
[[nodiscard]] QIcon icon(const QString& name, const QColor& normal, const QColor& on);

} // namespace meshdeck::views
