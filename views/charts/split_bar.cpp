#include "charts/split_bar.h"

#include <QFontMetricsF>
#include <QPainter>

#include "base/text.h"
#include "common/colour_math.h"
#include "common/safe_label.h"

namespace meshdeck::views {

SplitBar::SplitBar(const QString& caption, QWidget* parent)
    : QWidget(parent)
    , m_caption(caption)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFixedHeight(18);
}

void SplitBar::setParts(std::optional<std::vector<SplitPart>> parts, const Theme& theme) {
    m_parts = std::move(parts);
    m_theme = &theme;
    QStringList words{m_caption};
    for (const SplitPart& part : m_parts.value_or(std::vector<SplitPart>())) {
        words << part.name + QLatin1Char(' ') + QString::number(part.percent, 'g', 3) + QStringLiteral(" %");
    }
    setAccessibleName(m_parts ? words.join(QStringLiteral(", ")) : m_caption + QStringLiteral(", unknown"));
    update();
}

void SplitBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme->font(11));
    painter.setPen(m_theme->text.tertiary);
    painter.drawText(QRectF(0, 0, m_captionWidth, height()), Qt::AlignLeft | Qt::AlignVCenter, m_caption);
    const QRectF track(m_captionWidth, 1, width() - m_captionWidth, height() - 2);
    painter.setPen(Qt::NoPen);
    if (!m_parts) {
        painter.setPen(QPen(m_theme->line.edge, 1));
        painter.setBrush(QBrush(m_theme->text.disabled, Qt::BDiagPattern));
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        return;
    }
    double total = 0;
    for (const SplitPart& part : *m_parts) {
        total += part.percent;
    }
    double x = track.left();
    painter.setFont(m_theme->font(11, 600));
    for (const SplitPart& part : *m_parts) {
        const double width = total > 0 ? track.width() * part.percent / total : 0;
        const QRectF box(x, track.top(), std::max(0.0, width - 2), track.height());
        const QColor fill = m_theme->versionColour(part.version);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawRoundedRect(box, 2, 2);
        const QString share = QString::number(part.percent, 'g', 3) + QStringLiteral(" %");
        const QString whole = part.name + QLatin1Char(' ') + share;
        // Black or white, whichever reads better on the version's colour.
        const QColor dark(0x0b, 0x10, 0x20), light(Qt::white);
        painter.setPen(contrast(fill, dark) > contrast(fill, light) ? dark : light);
        for (const QString& words : {whole, part.name}) {
            if (QFontMetricsF(painter.font()).horizontalAdvance(words) < box.width() - 10) {
                painter.drawText(box.adjusted(7, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, words);
                break;
            }
        }
        x += width;
    }
}

} // namespace meshdeck::views
