#include "changes/diff_view.h"

#include <algorithm>
#include <iterator>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

constexpr int kRow = 17, kHead = 28;
constexpr int kText = 52; // where a line begins, after sign and number
constexpr std::size_t kContext = 3;

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

void paintCell(QPainter& painter, const Cell& cell, const QRectF& row, int scrolled, const Theme& theme) {
    if (cell.tint.isValid()) {
        painter.fillRect(row, cell.tint);
        painter.setPen(cell.ink);
        painter.drawText(row.adjusted(6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, cell.sign);
    }
    if (cell.number == 0) {
        return;
    }
    painter.setPen(theme.text.tertiary);
    painter.drawText(QRectF(row.left() + 16, row.top(), 26, kRow), Qt::AlignRight | Qt::AlignVCenter, QString::number(cell.number));
    painter.save();
    painter.setClipRect(row.adjusted(kText - 4, 0, -2, 0), Qt::IntersectClip);
    painter.setPen(theme.text.primary);
    painter.drawText(QPointF(row.left() + kText - scrolled, row.top() + kRow - 4.5), cell.text);
    painter.restore();
    if (!cell.note.isEmpty()) {
        painter.save();
        painter.setFont(theme.font(10.5));
        painter.setPen(theme.text.tertiary);
        painter.drawText(row.adjusted(0, 0, -8, 0), Qt::AlignRight | Qt::AlignVCenter, cell.note);
        painter.restore();
    }
}

} // namespace

DiffView::DiffView(QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Difference of the object: base, live, mine"));
    verticalScrollBar()->setSingleStep(kRow);
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] { m_follows = false; });
}

void DiffView::setTheme(const Theme& theme) {
    m_theme = &theme;
    viewport()->update();
}

void DiffView::setTexts(const std::string& base, const std::string& live, const std::string& mine, const QString& liveNote) {
    m_lines.clear();
    for (change::ThreeWayLine& line : change::diffThreeWays(base, live, mine)) {
        // A line taken out and one put in its place stand beside each other, not below.
        change::ThreeWayLine* above = m_lines.empty() ? nullptr : &m_lines.back();
        if (above != nullptr && above->mine == 0 && line.mine > 0 && line.base == 0 && line.live == 0) {
            above->mine = line.mine;
            above->mineText = line.mineText;
            above->mineChanged = true;
        } else {
            m_lines.push_back(std::move(line));
        }
    }
    m_liveNote = liveNote;
    m_unfolded.clear();
    findChanges();
    choose();
}

void DiffView::findChanges() {
    const std::size_t before = m_changes.size();
    m_changes.clear();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        if (!differs(m_lines[i])) {
            continue;
        }
        if (!m_changes.empty() && m_changes.back().last + 1 == i) {
            m_changes.back().last = i;
        } else {
            m_changes.push_back({i, i});
        }
    }
    if (before == 0) {
        m_current = 0;
        m_follows = true; // there was nothing to look at before
    }
    m_current = std::clamp(m_current, 0, std::max(0, changeCount() - 1));
}

void DiffView::setOnlyChanges(bool only) {
    m_onlyChanges = only;
    m_unfolded.clear();
    m_follows = true;
    choose();
}

void DiffView::begin() {
    m_current = 0;
    m_follows = true;
    showCurrent();
}

std::vector<change::ThreeWayLine> DiffView::lines() const {
    std::vector<change::ThreeWayLine> shown;
    for (const Row& row : m_rows) {
        if (row.hidden == 0) {
            shown.push_back(m_lines[row.line]);
        }
    }
    return shown;
}

void DiffView::choose() {
    std::vector<bool> near(m_lines.size(), !m_onlyChanges || m_changes.empty());
    for (const Run& run : m_changes) {
        const std::size_t from = run.first >= kContext ? run.first - kContext : 0;
        std::fill(near.begin() + static_cast<std::ptrdiff_t>(from),
                  near.begin() + static_cast<std::ptrdiff_t>(std::min(m_lines.size(), run.last + kContext + 1)), true);
    }
    m_rows.clear();
    for (std::size_t i = 0; i < m_lines.size();) {
        std::size_t end = i;
        while (end < m_lines.size() && !near[end]) {
            ++end;
        }
        if (end - i > 1 && !m_unfolded.contains(i)) { // a fold of one line would save nothing
            m_rows.push_back({i, end - i});
            i = end;
            continue;
        }
        for (end = std::max(end, i + 1); i < end; ++i) {
            m_rows.push_back({i, 0});
        }
    }
    const int room = viewport()->height() - kHead;
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_rows.size()) * kRow + 10 - room));
    verticalScrollBar()->setPageStep(std::max(kRow, room));
    std::size_t longest = 0;
    for (const change::ThreeWayLine& line : m_lines) {
        longest = std::max({longest, line.baseText.size(), line.liveText.size(), line.mineText.size()});
    }
    const double text = QFontMetricsF(m_theme->monoFont(11.5)).averageCharWidth() * static_cast<double>(longest) + kText + 12;
    horizontalScrollBar()->setRange(0, std::max(0, static_cast<int>(text - viewport()->width() / 3.0)));
    horizontalScrollBar()->setPageStep(viewport()->width() / 3);
    showCurrent();
}

