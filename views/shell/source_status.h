// One mark per source in the status bar: disc live, half disc stale, square with a cross down, dotted off.
#pragma once

#include <QWidget>

#include "common/theme.h"
#include "mesh/snapshot.h"

namespace meshdeck::views {

class SourceStatus final : public QWidget {
    Q_OBJECT

public:
    explicit SourceStatus(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setSnapshot(const mesh::MeshSnapshot& snapshot, ServerTime now);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Entry {
        mesh::SourceState state = mesh::SourceState::Absent;
        QString name;
        QString words;
        QString tip;
        QRectF place;
    };
    void place();

    const Theme* m_theme;
    std::vector<Entry> m_entries;
};

} // namespace meshdeck::views
