// One small plot of rate, errors or duration over time. The only door to QCustomPlot, whose header costs five seconds
// and is included in red_plot.cpp alone (facts/toolchain.md, style.md 3).
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QColor>
#include <QString>
#include <QWidget>

#include "common/theme.h"

namespace meshdeck::views {

enum class LineStyle { Solid, Dashed, Dotted };

struct PlotPoint {
    double time = 0; // seconds since the epoch
    std::optional<double> value; // nothing: a gap
};

struct PlotSeries {
    QString name;
    QColor colour;
    LineStyle style = LineStyle::Solid;
    bool filled = false;
    std::vector<PlotPoint> points;
};

struct PlotContent {
    std::vector<PlotSeries> series;
    double from = 0; // seconds since the epoch
    double to = 0;
    std::optional<double> unknownSince; // hatched from there
    std::vector<std::pair<double, QString>> marks; // vertical lines: "v2 begins"
    double leastMaximum = 1;                       // of the value axis, so that noise at zero stays flat
};

class RedPlot final : public QWidget {
    Q_OBJECT

public:
    explicit RedPlot(QWidget* parent = nullptr);
    ~RedPlot() override;
    void setContent(const PlotContent& content, const Theme& theme);

private:
    class Canvas;
    Canvas* m_canvas; // owned by Qt
};

} // namespace meshdeck::views
