// The panel at the map's top right: what needs attention, worst first; or, when telemetry is gone, what is missing.
#pragma once

#include <QFrame>

#include "common/theme.h"
#include "map/scene.h"

class QVBoxLayout;

namespace meshdeck::views {

class AttentionList final : public QFrame {
    Q_OBJECT

public:
    explicit AttentionList(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // Hidden when there is nothing to say.
    void setScene(const Scene& scene);

Q_SIGNALS:
    void nodeChosen(const QString& node);

private:
    void rebuild();
    void addRow(const Attention& attention);
    void addMissing(const QString& what, const QString& since);

    const Theme* m_theme;
    std::vector<Attention> m_attention;
    QString m_stale;
    bool m_known = true;
    QVBoxLayout* m_rows;
};

} // namespace meshdeck::views
