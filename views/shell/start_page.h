// First start (mockup i1): what was looked for, and the demonstration mesh as the way on.
#pragma once

#include <QWidget>

#include "shell/shell_options.h"

namespace meshdeck::views {

class StartPage final : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(const ShellOptions& options, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void demoRequested();
    void kubeconfigChosen(const QString& file);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeLeft(const ShellOptions& options);
    QWidget* makeRight();
    void chooseFile();

    class Picture;
    Picture* m_picture = nullptr;
};

} // namespace meshdeck::views
