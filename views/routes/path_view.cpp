#include "routes/path_view.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "common/safe_label.h"
#include "routes/path_painter.h"

namespace meshdeck::views {

PathView::PathView(QWidget* parent)
    : QWidget(parent)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFixedHeight(static_cast<int>(kPathHeight));
    setMinimumWidth(static_cast<int>(kPathLeastWidth));
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(QStringLiteral("Path of the request"));
    setAttribute(Qt::WA_OpaquePaintEvent);
}

void PathView::setTheme(const Theme& theme) {
    m_theme = &theme;
    update();
}

void PathView::setPicture(PathPicture picture) {
    m_picture = std::move(picture);
    setAccessibleDescription(m_picture.accessible);
    update();
}

void PathView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintPath(painter, m_picture, *m_theme, width());
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme->accent.focus, 2));
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

const PathRule* PathView::ruleAt(QPointF at) const {
    for (std::size_t i = 0; i < m_picture.rules.size(); ++i) {
        if (m_picture.message.isEmpty() && pathRuleRect(m_picture, i, width()).contains(at)) {
            return &m_picture.rules[i];
        }
    }
    return nullptr;
}

void PathView::mouseReleaseEvent(QMouseEvent* event) {
    if (const PathRule* rule = ruleAt(event->position())) {
        Q_EMIT ruleClicked(rule->number);
    }
}

void PathView::mouseMoveEvent(QMouseEvent* event) {
    setCursor(ruleAt(event->position()) != nullptr ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool PathView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const PathRule* rule = ruleAt(help->pos());
        QToolTip::showText(help->globalPos(),
                           rule == nullptr ? QString()
                                           : plainToolTip(QStringLiteral("%1  %2\n%3\n%4").arg(rule->number).arg(rule->name, rule->text, rule->leadsTo)),
                           this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace meshdeck::views
