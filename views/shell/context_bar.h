// The bar over the window: which mesh, how careful, what is in it, since when, what is pending.
#pragma once

#include <QWidget>

#include "mesh/snapshot.h"
#include "shell/shell_options.h"

class QToolButton;

namespace meshdeck::views {

class SafeLabel;

class ContextBar final : public QWidget {
    Q_OBJECT

public:
    explicit ContextBar(const ShellOptions& options, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setReadOnly(bool readOnly);
    void setSnapshot(const mesh::MeshSnapshot& snapshot);
    void setPending(int changes);

Q_SIGNALS:
    void paletteRequested();
    void pendingClicked();
    void unlockRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    class Chip;
    const ShellOptions& m_options; // of the window, which owns us
    const Theme* m_theme;
    QString m_live;
    Chip* m_chip;
    SafeLabel* m_scope;
    SafeLabel* m_time;
    QToolButton* m_palette;
    QToolButton* m_pending;
};

} // namespace meshdeck::views
