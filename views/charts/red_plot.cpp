#include "charts/red_plot.h"

#include <cmath>
#include <limits>

#include <QVBoxLayout>
#include <qcustomplot.h>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

// 1, 2 or 5 times a power of ten that is not below `value`.
double niceCeiling(double value) {
    const double power = std::pow(10, std::floor(std::log10(std::max(value, 1e-9))));
    for (const double step : {1.0, 1.6, 2.0, 3.0, 5.0, 8.0, 10.0}) {
        if (step * power >= value) {
            return step * power;
        }
    }
    return 10 * power;
}

Qt::PenStyle penStyle(LineStyle style) {
    return style == LineStyle::Dashed ? Qt::DashLine : style == LineStyle::Dotted ? Qt::DotLine : Qt::SolidLine;
}

} // namespace

class RedPlot::Canvas final : public QCustomPlot {
public:
    explicit Canvas(QWidget* parent)
        : QCustomPlot(parent) {
        setInteractions(QCP::Interactions());
        setAttribute(Qt::WA_TransparentForMouseEvents); // nothing here reacts; the wheel scrolls the panel
        setNoAntialiasingOnDrag(true);
        plotLayout()->setMargins(QMargins(0, 0, 0, 0));
        axisRect()->setAutoMargins(QCP::msNone);
        // Above: half a line, or the plot leaves the highest label out.
        axisRect()->setMargins(QMargins(34, 9, 6, 17));
    }

    void show(const PlotContent& content, const Theme& theme) {
        clearPlottables();
        clearItems();
        setBackground(QBrush(theme.surface.panel));
        const double maximum = addSeries(content, theme);
        styleAxes(content, theme, maximum);
        for (const auto& [time, words] : content.marks) {
            addMark(time, words, theme, maximum);
        }
        if (content.unknownSince) {
            addUnknown(*content.unknownSince, content.to, theme, maximum);
        }
        replot(QCustomPlot::rpQueuedReplot);
    }

private:
    double addSeries(const PlotContent& content, const Theme& theme) {
        double highest = content.leastMaximum;
        for (const PlotSeries& series : content.series) {
            QCPGraph* graph = addGraph();
            QPen pen(series.colour, series.style == LineStyle::Solid ? 1.8 : 1.5, penStyle(series.style));
            graph->setPen(pen);
            graph->setAntialiased(true);
            if (series.filled) {
                graph->setBrush(mixed(series.colour, theme.surface.panel, 0.16));
            }
            QVector<double> times, values;
            for (const PlotPoint& point : series.points) {
                times << point.time;
                values << point.value.value_or(std::numeric_limits<double>::quiet_NaN());
                highest = std::max(highest, point.value.value_or(0));
            }
            graph->setData(times, values, true);
        }
        return niceCeiling(highest * 1.08);
    }

    void styleAxes(const PlotContent& content, const Theme& theme, double maximum) {
        const QFont font = theme.font(10);
        xAxis->setRange(content.from, std::max(content.to, content.from + 1));
        yAxis->setRange(0, maximum * 1.001); // the highest tick lies inside
        auto clock = QSharedPointer<QCPAxisTickerDateTime>::create();
        clock->setDateTimeFormat(content.to - content.from < 240 ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
        clock->setDateTimeSpec(Qt::UTC);
        clock->setTickCount(3);
        clock->setTickStepStrategy(QCPAxisTicker::tssMeetTickCount);
        xAxis->setTicker(clock);
        auto steps = QSharedPointer<QCPAxisTickerText>::create();
        for (const double share : {0.0, 0.5, 1.0}) {
            steps->addTick(maximum * share, QString::number(maximum * share, 'g', 3));
        }
        yAxis->setTicker(steps);
        for (QCPAxis* axis : {xAxis, yAxis}) {
            axis->setBasePen(Qt::NoPen);
            axis->setTickPen(Qt::NoPen);
            axis->setSubTickPen(Qt::NoPen);
            axis->setTickLabelFont(font);
            axis->setTickLabelColor(theme.text.tertiary);
            axis->setTickLabelPadding(3);
            axis->grid()->setSubGridVisible(false);
            axis->grid()->setZeroLinePen(Qt::NoPen);
            axis->grid()->setPen(QPen(theme.line.grid, 1, Qt::SolidLine));
        }
        xAxis->grid()->setVisible(false);
    }

    void addMark(double time, const QString& words, const Theme& theme, double maximum) {
        auto* line = new QCPItemLine(this);
        line->start->setCoords(time, 0);
        line->end->setCoords(time, maximum);
        line->setPen(QPen(theme.text.tertiary, 1, Qt::DashLine));
        if (!words.isEmpty()) {
            auto* text = new QCPItemText(this);
            text->position->setCoords(time, maximum);
            text->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
            text->setPadding(QMargins(3, 0, 0, 0));
            text->setText(words);
            text->setFont(theme.font(10));
            text->setColor(theme.text.tertiary);
        }
    }

    void addUnknown(double from, double to, const Theme& theme, double maximum) {
        auto* hatch = new QCPItemRect(this);
        hatch->topLeft->setCoords(from, maximum);
        hatch->bottomRight->setCoords(to, 0);
        hatch->setPen(Qt::NoPen);
        hatch->setBrush(QBrush(theme.text.disabled, Qt::BDiagPattern));
    }
};

RedPlot::RedPlot(QWidget* parent)
    : QWidget(parent)
    , m_canvas(new Canvas(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_canvas);
    setFixedHeight(88);
}

RedPlot::~RedPlot() = default;

void RedPlot::setContent(const PlotContent& content, const Theme& theme) {
    m_canvas->show(content, theme);
    QStringList words;
    for (const PlotSeries& series : content.series) {
        words << series.name;
    }
    setAccessibleName(words.join(QStringLiteral(", ")));
}

} // namespace meshdeck::views
