#include "changes/code_view.h"

#include <QTextBlock>

#include "base/text.h"

namespace meshdeck::views {

CodeView::CodeView(const QString& accessibleName, QWidget* parent)
    : QPlainTextEdit(parent) {
    setReadOnly(true);
    setLineWrapMode(NoWrap);
    setAccessibleName(accessibleName);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    document()->setDocumentMargin(10);
}

void CodeView::setCode(const std::string& text, bool signs, const Theme& theme) {
    setFont(theme.monoFont(11.5));
    const QString shown = QString::fromStdString(text::safe(text, true, 1U << 20U));
    if (shown != toPlainText()) { // the same text stays where it was scrolled to
        setPlainText(shown);
    }
    tint(signs, theme);
}

void CodeView::tint(bool signs, const Theme& theme) {
    QList<QTextEdit::ExtraSelection> tints;
    for (QTextBlock block = document()->begin(); signs && block.isValid(); block = block.next()) {
        const QString line = block.text();
        const bool head = line.startsWith(QLatin1String("+++")) || line.startsWith(QLatin1String("---")) || line.startsWith(QLatin1Char('@'));
        if (!head && !line.startsWith(QLatin1Char('+')) && !line.startsWith(QLatin1Char('-'))) {
            continue;
        }
        QTextEdit::ExtraSelection tint;
        tint.cursor = QTextCursor(block);
        tint.format.setProperty(QTextFormat::FullWidthSelection, true);
        if (head) {
            tint.cursor.select(QTextCursor::LineUnderCursor);
            tint.format.setForeground(theme.text.tertiary);
        } else {
            const bool added = line.startsWith(QLatin1Char('+'));
            tint.format.setBackground(added ? theme.changeTint.added : theme.changeTint.removed);
        }
        tints.append(tint);
    }
    setExtraSelections(tints);
}

} // namespace meshdeck::views
