// Three columns of YAML: as the edit began, as it is now, as it will be stored (mockup c); lines that differ are tinted
// and carry a sign.
#pragma once

#include <vector>

#include <QAbstractScrollArea>

#include "change/text_diff.h"
#include "common/theme.h"

namespace meshdeck::views {

class DiffView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit DiffView(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setTexts(const std::string& base, const std::string& live, const std::string& mine, const QString& liveNote);
    void setOnlyChanges(bool only);
    // The rows shown, for tests and the screen reader.
    [[nodiscard]] const std::vector<change::ThreeWayLine>& lines() const { return m_shown; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void choose();
    void paintColumn(QPainter& painter, int column, const QRectF& area);

    const Theme* m_theme;
    std::vector<change::ThreeWayLine> m_lines;
    std::vector<change::ThreeWayLine> m_shown;
    QString m_liveNote;
    bool m_onlyChanges = false;
};

} // namespace meshdeck::views
