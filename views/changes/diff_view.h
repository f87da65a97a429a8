// Three columns of YAML: as the edit began, as it is now, as it will be stored (mockup c); lines that differ are tinted
// and carry a sign. One scroll position for all three, so they never drift apart. Opens at the first change.
#pragma once

#include <set>
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
    // Folds what is further than three lines from a change; a click on a fold opens it.
    void setOnlyChanges(bool only);
    // Another object: its first change is shown, wherever the last one was scrolled to.
    void begin();
    // A change is a run of lines that differ. They are counted from 0; -1 without one.
    [[nodiscard]] int changeCount() const { return static_cast<int>(m_changes.size()); }
    [[nodiscard]] int currentChange() const { return m_changes.empty() ? -1 : m_current; }
    // Round and round; does nothing without a change.
    void nextChange() { step(1); }
    void previousChange() { step(-1); }
    // The rows shown, folds left out.
    [[nodiscard]] std::vector<change::ThreeWayLine> lines() const;
    // Is the row of this change within the viewport, head apart?
    [[nodiscard]] bool isInView(int change) const;

Q_SIGNALS:
    void changeShown(int current, int count); // current from 0, -1 without one

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override; // N and P
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    struct Row {
        std::size_t line = 0;   // index into m_lines; of a fold its first
        std::size_t hidden = 0; // lines in a fold, 0: a line
    };
    struct Run {
        std::size_t first = 0, last = 0; // indices into m_lines
    };
    void findChanges();
    void choose();
    void step(int by);
    void showCurrent();
    [[nodiscard]] int rowOf(std::size_t line) const;
    void paintColumn(QPainter& painter, int column, const QRectF& area);
    void paintHead(QPainter& painter, int column, const QRectF& area);
    void paintFold(QPainter& painter, const Row& fold, const QRectF& row, bool named);

    const Theme* m_theme;
    std::vector<change::ThreeWayLine> m_lines;
    std::vector<Row> m_rows;
    std::vector<Run> m_changes;
    std::set<std::size_t> m_unfolded; // first lines of the folds that were opened
    QString m_liveNote;
    int m_current = 0;
    bool m_onlyChanges = false;
    bool m_follows = true; // the user has not scrolled: the current change stays in view
};

} // namespace meshdeck::views
