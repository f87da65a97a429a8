// The tools above the map: find and hide, what a card stands for, what the labels tell, how much is folded, and the view's
// own switches. It knows no mesh: whoever owns it answers its signals.
#pragma once

#include <QWidget>

#include "common/theme.h"
#include "map/saved_filter.h"
#include "mesh/graph.h"
#include "traffic/edge_figure.h"
#include "traffic/find/expression.h"
#include "traffic/lens.h"

class QAction;
class QHBoxLayout;
class QToolButton;

namespace meshdeck::views {

class FilterMenu;
class FindField;
class SafeLabel;

class ToolRow final : public QWidget {
    Q_OBJECT

public:
    explicit ToolRow(QWidget* parent);

    void setTheme(const Theme& theme);
    void setGraph(const std::shared_ptr<const mesh::Graph>& graph); // for completion
    void setFilters(const SavedFilters& filters);
    [[nodiscard]] FindField& findField() { return *m_find; }
    [[nodiscard]] FindField& hideField() { return *m_hide; }
    [[nodiscard]] FilterMenu& filterMenu() { return *m_filters; }
    // The switches of the menu "Hide".
    [[nodiscard]] QAction& hideIdle() { return *m_hideIdle; }
    [[nodiscard]] QAction& hideNoise() { return *m_hideNoise; }
    [[nodiscard]] QAction& hideOthers() { return *m_hideOthers; }
    [[nodiscard]] const traffic::FindExpression& find() const;
    [[nodiscard]] const traffic::FindExpression& hide() const;
    [[nodiscard]] bool hidesOthers() const; // what does not match, with something to find
    void focusFind();
    void focusHide(); // opens the second row
    void setTableShown(bool table); // signals nothing
    void setReducedMotion(bool reduced);
    // What the noise filter leaves out of this picture; signals nothing.
    void setNoise(const traffic::Noise& noise, bool hidden);
    // `folded`: groups are closed in the picture shown; signals nothing.
    void setFold(traffic::FoldMode fold, bool folded);
    void toggleFold(); // as a click on the chip does

Q_SIGNALS:
    void findChanged();
    void findStepped(int by); // Enter, Shift+Enter in the find field
    void findLeft();          // Escape in a field; it is empty by then
    void hideChanged();       // the expression, or whether others are hidden
    void noiseToggled(bool hide);
    void foldChosen(meshdeck::traffic::FoldMode fold);
    void filtersChanged(const meshdeck::views::SavedFilters& filters);
    void graphChosen(meshdeck::mesh::GraphType type, bool idleNodes);
    void labelsChosen(meshdeck::traffic::EdgeFigure figure);
    void tableToggled(bool table);
    void dotsToggled(bool on);
    void fitRequested();
    void exportRequested(QWidget* under); // where a panel may hang from

protected:
    void resizeEvent(QResizeEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void addFind(QHBoxLayout* layout);
    void addHideMenu(QWidget* row);
    void addHideRow();
    void addSwitches(QWidget* row);
    void addLens(QWidget* row);
    QToolButton* addChip(QWidget* row, const QString& text, const QString& tip);
    void addTypeChip(QWidget* row);
    void addLabelChip(QWidget* row);
    void chooseGraph();
    void showHideRow(bool shown);
    void tellHidden(); // on the chip
    void takeFilter(const SavedFilter& filter);
    void showProblem(FindField* field, const QString& sentence);
    void placeProblem();
    void rememberPresent();

    FindField* m_find = nullptr;
    FindField* m_hide = nullptr;
    FilterMenu* m_filters = nullptr;
    QWidget* m_hideRow = nullptr;
    SafeLabel* m_problem = nullptr; // hangs under the field that it is about
    FindField* m_problemOf = nullptr;
    QToolButton* m_hideChip = nullptr;
    QAction* m_hideIdle = nullptr;
    QAction* m_hideNoise = nullptr;
    QAction* m_hideOthers = nullptr;
    QAction* m_hideExpression = nullptr;
    QToolButton* m_fold = nullptr;
    QToolButton* m_clusters = nullptr;
    QToolButton* m_table = nullptr;
    QToolButton* m_dots = nullptr;
    mesh::GraphType m_type = mesh::GraphType::VersionedApp;
};

} // namespace meshdeck::views
