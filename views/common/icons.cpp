#include "common/icons.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

namespace meshdeck::views {

QPixmap iconPixmap(const QString& name, const QColor& colour, double size, double scale) {
    QFile file(QStringLiteral(":/meshdeck/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QByteArray svg = file.readAll();
    svg.replace("#000000", colour.name().toLatin1());
    QSvgRenderer renderer(svg);
    const int pixels = static_cast<int>(size * scale + 0.5);
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(scale);
    return pixmap;
}

QIcon icon(const QString& name, const QColor& normal, const QColor& on) {
    QIcon icon;
    for (const double scale : {1.0, 2.0}) {
        icon.addPixmap(iconPixmap(name, normal, 20, scale), QIcon::Normal, QIcon::Off);
        icon.addPixmap(iconPixmap(name, on, 20, scale), QIcon::Normal, QIcon::On);
    }
    return icon;
}

} // namespace meshdeck::views
