#include "routes/yaml_view.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPainter>
#include <QTextBlock>
#include <QToolTip>

#include "base/text.h"
#include "common/safe_label.h"
#include "config/json_pointer.h"
#include "config/positions.h"
#include "config/yaml.h"
#include "map/glyphs.h"
#include "routes/config_model.h"

namespace meshdeck::views {

constexpr std::size_t kMostBytes = 1U << 20U;

class YamlView::Gutter final : public QWidget {
public:
    explicit Gutter(YamlView& view)
        : QWidget(&view)
        , m_view(view) {}
    [[nodiscard]] QSize sizeHint() const override { return {m_view.gutterWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent* event) override { m_view.paintGutter(*event); }

private:
    YamlView& m_view;
};

YamlView::YamlView(QWidget* parent)
    : QPlainTextEdit(parent)
    , m_theme(&theme(ThemeKind::Dark))
    , m_gutter(new Gutter(*this)) {
    setReadOnly(true);
    setLineWrapMode(NoWrap);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setAccessibleName(QStringLiteral("YAML of the object"));
    document()->setDocumentMargin(8);
    setFont(m_theme->monoFont(12));
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& area, int dy) {
        dy != 0 ? m_gutter->scroll(0, dy) : m_gutter->update(0, area.y(), m_gutter->width(), area.height());
    });
    setViewportMargins(gutterWidth(), 0, 0, 0);
}

int YamlView::gutterWidth() const {
    return 26 + fontMetrics().horizontalAdvance(QLatin1Char('9')) * std::max(3, static_cast<int>(QString::number(blockCount()).size()));
}

void YamlView::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    const QRect area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), gutterWidth(), area.height());
}

void YamlView::setTheme(const Theme& theme) {
    m_theme = &theme;
    setFont(theme.monoFont(12));
    tint();
    m_gutter->update();
}

void YamlView::setObject(const config::ConfigObject& object, const std::vector<FindingRow>& findings) {
    const std::string yaml = object.json ? config::toYaml(config::withoutServerFields(*object.json)) : std::string();
    if (yaml != m_yaml || toPlainText().isEmpty()) {
        m_yaml = yaml;
        setPlainText(QString::fromStdString(text::safe(yaml, true, kMostBytes)));
    }
    m_findings.clear();
    for (const FindingRow& finding : findings) {
        m_findings.emplace(lineOf(finding.pointer), finding);
    }
    setAccessibleDescription(QStringLiteral("%1, %2 findings").arg(safeText(object.ref.display())).arg(findings.size()));
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), gutterWidth(), area.height());
    tint();
    m_gutter->update();
}

void YamlView::clearObject(const QString& why) {
    m_yaml.clear();
    m_findings.clear();
    setPlainText(why);
    tint();
    m_gutter->update();
}

int YamlView::lineOf(const std::string& pointer) const {
    if (pointer.empty()) {
        return 1;
    }
    const auto tokens = config::pointerTokens(pointer);
    const config::Position at = tokens ? config::findPosition(m_yaml, 0, *tokens) : config::Position{};
    return std::max(1, static_cast<int>(at.line));
}

std::map<int, policy::Severity> YamlView::marks() const {
    std::map<int, policy::Severity> marks;
    for (const auto& [line, finding] : m_findings) {
        const auto [at, fresh] = marks.emplace(line, finding.severity);
        at->second = fresh ? finding.severity : std::min(at->second, finding.severity); // errors are least
    }
    return marks;
}

void YamlView::showPointer(const std::string& pointer) {
    const QTextBlock block = document()->findBlockByNumber(lineOf(pointer) - 1);
    if (block.isValid()) {
        setTextCursor(QTextCursor(block));
        centerCursor();
        tint();
    }
}

void YamlView::tint() {
    QList<QTextEdit::ExtraSelection> tints;
    const auto add = [&](const QTextBlock& block, const QColor& colour) {
        QTextEdit::ExtraSelection tint;
        tint.cursor = QTextCursor(block);
        tint.format.setProperty(QTextFormat::FullWidthSelection, true);
        tint.format.setBackground(colour);
        tints.append(tint);
    };
    if (!m_yaml.empty() && textCursor().blockNumber() > 0) {
        add(textCursor().block(), m_theme->accent.tint);
    }
    for (const auto& [line, severity] : marks()) {
        const QTextBlock block = document()->findBlockByNumber(line - 1);
        if (block.isValid() && severity != policy::Severity::Info && !m_theme->highContrast) {
            add(block, m_theme->tintOf(healthOf(severity)));
        }
    }
    setExtraSelections(tints);
}

void YamlView::paintGutter(QPaintEvent& event) {
    QPainter painter(m_gutter);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(event.rect(), m_theme->surface.panel);
    if (m_yaml.empty()) {
        return;
    }
    const std::map<int, policy::Severity> marked = marks();
    painter.setFont(m_theme->monoFont(11));
    QTextBlock block = firstVisibleBlock();
    double top = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && top <= event.rect().bottom()) {
        const double height = blockBoundingRect(block).height();
        const int line = block.blockNumber() + 1;
        painter.setPen(m_theme->text.tertiary);
        painter.drawText(QRectF(16, top, m_gutter->width() - 22, height), Qt::AlignRight | Qt::AlignVCenter, QString::number(line));
        if (const auto mark = marked.find(line); mark != marked.end()) {
            paintMark(painter, *m_theme, healthOf(mark->second), {10, top + height / 2}, 5.5, m_theme->surface.panel);
        }
        top += height;
        block = block.next();
    }
}

bool YamlView::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip) {
        return QPlainTextEdit::viewportEvent(event);
    }
    const auto* help = static_cast<QHelpEvent*>(event);
    const int line = cursorForPosition(help->pos()).blockNumber() + 1;
    QStringList words;
    for (auto [at, last] = m_findings.equal_range(line); at != last; ++at) {
        words.append(safeText(at->second.code + ": " + at->second.message) + (at->second.fix.empty() ? QString() : QStringLiteral("\nFix: ") + safeText(at->second.fix)));
    }
    QToolTip::showText(help->globalPos(), plainToolTip(words.join(QLatin1Char('\n'))), viewport());
    return true;
}

} // namespace meshdeck::views