int DiffView::rowOf(std::size_t line) const {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [line](const Row& row) {
        return line >= row.line && line < row.line + std::max<std::size_t>(1, row.hidden);
    });
    return static_cast<int>(std::distance(m_rows.begin(), found));
}

// With some lines above it, so that one sees where it belongs.
void DiffView::showCurrent() {
    if (m_follows && !m_changes.empty()) {
        const int rows = (viewport()->height() - kHead) / kRow;
        const int above = std::clamp(rows / 3, 1, 6);
        verticalScrollBar()->setValue((rowOf(m_changes[static_cast<std::size_t>(m_current)].first) - above) * kRow);
    }
    if (!m_changes.empty()) {
        const change::ThreeWayLine& line = m_lines[m_changes[static_cast<std::size_t>(m_current)].first];
        setAccessibleDescription(QStringLiteral("Change %1 of %2: before %3, after %4")
                                     .arg(m_current + 1)
                                     .arg(changeCount())
                                     .arg(safeText(line.baseText).trimmed(), safeText(line.mineText).trimmed()));
    } else {
        setAccessibleDescription(QStringLiteral("No difference"));
    }
    viewport()->update();
    Q_EMIT changeShown(currentChange(), changeCount());
}

bool DiffView::isInView(int change) const {
    if (change < 0 || change >= changeCount()) {
        return false;
    }
    const int top = rowOf(m_changes[static_cast<std::size_t>(change)].first) * kRow + 5 - verticalScrollBar()->value();
    return top >= 0 && top + kRow <= viewport()->height() - kHead;
}

void DiffView::step(int by) {
    if (m_changes.empty()) {
        return;
    }
    m_current = (m_current + by + changeCount()) % changeCount();
    m_follows = true;
    showCurrent();
}

void DiffView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    choose();
}

void DiffView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() == Qt::NoModifier && (event->key() == Qt::Key_N || event->key() == Qt::Key_P)) {
        step(event->key() == Qt::Key_N ? 1 : -1);
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void DiffView::mouseReleaseEvent(QMouseEvent* event) {
    const int row = (static_cast<int>(event->position().y()) - kHead - 5 + verticalScrollBar()->value()) / kRow;
    if (event->position().y() > kHead && row >= 0 && row < static_cast<int>(m_rows.size()) &&
        m_rows[static_cast<std::size_t>(row)].hidden > 0) {
        m_unfolded.insert(m_rows[static_cast<std::size_t>(row)].line);
        m_follows = false;
        choose();
    }
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

void DiffView::paintFold(QPainter& painter, const Row& fold, const QRectF& row, bool named) {
    painter.fillRect(row, m_theme->surface.raised);
    if (named) {
        painter.save();
        painter.setFont(m_theme->font(11));
        painter.setPen(m_theme->text.tertiary);
        painter.drawText(row.adjusted(kText, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         QStringLiteral("⋯  %1 unchanged lines").arg(fold.hidden));
        painter.restore();
    }
}

void DiffView::paintColumn(QPainter& painter, int column, const QRectF& area) {
    painter.save();
    painter.setClipRect(area);
    const int offset = verticalScrollBar()->value();
    painter.setFont(m_theme->monoFont(11.5));
    const int first = std::max(0, offset / kRow - 1);
    const int last = std::min(static_cast<int>(m_rows.size()), first + viewport()->height() / kRow + 3);
    const Run current = m_changes.empty() ? Run{1, 0} : m_changes[static_cast<std::size_t>(m_current)];
    for (int i = first; i < last; ++i) {
        const Row& shown = m_rows[static_cast<std::size_t>(i)];
        const QRectF row(area.left(), kHead + 5 + i * kRow - offset, area.width(), kRow);
        if (shown.hidden > 0) {
            paintFold(painter, shown, row, column == 0);
            continue;
        }
        const Cell cell = cellOf(m_lines[shown.line], column, *m_theme);
        paintCell(painter, cell, row, horizontalScrollBar()->value(), *m_theme);
        if (column == 0 && shown.line >= current.first && shown.line <= current.last) {
            painter.fillRect(QRectF(row.left(), row.top(), 3, row.height()), m_theme->accent.base);
        }
    }
    paintHead(painter, column, area);
    if (column < 2) {
        painter.fillRect(QRectF(area.right() - 1, 0, 1, area.height()), m_theme->line.hair);
    }
    painter.restore();
}

void DiffView::paintHead(QPainter& painter, int column, const QRectF& area) {
    static const char* const kTitles[] = {"Base", "Live now", "Mine"};
    const QString notes[] = {QStringLiteral("when the edit began"), m_liveNote, QStringLiteral("what will be stored")};
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
}

} // namespace meshdeck::views
