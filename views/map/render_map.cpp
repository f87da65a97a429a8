#include "map/render_map.h"

#include "common/safe_label.h"
#include "map/scene_builder.h"

namespace meshdeck::views {

QString labelWords(traffic::EdgeFigure figure) {
    const std::string_view words = describe(figure);
    return figure == traffic::EdgeFigure::None ? QString()
                                               : QStringLiteral("labels: ") + QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

Result<MapSheet> sheetOf(const mesh::MeshSnapshot& snapshot, const PictureOptions& options) {
    SceneOptions sceneOptions;
    sceneOptions.now = options.now == ServerTime{} ? snapshot.time : options.now;
    sceneOptions.labels = options.labels;
    const auto built = buildScene(snapshot, sceneOptions, {});
    if (!built) {
        return tl::unexpected(built.error());
    }
    if (built->scene->nodes.empty()) {
        return fail(ErrorKind::NotFound, "There is nothing to draw: no traffic and no services are known",
                    "check the namespaces asked for, and that a Prometheus or the proxies can be read");
    }
    SheetFacts facts = factsOf(snapshot, *built->scene->graph);
    facts.filter = safeText(options.filter);
    facts.labels = labelWords(options.labels);
    SheetOptions sheet;
    sheet.theme = options.theme;
    sheet.titleBlock = options.titleBlock;
    return MapSheet(built->scene, std::move(facts), sheet);
}

Result<QImage> renderMapPng(const mesh::MeshSnapshot& snapshot, const PngOptions& options) {
    PictureOptions picture;
    picture.theme = options.theme;
    picture.now = options.now;
    const auto sheet = sheetOf(snapshot, picture);
    if (!sheet) {
        return tl::unexpected(sheet.error());
    }
    return imageOf(*sheet, options.scale);
}

} // namespace meshdeck::views
