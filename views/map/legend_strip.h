// The legend as the row under the map.
#pragma once

#include <QPainter>
#include <QWidget>

#include "map/legend.h"

namespace meshdeck::views {

class LegendStrip final : public QWidget {
public:
    explicit LegendStrip(QWidget* parent)
        : QWidget(parent)
        , m_theme(&theme(ThemeKind::Dark)) {
        setFixedHeight(38);
    }
    void setTheme(const Theme& theme) {
        m_theme = &theme;
        update();
    }
    void setScene(ScenePtr scene) {
        m_scene = std::move(scene);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(rect(), m_theme->surface.panel);
        painter.fillRect(QRect(0, 0, width(), 1), m_theme->line.hair);
        if (m_scene) {
            paintLegend(painter, *m_scene, *m_theme, rect());
        }
    }

private:
    const Theme* m_theme;
    ScenePtr m_scene;
};

} // namespace meshdeck::views
