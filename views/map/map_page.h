// The map's page: tool row, banner, map, attention list and legend. It connects itself to the mesh state.
#pragma once

#include <QWidget>

#include "base/executor.h"
#include "common/mesh_state.h"
#include "common/theme.h"
#include "map/grace.h"
#include "map/scene.h"

class QLineEdit;
class QStackedWidget;
class QToolButton;

namespace meshdeck::views {

class AttentionList;
class GraphTables;
class LegendStrip;
class MapView;
class SafeLabel;
class SceneFeed;
class SourceBanner;

class MapPage final : public QWidget {
    Q_OBJECT

public:
    // Both outlive the page.
    MapPage(MeshState& mesh, Executor& worker, const Clock& clock, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    [[nodiscard]] MapView& view() { return *m_view; }
    // Selects what shows a graph node or a graph edge, and brings it into view.
    void selectNode(const QString& node);
    void selectEdge(const QString& edge);
    void setReducedMotion(bool reduced);
    // The tables in the map's place.
    void showTable(bool table);
    [[nodiscard]] bool tableShown() const;
    [[nodiscard]] GraphTables& tables() { return *m_tables; }
    void focusFind();
    void saveImage(); // asks where
    // What is shown instead of a map when there is nothing to draw.
    [[nodiscard]] QString emptyReason() const;

Q_SIGNALS:
    void nodeSelected(const QString& node);
    // Graph edges that are drawn as the selected line; empty: none is selected.
    void edgeSelected(const std::vector<std::string>& edges);
    void nodeActivated(const QString& node);
    void refreshRequested();
    // Another graph is wanted: whoever builds it brings the next snapshot.
    void graphChosen(meshdeck::mesh::GraphType type, bool idleNodes);
    void zoomChanged(double zoom);
    // What the map shows, once it stands still; empty: everything.
    void namespacesInView(const std::vector<std::string>& namespaces);
    void sceneShown();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    // What a scene is made from; another snapshot of the same is no reason to draw.
    struct Drawn {
        std::shared_ptr<const mesh::Graph> graph;
        std::shared_ptr<const mesh::Inventory> inventory; // while there is no graph
        QString stale;
        bool operator==(const Drawn&) const = default;
    };

    QWidget* makeToolRow();
    QToolButton* makeTypeChip(QWidget* row);
    void chooseGraph(mesh::GraphType type, bool idleNodes);
    void requestScene();
    void showScene(const ScenePtr& scene);
    void showSources(const Scene& scene);
    void find(const QString& query);
    void placeOverlays();
    void fillTables();

    MeshState& m_mesh;
    const Clock& m_clock;
    const Theme* m_theme;
    SceneFeed* m_feed;
    Grace m_grace;
    MapView* m_view = nullptr;
    GraphTables* m_tables = nullptr;
    QStackedWidget* m_forms = nullptr;
    SourceBanner* m_banner = nullptr;
    AttentionList* m_attention = nullptr;
    LegendStrip* m_legend = nullptr;
    SafeLabel* m_empty = nullptr;
    QLineEdit* m_find = nullptr;
    SafeLabel* m_found = nullptr;
    QToolButton* m_dots = nullptr;
    QToolButton* m_hideIdle = nullptr;
    QToolButton* m_table = nullptr;
    Drawn m_drawn;
    mesh::GraphType m_type = mesh::GraphType::VersionedApp;
};

} // namespace meshdeck::views
