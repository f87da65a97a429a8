// The map as a picture without a window: for `meshdeck graph -o png|svg|pdf` and for a start without a display.
#pragma once

#include "map/map_sheet.h"
#include "traffic/edge_figure.h"

namespace meshdeck::views {

struct PictureOptions {
    ThemeKind theme = ThemeKind::Light;
    bool titleBlock = true;
    QString filter; // for the title block: what was found or hidden
    traffic::EdgeFigure labels = traffic::EdgeFigure::Rate;
    ServerTime now{}; // for ages; zero: the snapshot's own time
};

// "labels: rate, requests a second" for a title block; empty for none.
[[nodiscard]] QString labelWords(traffic::EdgeFigure figure);

// Needs a QGuiApplication (the offscreen platform does). NotFound when there is nothing to draw.
[[nodiscard]] Result<MapSheet> sheetOf(const mesh::MeshSnapshot& snapshot, const PictureOptions& options = {});

struct PngOptions {
    ThemeKind theme = ThemeKind::Light;
    double scale = 2; // device pixels a scene pixel; made smaller for meshes beyond 16,000 pixels a side
    ServerTime now{};
};
[[nodiscard]] Result<QImage> renderMapPng(const mesh::MeshSnapshot& snapshot, const PngOptions& options = {});

} // namespace meshdeck::views
