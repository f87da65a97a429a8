#include "map/render_png.h"

#include <algorithm>

#include "base/text.h"
#include "common/safe_label.h"
#include "map/legend.h"
#include "map/map_painter.h"
#include "map/scene_builder.h"

namespace meshdeck::views {
namespace {

constexpr double kTitle = 34, kLegend = 38;
constexpr double kMostPixels = 16000;

void paintTitle(QPainter& painter, const mesh::MeshSnapshot& snapshot, const Theme& theme, const QRectF& row) {
    painter.setFont(theme.font(15, 600));
    painter.setPen(theme.text.primary);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, safeText(snapshot.context));
    QString facts = QString::fromStdString(text::rfc3339(snapshot.graph ? snapshot.graph->time : snapshot.time));
    if (snapshot.graph) {
        facts += QStringLiteral(" · last %1 · reporter: %2")
                     .arg(QString::fromStdString(text::age(snapshot.graph->window)), safeText(snapshot.graph->reporter));
    }
    painter.setFont(theme.font(11));
    painter.setPen(theme.text.tertiary);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, facts);
}

} // namespace

Result<QImage> renderMapPng(const mesh::MeshSnapshot& snapshot, const PngOptions& options) {
    SceneOptions sceneOptions;
    sceneOptions.now = options.now == ServerTime{} ? snapshot.time : options.now;
    const auto built = buildScene(snapshot, sceneOptions, {});
    if (!built) {
        return tl::unexpected(built.error());
    }
    const Scene& scene = *built->scene;
    if (scene.nodes.empty()) {
        return fail(ErrorKind::NotFound, "There is nothing to draw: no traffic and no services are known",
                    "check the namespaces asked for, and that a Prometheus or the proxies can be read");
    }
    const Theme& colours = theme(options.theme);
    const double top = options.titleBlock ? kTitle : 0, bottom = options.titleBlock ? kLegend : 0;
    const QSizeF size(std::max(640.0, scene.bounds.width() + 2 * options.margin),
                      scene.bounds.height() + 2 * options.margin + top + bottom);
    const double scale = std::min({options.scale, kMostPixels / size.width(), kMostPixels / size.height()});
    QImage image((size * scale).toSize(), QImage::Format_RGB32);
    image.fill(colours.surface.canvas);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    const QRectF page(QPointF(0, 0), size);
    painter.save();
    const QPointF shift(options.margin + (size.width() - 2 * options.margin - scene.bounds.width()) / 2 - scene.bounds.left(),
                        options.margin + top - scene.bounds.top());
    painter.translate(shift);
    paintMap(painter, scene, colours, page.translated(-shift), 1);
    painter.restore();
    if (options.titleBlock) {
        paintTitle(painter, snapshot, colours, QRectF(options.margin, 6, size.width() - 2 * options.margin, kTitle));
        paintLegend(painter, scene, colours, QRectF(options.margin - 14, size.height() - kLegend, size.width() - options.margin, kLegend));
    }
    return image;
}

} // namespace meshdeck::views
