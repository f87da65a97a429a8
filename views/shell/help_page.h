// The manual, from the program's own resources: the one place where rich text is shown, and nothing from outside
// reaches it.
#pragma once

#include <QWidget>

class QTextBrowser;

namespace meshdeck::views {

class HelpPage final : public QWidget {
    Q_OBJECT

public:
    explicit HelpPage(QWidget* parent = nullptr);
    // `page` is a file of resources/manual, "keyboard.md".
    void open(const QString& page);

private:
    QTextBrowser* m_text;
};

} // namespace meshdeck::views
