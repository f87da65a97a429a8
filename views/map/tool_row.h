// The tools above the map: find, what is left out, what a card stands for, and the view's own switches. It knows no
// mesh: whoever owns it answers its signals.
#pragma once

#include <QWidget>

#include "mesh/graph.h"
#include "traffic/lens.h"

class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace meshdeck::views {

class SafeLabel;

class ToolRow final : public QWidget {
    Q_OBJECT

public:
    explicit ToolRow(QWidget* parent);

    [[nodiscard]] QString findText() const;
    // "8 of 3,012"; empty takes the words away.
    void setFound(const QString& words);
    void focusFind();
    void setTableShown(bool table); // signals nothing
    void setReducedMotion(bool reduced);
    // The chip that says what the noise filter leaves out of this picture; signals nothing.
    void setNoise(const traffic::Noise& noise, bool hidden);
    // `folded`: groups are closed in the picture shown; signals nothing.
    void setFold(traffic::FoldMode fold, bool folded);
    void toggleFold(); // as a click on the chip does

Q_SIGNALS:
    void noiseToggled(bool hide);
    void foldChosen(meshdeck::traffic::FoldMode fold);
    void findChanged(const QString& query);
    void findEntered(); // Enter in the find field
    void findLeft();    // Escape in the find field; it is empty by then
    void graphChosen(meshdeck::mesh::GraphType type, bool idleNodes);
    void tableToggled(bool table);
    void dotsToggled(bool on);
    void fitRequested();
    void exportRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addFind(QHBoxLayout* layout);
    QToolButton* addChip(const QString& text, const QString& tip);
    void addTypeChip();
    void chooseGraph();
    void addLens();

    QLineEdit* m_find = nullptr;
    SafeLabel* m_found = nullptr;
    QToolButton* m_hideIdle = nullptr;
    QToolButton* m_noise = nullptr;
    QToolButton* m_fold = nullptr;
    QToolButton* m_clusters = nullptr;
    QToolButton* m_table = nullptr;
    QToolButton* m_dots = nullptr;
    mesh::GraphType m_type = mesh::GraphType::VersionedApp;
};

} // namespace meshdeck::views
