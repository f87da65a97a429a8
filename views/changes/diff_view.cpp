#include "changes/diff_view.h"

#include <algorithm>

#include <QPainter>
#include <QScrollBar>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

constexpr int kRow = 17, kHead = 28, kContext = 3;

bool differs(const change::ThreeWayLine& line) {
    return line.liveChanged || line.mineChanged;
}

struct Cell {
    std::size_t number = 0;
    QString text;
    QString sign;
    QColor tint;
    QColor ink;
    QString note;
};

Cell cellOf(const change::ThreeWayLine& line, int column, const Theme& theme) {
    Cell cell;
    cell.number = column == 0 ? line.base : column == 1 ? line.live : line.mine;
    cell.text = safeText(column == 0 ? line.baseText : column == 1 ? line.liveText : line.mineText);
    if (column == 0 && differs(line) && line.base > 0) {
        cell.sign = QStringLiteral("−");
        cell.tint = theme.changeTint.removed;
        cell.ink = theme.changeText.removed;
    } else if (column == 2 && line.mineChanged && line.mine > 0) {
        cell.sign = QStringLiteral("+");
        cell.tint = theme.changeTint.added;
        cell.ink = theme.changeText.added;
    } else if (column > 0 && line.liveChanged && cell.number > 0) {
        cell.sign = QStringLiteral("Δ");
        cell.tint = theme.changeTint.changed;
        cell.ink = theme.changeText.changed;
        cell.note = column == 2 ? QStringLiteral("taken from live") : QString();
    }
    return cell;
}

} // namespace

DiffView::DiffView(QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Difference of the object: base, live, mine"));
    verticalScrollBar()->setSingleStep(kRow);
}

void DiffView::setTheme(const Theme& theme) {
    m_theme = &theme;
    viewport()->update();
}

void DiffView::setTexts(const std::string& base, const std::string& live, const std::string& mine, const QString& liveNote) {
    m_lines = change::diffThreeWays(base, live, mine);
    m_liveNote = liveNote;
    choose();
}

void DiffView::setOnlyChanges(bool only) {
    m_onlyChanges = only;
    choose();
}

void DiffView::choose() {
    m_shown.clear();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        bool near = !m_onlyChanges;
        const std::size_t from = i >= kContext ? i - kContext : 0, to = std::min(m_lines.size() - 1, i + kContext);
        for (std::size_t k = from; k <= to && !near; ++k) {
            near = differs(m_lines[k]);
        }
        if (near) {
            m_shown.push_back(m_lines[i]);
        }
    }
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_shown.size()) * kRow + 10 - viewport()->height() + kHead));
    verticalScrollBar()->setPageStep(std::max(kRow, viewport()->height() - kHead));
    viewport()->update();
}

void DiffView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    choose();
}

void DiffView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), m_theme->surface.panel);
    const double width = viewport()->width() / 3.0;
    for (int column = 0; column < 3; ++column) {
        paintColumn(painter, column, QRectF(column * width, 0, width, viewport()->height()));
    }
}

void DiffView::paintColumn(QPainter& painter, int column, const QRectF& area) {
    static const char* const kTitles[] = {"Base", "Live now", "Mine"};
    const QString notes[] = {QStringLiteral("when the edit began"), m_liveNote, QStringLiteral("what will be stored")};
    painter.save();
    painter.setClipRect(area);
    const int offset = verticalScrollBar()->value();
    painter.setFont(m_theme->monoFont(11.5));
    const int first = std::max(0, offset / kRow - 1);
    const int last = std::min(static_cast<int>(m_shown.size()), first + viewport()->height() / kRow + 3);
    for (int i = first; i < last; ++i) {
        const QRectF row(area.left(), kHead + 5 + i * kRow - offset, area.width(), kRow);
        const Cell cell = cellOf(m_shown[static_cast<std::size_t>(i)], column, *m_theme);
        if (cell.tint.isValid()) {
            painter.fillRect(row, cell.tint);
            painter.setPen(cell.ink);
            painter.drawText(row.adjusted(6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, cell.sign);
        }
        if (cell.number > 0) {
            painter.setPen(m_theme->text.disabled);
            painter.drawText(QRectF(row.left() + 16, row.top(), 26, kRow), Qt::AlignRight | Qt::AlignVCenter,
                             QString::number(cell.number));
            painter.setPen(m_theme->text.primary);
            painter.drawText(row.adjusted(52, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, cell.text);
        }
        if (!cell.note.isEmpty()) {
            painter.save();
            painter.setFont(m_theme->font(10.5));
            painter.setPen(m_theme->text.tertiary);
            painter.drawText(row.adjusted(0, 0, -8, 0), Qt::AlignRight | Qt::AlignVCenter, cell.note);
            painter.restore();
        }
    }
    const QRectF head(area.left(), 0, area.width(), kHead);
    painter.fillRect(head, m_theme->surface.panel);
    painter.fillRect(QRectF(area.left(), kHead - 1, area.width(), 1), m_theme->line.hair);
    painter.setFont(m_theme->font(12, 600));
    painter.setPen(m_theme->text.primary);
    const QString title = QString::fromLatin1(kTitles[column]);
    painter.drawText(head.adjusted(10, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, title);
    const double after = QFontMetricsF(painter.font()).horizontalAdvance(title) + 18;
    painter.setFont(m_theme->font(11));
    painter.setPen(m_theme->text.tertiary);
    painter.drawText(head.adjusted(after, 0, -6, 0), Qt::AlignLeft | Qt::AlignVCenter, notes[column]);
    if (column < 2) {
        painter.fillRect(QRectF(area.right() - 1, 0, 1, area.height()), m_theme->line.hair);
    }
    painter.restore();
}

} // namespace meshdeck::views
