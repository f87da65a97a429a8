#include "common/safe_label.h"

#include <QPainter>

#include "base/text.h"
#include "common/theme.h"

namespace meshdeck::views {

QString safeText(std::string_view text, bool multiLine) {
    return QString::fromStdString(text::safe(text, multiLine));
}

QString safeText(const QString& text, bool multiLine) {
    return safeText(std::string_view(text.toStdString()), multiLine);
}

QString plainToolTip(const QString& text) {
    if (text.isEmpty()) {
        return {};
    }
    // A tooltip has no plain-text switch: escaped and wrapped, the guess about rich text cannot go wrong.
    return QStringLiteral("<qt>%1</qt>").arg(safeText(text.left(1024), true).toHtmlEscaped().replace(
        QLatin1Char('\n'), QLatin1String("<br>")));
}

void setPlainToolTip(QWidget* widget, const QString& text) {
    widget->setToolTip(plainToolTip(text));
}

SafeLabel::SafeLabel(const QString& text, TextRole role, QWidget* parent)
    : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setOpenExternalLinks(false);
    if (role != TextRole::Primary) {
        setProperty("role", role == TextRole::Secondary ? "secondary" : "tertiary");
    }
    setText(text);
}

void SafeLabel::setText(const QString& text) {
    m_full = safeText(text, true);
    QLabel::setText(m_full);
    setAccessibleName(m_full);
    if (m_elided) {
        setPlainToolTip(this, m_full);
    }
}

void SafeLabel::setFontSize(double pixels, int weight) {
    setFont(theme(ThemeKind::Dark).font(pixels, weight)); // fonts are the same in both themes
}

void SafeLabel::setElided(bool elided) {
    m_elided = elided;
    if (elided) {
        setPlainToolTip(this, m_full);
    }
}

QSize SafeLabel::minimumSizeHint() const {
    const QSize size = QLabel::minimumSizeHint();
    return m_elided ? QSize(24, size.height()) : size;
}

void SafeLabel::paintEvent(QPaintEvent* event) {
    if (!m_elided || fontMetrics().horizontalAdvance(m_full) <= contentsRect().width()) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(contentsRect(), static_cast<int>(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(m_full, Qt::ElideMiddle, contentsRect().width()));
}

QFrame* makeLine(Qt::Orientation orientation, QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setProperty("role", "line");
    if (orientation == Qt::Horizontal) {
        line->setFixedHeight(1);
    } else {
        line->setFixedWidth(1);
    }
    return line;
}

} // namespace meshdeck::views
