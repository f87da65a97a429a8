// Ctrl+K: go to a service or run a command by typing a part of its name.
#pragma once

#include <functional>
#include <vector>

#include <QFrame>

class QLineEdit;
class QListWidget;

namespace meshdeck::views {

struct PaletteEntry {
    QString text;
    QString hint; // where it is, or its shortcut
    std::function<void()> run;
};

class CommandPalette final : public QFrame {
    Q_OBJECT

public:
    explicit CommandPalette(QWidget* parent);
    // Shows itself over the top of its parent; closes after a choice or Escape.
    void open(std::vector<PaletteEntry> entries);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& words);
    void run();

    QLineEdit* m_words;
    QListWidget* m_list;
    std::vector<PaletteEntry> m_entries;
};

} // namespace meshdeck::views
