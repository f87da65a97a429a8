// meshdeck-screenshots FOLDER: the pictures of the README, painted offscreen from the sample meshes.
#include <cstdio>
#include <filesystem>

#include <QApplication>
#include <QImage>

#include "map/render_png.h"
#include "views/sample_mesh.h"

namespace {

using namespace meshdeck::views;

bool saveMap(const meshdeck::mesh::SnapshotPtr& snapshot, ThemeKind kind, const QString& file) {
    const auto image = renderMapPng(*snapshot, {.theme = kind, .scale = 1.5});
    return image && image->save(file);
}

} // namespace

int main(int argc, char** argv) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    QApplication application(argc, argv);
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral(".");
    bool ok = saveMap(sample::boutique(), ThemeKind::Dark, folder + QStringLiteral("/png-boutique-dark.png"));
    ok &= saveMap(sample::bookinfo(), ThemeKind::Light, folder + QStringLiteral("/png-bookinfo-light.png"));
    return ok ? 0 : 1;
}
