// The map as a picture without a window: for `meshdeck graph -o png` and for a start without a display.
#pragma once

#include <QImage>

#include "base/result.h"
#include "common/theme.h"
#include "mesh/snapshot.h"

namespace meshdeck::views {

struct PngOptions {
    ThemeKind theme = ThemeKind::Light;
    double scale = 2;        // device pixels a scene pixel; made smaller for meshes beyond 16,000 pixels a side
    double margin = 24;      // around the picture, scene pixels
    bool titleBlock = true;  // mesh, time, window and source above, legend below
    ServerTime now{};        // for ages; zero: the snapshot's own time
};

// Needs a QGuiApplication (the offscreen platform does). NotFound when there is nothing to draw.
[[nodiscard]] Result<QImage> renderMapPng(const mesh::MeshSnapshot& snapshot, const PngOptions& options = {});

} // namespace meshdeck::views
