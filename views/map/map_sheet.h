// The map on a sheet: what PNG, SVG and PDF show. Light tokens on white, no dots, a title block that says what it is a
// picture of, a legend of what is in it (visual.md 8). The same graph is the same bytes.
#pragma once

#include <QByteArray>
#include <QImage>

#include "base/result.h"
#include "common/theme.h"
#include "map/scene.h"
#include "mesh/snapshot.h"

namespace meshdeck::views {

// What the title block says.
struct SheetFacts {
    QString mesh;    // "prod-eu"
    QString content; // "versioned app graph, 27 nodes, 34 calls"
    QString time;    // "2026-11-28T04:42:24Z, last 1 min"
    QString source;  // "rates: source, else destination; prometheus live"
    QString filter;  // "find failing, hide idle"; empty: there is none
    QString labels;  // "labels: requests a second"; empty: there are none
};

// `filter` and `labels` are the caller's: the snapshot knows neither.
[[nodiscard]] SheetFacts factsOf(const mesh::MeshSnapshot& snapshot, const mesh::Graph& shown);

struct SheetOptions {
    ThemeKind theme = ThemeKind::Light;
    double margin = 24;     // around the picture, px
    bool titleBlock = true; // and the legend
    QRectF part;            // scene px; null: the whole map
};

class MapSheet {
public:
    MapSheet(ScenePtr scene, SheetFacts facts, SheetOptions options = {});
    [[nodiscard]] QSizeF size() const { return m_size; } // px
    [[nodiscard]] const SheetFacts& facts() const { return m_facts; }
    // The painter maps px of the sheet to its device.
    void paint(QPainter& painter) const;

private:
    void paintTitle(QPainter& painter) const;
    [[nodiscard]] double titleHeight() const;

    ScenePtr m_scene;
    SheetFacts m_facts;
    SheetOptions m_options;
    const Theme& m_theme;
    QRectF m_part;
    QSizeF m_size;
    double m_top = 0;
    double m_legend = 0; // height
};

// Device pixels a px; made smaller for sheets beyond 16,000 pixels a side.
[[nodiscard]] QImage imageOf(const MapSheet& sheet, double scale = 2);
[[nodiscard]] QByteArray svgOf(const MapSheet& sheet);
// One page of the sheet's size, 96 px an inch; at most 200 inches a side, smaller then. No date of its own.
[[nodiscard]] QByteArray pdfOf(const MapSheet& sheet);

} // namespace meshdeck::views
