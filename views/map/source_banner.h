// One sentence on what is missing and what to do, over the map, while a source does not deliver (visual.md 7).
#pragma once

#include <QFrame>

#include "common/theme.h"
#include "mesh/snapshot.h"

class QHBoxLayout;
class QLabel;

namespace meshdeck::views {

class SafeLabel;

class SourceBanner final : public QFrame {
    Q_OBJECT

public:
    explicit SourceBanner(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // Shows the first source that is stale, denied or partial with a reason; hides when all is well.
    void setSources(const std::vector<mesh::SourceHealth>& sources, const QString& consequence);

Q_SIGNALS:
    void retryRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showMark();

    const Theme* m_theme;
    mesh::Health m_health = mesh::Health::Failing;
    QLabel* m_mark;
    SafeLabel* m_what;
    SafeLabel* m_then;
};

} // namespace meshdeck::views
