#include <QApplication>
#include <QStyleFactory>

#include "common/theme.h"

namespace meshdeck::views {

QPalette paletteOf(const Theme& theme) {
    QPalette palette;
    palette.setColor(QPalette::Window, theme.surface.panel);
    palette.setColor(QPalette::WindowText, theme.text.primary);
    palette.setColor(QPalette::Base, theme.surface.input);
    palette.setColor(QPalette::AlternateBase, theme.surface.raised);
    palette.setColor(QPalette::Text, theme.text.primary);
    palette.setColor(QPalette::PlaceholderText, theme.text.tertiary);
    palette.setColor(QPalette::Button, theme.surface.raised);
    palette.setColor(QPalette::ButtonText, theme.text.primary);
    palette.setColor(QPalette::BrightText, theme.text.primary);
    palette.setColor(QPalette::Highlight, theme.selectionFill);
    palette.setColor(QPalette::HighlightedText, theme.text.primary);
    palette.setColor(QPalette::Link, theme.accent.base);
    palette.setColor(QPalette::LinkVisited, theme.accent.base);
    palette.setColor(QPalette::ToolTipBase, theme.surface.raised);
    palette.setColor(QPalette::ToolTipText, theme.text.primary);
    palette.setColor(QPalette::Light, theme.surface.raised);
    palette.setColor(QPalette::Midlight, theme.line.hair);
    palette.setColor(QPalette::Mid, theme.line.edge);
    palette.setColor(QPalette::Dark, theme.line.edge);
    palette.setColor(QPalette::Shadow, theme.surface.inset);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        palette.setColor(QPalette::Disabled, role, theme.text.disabled);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, theme.surface.raised);
    return palette;
}

QString styleSheetOf(const Theme& theme) {
    static const char* const kSheet = R"(
QMainWindow, QMainWindow::separator { background: %window; width: 1px; height: 1px; }
QWidget[role="bar"] { background: %window; }
QWidget[role="panel"] { background: %panel; }
QWidget[role="raised"] { background: %raised; }
QWidget[role="canvas"] { background: %canvas; }
QFrame[role="card"] { background: %panel; border: 1px solid %hair; border-radius: 4px; }
QFrame[role="line"] { background: %hair; border: none; }
QLabel[role="secondary"] { color: %text2; }
QLabel[role="tertiary"] { color: %text3; }
QLabel[role="problem"] { background: %raised; border: 1px solid %strong; border-radius: 4px; padding: 6px 10px; color: %text1; }
QLabel[role="chip"] { border: 1px solid %edge; border-radius: 4px; background: %input; padding: 2px 8px; }
QPushButton, QToolButton[role="chip"] { background: %raised; border: 1px solid %edge; border-radius: 4px; padding: 0 12px;
  min-height: 26px; color: %text1; }
QToolButton[role="chip"] { background: %input; padding: 0 8px; min-height: 22px; }
QPushButton:hover, QToolButton[role="chip"]:hover { border-color: %strong; }
QPushButton:disabled, QToolButton[role="chip"]:disabled { color: %disabled; background: transparent; }
QToolButton[role="chip"]:checked { background: %accentTint; border-color: %accent; }
QToolButton[role="link"] { background: transparent; border: 1px solid transparent; border-radius: 3px; color: %text1; padding: 0;
  margin: 0 0 0 -1px; }
QToolButton[role="link"]:hover { color: %accent; text-decoration: underline; }
QToolButton[role="link"]:focus { border-color: %focus; }
QPushButton[primary="true"] { background: %accent; border-color: %accent; color: %onAccent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: %accentHover; }
QPushButton[primary="true"]:disabled { background: transparent; border-color: %edge; color: %disabled; }
QPushButton:focus, QToolButton[role="chip"]:focus, QLineEdit:focus, QSpinBox:focus { border: 1px solid %focus; }
QLineEdit, QSpinBox { background: %input; border: 1px solid %edge; border-radius: 4px; padding: 0 8px; min-height: 24px;
  selection-background-color: %accentTint; selection-color: %text1; }
QLineEdit:disabled, QSpinBox:disabled { color: %disabled; }
QPlainTextEdit, QTextBrowser { background: %panel; border: none; selection-background-color: %accentTint;
  selection-color: %text1; }
QTabBar { background: %panel; }
QTabBar::tab { background: transparent; color: %text2; padding: 5px 0 6px; margin: 0 16px 0 0;
  border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: %text1; border-bottom: 2px solid %accent; font-weight: 600; }
QTabWidget::pane { border: none; border-top: 1px solid %hair; }
QTabWidget::tab-bar { left: 16px; }
QHeaderView::section { background: %panel; color: %text2; border: none; border-bottom: 1px solid %hair; padding: 3px 4px; }
QTableView, QTreeView, QListView { background: %panel; border: none; gridline-color: %hair; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: %edge; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: %raised; color: %text1; border: 1px solid %edge; padding: 4px 6px; }
QMenu { background: %raised; border: 1px solid %edge; } QMenu::item:selected { background: %accentTint; }
QDockWidget { border: none; }
)";
    QString sheet = QString::fromUtf8(kSheet);
    // Longest names first: %accentHover before %accent.
    const std::vector<std::pair<const char*, QColor>> names = {
        {"%accentHover", theme.accent.hover}, {"%accentTint", theme.accent.tint}, {"%accent", theme.accent.base},
        {"%window", theme.surface.window},    {"%panel", theme.surface.panel},    {"%raised", theme.surface.raised},
        {"%canvas", theme.surface.canvas},    {"%input", theme.surface.input},    {"%hair", theme.line.hair},
        {"%edge", theme.line.edge},           {"%strong", theme.line.strong},     {"%text1", theme.text.primary},
        {"%text2", theme.text.secondary},     {"%text3", theme.text.tertiary},    {"%disabled", theme.text.disabled},
        {"%onAccent", theme.text.onAccent},   {"%focus", theme.accent.focus}};
    for (const auto& [name, colour] : names) {
        sheet.replace(QLatin1String(name), colour.name());
    }
    return sheet;
}

void applyTheme(const Theme& theme) {
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(paletteOf(theme));
    QApplication::setFont(theme.font(13));
    qApp->setStyleSheet(styleSheetOf(theme));
}

} // namespace meshdeck::views
