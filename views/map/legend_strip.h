// The legend as the strip under the map: as high as its rows.
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
        fitHeight();
    }
    void setScene(ScenePtr scene) {
        m_scene = std::move(scene);
        setAccessibleDescription(m_scene ? legendWords(*m_scene) : QString());
        fitHeight();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(rect(), m_theme->surface.panel);
        painter.fillRect(QRect(0, 0, width(), 1), m_theme->line.hair);
        if (m_scene) {
            paintLegend(painter, *m_scene, *m_theme, QRectF(rect()).adjusted(kSide, 2, -kSide, -2));
        }
    }
    void resizeEvent(QResizeEvent* event) override {
        QWidget::resizeEvent(event);
        fitHeight();
    }

private:
    static constexpr int kSide = 14;

    // Rows are added at once and taken away never while the width stays: the map above must not jump with a state that
    // comes and goes.
    void fitHeight() {
        if (width() != m_fittedWidth) {
            m_fittedWidth = width();
            m_most = 0;
        }
        if (m_scene) {
            m_most = std::max(m_most, legendHeight(*m_scene, *m_theme, width() - 2 * kSide));
            setFixedHeight(static_cast<int>(m_most) + 4);
        }
        update();
    }

    const Theme* m_theme;
    ScenePtr m_scene;
    double m_most = 0;
    int m_fittedWidth = 0;
};

} // namespace meshdeck::views
