#include <algorithm>

#include <QPainter>

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "routes/rules_model.h"

namespace meshdeck::views {
namespace {

using policy::LadderCondition;
using policy::LadderRule;

constexpr int kLine = 17, kPad = 9, kHeading = 26;
constexpr int kNumber = 16, kMark = 44, kName = 62, kConditions = 178;

// The lines of conditions: matches are parted by "or".
struct Line {
    const LadderCondition* condition = nullptr; // null: words
    QString words;
};

std::vector<Line> linesOf(const LadderRule& rule) {
    std::vector<Line> lines;
    for (std::size_t k = 0; k < rule.matches.size(); ++k) {
        if (k > 0) {
            lines.push_back({nullptr, QStringLiteral("or")});
        }
        if (rule.matches[k].conditions.empty()) {
            lines.push_back({nullptr, QStringLiteral("takes every request")});
        }
        for (const LadderCondition& each : rule.matches[k].conditions) {
            lines.push_back({&each, {}});
        }
    }
    if (rule.matches.empty()) {
        lines.push_back({nullptr, QStringLiteral("no match: takes every request")});
    }
    return lines;
}

void paintSign(QPainter& painter, const Theme& theme, LadderCondition::State state, QPointF at) {
    switch (state) {
    case LadderCondition::State::Holds:
        painter.setPen(QPen(theme.textOf(mesh::Health::Healthy), 1.7));
        painter.drawPolyline(QPolygonF{at + QPointF(-3.5, 0.5), at + QPointF(-1, 3), at + QPointF(4, -3)});
        break;
    case LadderCondition::State::Fails:
        painter.setPen(QPen(theme.textOf(mesh::Health::Failing), 1.7));
        painter.drawLine(at + QPointF(-3, -3), at + QPointF(3, 3));
        painter.drawLine(at + QPointF(3, -3), at + QPointF(-3, 3));
        break;
    case LadderCondition::State::NotLookedAt:
        painter.setPen(QPen(theme.text.tertiary, 1.5));
        painter.drawLine(at + QPointF(-2.5, 0), at + QPointF(2.5, 0));
        break;
    }
}

void paintState(QPainter& painter, const Theme& theme, LadderRule::State state, QPointF at, const QColor& ground) {
    if (state == LadderRule::State::Matches) {
        paintMark(painter, theme, mesh::Health::Healthy, at, 6.5, ground);
        return;
    }
    QPen pen(state == LadderRule::State::DoesNotMatch ? theme.text.tertiary : theme.text.disabled, 1.5);
    if (state == LadderRule::State::NotReached) {
        pen.setDashPattern({1.4, 1.4});
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(at, 6, 6);
    if (state == LadderRule::State::DoesNotMatch) {
        painter.drawLine(at + QPointF(-4, 4), at + QPointF(4, -4));
    }
}

class RowPainter {
public:
    RowPainter(QPainter& painter, const Theme& theme, const RulesModel::Row& row, QRect area)
        : m_painter(painter), m_theme(theme), m_row(row), m_area(area), m_ground(theme.surface.panel) {}

    void paint(bool selected, bool focus) {
        if (!m_row.heading.isEmpty()) {
            text(QRectF(m_area.left() + 16, m_area.top(), m_area.width() - 32, kHeading), m_row.heading, m_theme.font(11, 600), m_theme.text.secondary);
            m_area.setTop(m_area.top() + kHeading);
        }
        const bool matches = m_row.rule->state == LadderRule::State::Matches;
        if (matches || selected) {
            m_ground = matches ? m_theme.accent.tint : m_theme.selectionFill;
            m_painter.fillRect(m_area, m_ground);
        }
        m_painter.fillRect(QRect(m_area.left(), m_area.top(), m_area.width(), 1), m_theme.line.hair);
        if (matches) {
            m_painter.fillRect(QRect(m_area.left(), m_area.top(), 3, m_area.height()), m_theme.accent.base);
        }
        paintHead();
        paintConditions();
        if (focus) {
            m_painter.setBrush(Qt::NoBrush);
            m_painter.setPen(QPen(m_theme.accent.focus, 1));
            m_painter.drawRect(QRectF(m_area).adjusted(0.5, 0.5, -1.5, -1.5));
        }
    }

private:
    void text(const QRectF& box, const QString& words, const QFont& font, const QColor& colour, Qt::Alignment align = Qt::AlignLeft) {
        m_painter.setFont(font);
        m_painter.setPen(colour);
        m_painter.drawText(box, static_cast<int>(align | Qt::AlignVCenter) | Qt::TextSingleLine,
                           QFontMetricsF(font).elidedText(words, Qt::ElideMiddle, box.width()));
    }

    [[nodiscard]] double right() const { return std::clamp(m_area.width() * 0.22, 110.0, 190.0); }

    void paintHead() {
        const double top = m_area.top() + kPad;
        const LadderRule& rule = *m_row.rule;
        const bool off = rule.state == LadderRule::State::NotReached;
        text({m_area.left() + kNumber - 4.0, top, 18, kLine}, QString::number(m_row.number), m_theme.font(12), m_theme.text.tertiary, Qt::AlignRight);
        paintState(m_painter, m_theme, rule.state, {m_area.left() + kMark + 0.5, top + 8}, m_ground);
        const QString name = rule.name.empty() ? QStringLiteral("rule") : safeText(rule.name);
        text({m_area.left() + kName + 0.0, top, kConditions - kName - 8, kLine}, name, m_theme.font(12, 600), off ? m_theme.text.tertiary : m_theme.text.primary);
        static const char* const kWords[] = {"matches", "does not match", "not reached"};
        text({m_area.left() + kName + 0.0, top + kLine, kConditions - kName - 8, kLine}, QString::fromLatin1(kWords[static_cast<std::size_t>(rule.state)]),
             m_theme.font(11), m_theme.text.tertiary);
        const bool own = rule.leadsTo.starts_with("redirect") || rule.leadsTo.starts_with("answers");
        const QString leads = rule.state == LadderRule::State::Matches || own ? safeText(rule.leadsTo) : QStringLiteral("would go to ") + safeText(rule.leadsTo);
        text({m_area.right() - 16 - right(), top, right(), kLine}, rule.leadsTo.empty() ? QString() : leads, m_theme.font(12), m_theme.text.secondary, Qt::AlignRight);
    }

    void paintConditions() {
        double y = m_area.top() + kPad;
        const double left = m_area.left() + kConditions;
        const double width = m_area.width() - kConditions - right() - 32;
        for (const Line& line : linesOf(*m_row.rule)) {
            if (line.condition == nullptr) {
                text({left + (line.words == QLatin1String("or") ? 0 : 17), y, width, kLine}, line.words, m_theme.font(11), m_theme.text.tertiary);
                if (line.words != QLatin1String("or")) {
                    paintSign(m_painter, m_theme, LadderCondition::State::NotLookedAt, {left + 5.5, y + 8.5});
                }
            } else {
                paintSign(m_painter, m_theme, line.condition->state, {left + 5.5, y + 8.5});
                QString words = safeText(line.condition->what + " " + line.condition->wanted);
                const bool skipped = line.condition->state == LadderCondition::State::NotLookedAt;
                if (skipped && m_row.rule->state != LadderRule::State::NotReached) {
                    words += QStringLiteral(", not looked at");
                }
                text({left + 17, y, width - 17, kLine}, words, m_theme.monoFont(11), skipped ? m_theme.text.tertiary : m_theme.text.primary);
            }
            y += kLine;
        }
        if (const QString why = rejectionSentence(*m_row.rule); !why.isEmpty()) {
            text({left, y + 2, width, kLine}, why, m_theme.font(12), m_theme.text.secondary);
        }
    }

    QPainter& m_painter;
    const Theme& m_theme;
    const RulesModel::Row& m_row;
    QRect m_area;
    QColor m_ground;
};

const RulesModel::Row& rowAt(const QModelIndex& index) {
    return static_cast<const RulesModel*>(index.model())->row(index.row());
}

} // namespace

void RulesDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    RowPainter(*painter, *m_theme, rowAt(index), option.rect).paint((option.state & QStyle::State_Selected) != 0, (option.state & QStyle::State_HasFocus) != 0);
    painter->restore();
}

QSize RulesDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const RulesModel::Row& row = rowAt(index);
    const int lines = static_cast<int>(linesOf(*row.rule).size());
    const int why = rejectionSentence(*row.rule).isEmpty() ? 0 : kLine + 3;
    return {400, std::max(2 * kLine, lines * kLine + why) + 2 * kPad + (row.heading.isEmpty() ? 0 : kHeading)};
}

} // namespace meshdeck::views
