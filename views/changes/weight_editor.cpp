#include "changes/weight_editor.h"

#include <cmath>
#include <numeric>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "changes/weight_math.h"
#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

constexpr double kEnd = 10; // room for half a handle

class Swatch final : public QWidget {
public:
    Swatch(QColor colour, QWidget* parent)
        : QWidget(parent)
        , m_colour(std::move(colour)) {
        setFixedSize(10, 14);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_colour);
        painter.drawRoundedRect(rect(), 2, 2);
    }

private:
    QColor m_colour;
};

} // namespace

WeightSlider::WeightSlider(QWidget* parent)
    : QWidget(parent)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFixedHeight(36);
    setMinimumWidth(160);
    setFocusPolicy(Qt::StrongFocus);
}

void WeightSlider::setRange(int maximum, int was, int version, const Theme& theme) {
    m_maximum = std::max(1, maximum);
    m_was = was;
    m_version = version;
    m_theme = &theme;
    update();
}

void WeightSlider::setValue(int value) {
    m_value = value;
    setAccessibleDescription(QStringLiteral("%1, was %2").arg(value).arg(m_was));
    update();
}

double WeightSlider::xOf(int value) const {
    return kEnd + (width() - 2 * kEnd) * value / m_maximum;
}

void WeightSlider::drag(double x) {
    const double share = (x - kEnd) / std::max(1.0, width() - 2 * kEnd);
    Q_EMIT moved(static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * m_maximum)));
}

void WeightSlider::mousePressEvent(QMouseEvent* event) {
    drag(event->position().x());
}

void WeightSlider::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) {
        drag(event->position().x());
    }
}

void WeightSlider::keyPressEvent(QKeyEvent* event) {
    const int step = event->modifiers() & Qt::ShiftModifier ? 10 : 1;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Up: Q_EMIT moved(m_value + step); break;
    case Qt::Key_Left:
    case Qt::Key_Down: Q_EMIT moved(std::max(0, m_value - step)); break;
    default: QWidget::keyPressEvent(event);
    }
}

void WeightSlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double y = 14, x = xOf(m_value), was = xOf(m_was);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme->line.edge);
    painter.drawRoundedRect(QRectF(kEnd, y - 2, width() - 2 * kEnd, 4), 2, 2);
    painter.setBrush(m_theme->versionColour(m_version));
    painter.drawRoundedRect(QRectF(kEnd, y - 2, std::min(x, was) - kEnd, 4), 2, 2);
    if (x > was) {
        painter.setBrush(m_theme->change.added);
        painter.drawRect(QRectF(was, y - 3.5, x - was, 7));
    } else if (x < was) {
        painter.setBrush(QBrush(m_theme->change.removed, Qt::BDiagPattern));
        painter.setPen(QPen(m_theme->change.removed, 1));
        painter.drawRect(QRectF(x, y - 4, was - x, 8));
    }
    painter.setPen(QPen(m_theme->text.secondary, 1.5));
    painter.drawLine(QPointF(was, y - 9), QPointF(was, y + 9));
    if (m_value != m_was) {
        painter.setFont(m_theme->font(10));
        painter.setPen(m_theme->text.tertiary);
        const QRectF words(std::clamp(was - 30, 0.0, width() - 60.0), y + 10, 60, 12);
        painter.drawText(words, Qt::AlignCenter, QStringLiteral("was %1").arg(m_was));
    }
    painter.setPen(QPen(hasFocus() ? m_theme->accent.focus : m_theme->accent.base, hasFocus() ? 3.5 : 2.5));
    painter.setBrush(m_theme->surface.panel);
    painter.drawEllipse(QPointF(x, y), 8, 8);
}

WeightEditor::WeightEditor(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(2);
}

void WeightEditor::setWeights(const std::vector<EditedWeight>& weights, const Theme& theme) {
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_rows.clear();
    m_was.clear();
    for (const EditedWeight& weight : weights) {
        m_was.push_back(weight.weight);
    }
    m_weights = m_was;
    m_pinned.assign(m_was.size(), false);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        addRow(i, weights[i], theme);
    }
    showValues();
}

void WeightEditor::addRow(std::size_t index, const EditedWeight& weight, const Theme& theme) {
    auto* line = new QWidget(this);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(new Swatch(theme.versionColour(weight.version), line));
    auto* name = new SafeLabel(weight.name, TextRole::Primary, line);
    name->setFontSize(13, 600);
    name->setFixedWidth(84);
    name->setElided(true);
    layout->addWidget(name);
    Row row;
    const int sum = std::accumulate(m_was.begin(), m_was.end(), 0);
    row.slider = new WeightSlider(line);
    row.slider->setRange(sum, weight.weight, weight.version, theme);
    row.slider->setAccessibleName(QStringLiteral("Weight of ") + weight.name);
    layout->addWidget(row.slider, 1);
    row.number = new QSpinBox(line);
    row.number->setRange(0, sum);
    row.number->setSuffix(sum == 100 ? QStringLiteral(" %") : QString());
    row.number->setFixedWidth(84);
    row.number->setButtonSymbols(QAbstractSpinBox::NoButtons); // the slider beside it and the arrow keys do that
    row.number->setKeyboardTracking(false);
    row.number->setAccessibleName(QStringLiteral("Weight of ") + weight.name);
    layout->addWidget(row.number);
    row.pin = new QToolButton(line);
    row.pin->setText(QStringLiteral("pin"));
    row.pin->setCheckable(true);
    row.pin->setProperty("role", "chip");
    setPlainToolTip(row.pin, QStringLiteral("A pinned weight holds when another one moves"));
    layout->addWidget(row.pin);
    connect(row.slider, &WeightSlider::moved, this, [this, index](int value) { move(index, value); });
    connect(row.number, &QSpinBox::valueChanged, this, [this, index](int value) { move(index, value); });
    connect(row.pin, &QToolButton::toggled, this, [this, index](bool on) { m_pinned[index] = on; });
    m_layout->addWidget(line);
    m_rows.push_back(row);
}

void WeightEditor::move(std::size_t index, int value) {
    const std::vector<int> moved = moveWeight(m_weights, m_pinned, index, value);
    const bool changed = moved != m_weights;
    m_weights = moved;
    showValues();
    if (changed) {
        Q_EMIT weightsChanged(m_weights);
    }
}

void WeightEditor::setPinned(std::size_t index, bool pinned) {
    if (index < m_rows.size()) {
        m_rows[index].pin->setChecked(pinned);
    }
}

void WeightEditor::reset() {
    if (m_weights != m_was) {
        m_weights = m_was;
        showValues();
        Q_EMIT weightsChanged(m_weights);
    }
}

void WeightEditor::showValues() {
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const QSignalBlocker quiet(m_rows[i].number);
        m_rows[i].number->setValue(m_weights[i]);
        m_rows[i].slider->setValue(m_weights[i]);
    }
}

} // namespace meshdeck::views
