// The map's page: tool row, banner, map, attention list and legend. It connects itself to the mesh state.
#pragma once

#include <optional>

#include <QWidget>

#include "base/executor.h"
#include "common/mesh_state.h"
#include "common/theme.h"
#include "map/map_view.h"
#include "map/place_store.h"
#include "map/saved_filter.h"
#include "map/scene_builder.h"
#include "traffic/edge_figure.h"
#include "traffic/find/evaluate.h"

class QMenu;
class QStackedWidget;

namespace meshdeck::views {

class AttentionList;
class ExportPanel;
class GraphTables;
class LegendStrip;
class MapLens;
class MapView;
class SafeLabel;
class SceneFeed;
class ScopeBar;
class SourceBanner;
class ToolRow;

class MapPage final : public QWidget {
    Q_OBJECT

public:
    // Both outlive the page.
    MapPage(MeshState& mesh, Executor& worker, const Clock& clock, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    [[nodiscard]] MapView& view() { return *m_view; }
    [[nodiscard]] ToolRow& tools() { return *m_tools; }
    // Selects what shows a graph node or a graph edge, and brings it into view.
    void selectNode(const QString& node);
    void selectEdge(const QString& edge);
    void setReducedMotion(bool reduced);
    // The tables in the map's place.
    void showTable(bool table);
    [[nodiscard]] bool tableShown() const;
    [[nodiscard]] GraphTables& tables() { return *m_tables; }
    void focusFind();
    void focusHide();
    void setFilters(const SavedFilters& filters);
    void showExport(QWidget* under); // the panel, hanging from a widget
    // What of the mesh is looked at; whoever changes it sees the map follow.
    [[nodiscard]] MapLens& lens() { return *m_lens; }
    // Focus questions about a node of the graph, or about what is selected when it is empty. False without any.
    bool focusOn(const std::string& node, int depth);
    bool askUpstream(const std::string& node);
    bool askDownstream(const std::string& node);
    // The first call remembers one end, the second shows the ways from it.
    bool markWay(const std::string& node);
    void showWays(const std::string& from, const std::string& to);
    void goBack();
    // What one can go to, inside of closed groups too.
    struct Place {
        QString name;
        QString hint; // "service in orders"
        std::string node;
    };
    [[nodiscard]] std::vector<Place> places() const;
    // Where cards put by hand are remembered; may be null, outlives the page.
    void setPlaceStore(PlaceStore* store);
    // Lets only these cards stand out and the lines among them, until something is looked for or Esc is pressed; `what` says
    // what they are. Ids of graph nodes and edges.
    void showPath(std::vector<std::string> nodes, std::vector<std::string> edges, const QString& what);
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
    // Namespaces whose workloads the map shows one by one, once it stands still: their full numbers are wanted first. Empty:
    // all, or none while all are closed.
    void namespacesInView(const std::vector<std::string>& namespaces);
    void sceneShown();
    // What the find field finds in what is drawn; null: nothing is looked for.
    void found(const std::shared_ptr<const meshdeck::mesh::Graph>& graph, const meshdeck::traffic::FindMatches& matches);
    void findStepped(int by); // to the next (1) or previous (-1) of them
    void filtersChanged(const meshdeck::views::SavedFilters& filters);
    // From the card's menu: the Routes page with a request to this service, the weights of its route.
    void requestWanted(const QString& node);
    void weightsWanted(const QString& node);

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
        traffic::Lens lens;
        traffic::EdgeFigure labels = traffic::EdgeFigure::Rate;
        std::shared_ptr<const Positions> pinned;
        bool operator==(const Drawn&) const = default;
    };

    void connectTools();
    void connectLens();
    [[nodiscard]] traffic::Lens lensWithFilters() const;
    void lensChanged(bool inPlace);
    void keepInPlace(const ScenePtr& next);
    void showScope();
    void showMenu(QPoint global, const MapView::Hit& hit);
    void addNodeActions(QMenu& menu, const SceneNode& node);
    void addGroupActions(QMenu& menu, const SceneNode& node);
    void answerKey(int key, bool& taken);
    [[nodiscard]] std::string subject(const std::string& node) const; // else what is selected
    [[nodiscard]] QString nameOf(const std::string& node) const;
    void chooseGraph(mesh::GraphType type, bool idleNodes);
    void requestScene();
    void showScene(const ScenePtr& scene);
    void showSources(const Scene& scene);
    void connectFind();
    void find();
    void applyPath();
    void endPath();
    void placeOverlays();
    void fillTables();

    MeshState& m_mesh;
    const Clock& m_clock;
    const Theme* m_theme;
    SceneFeed* m_feed;
    MapLens* m_lens;
    ScopeBar* m_scope = nullptr;
    MapView* m_view = nullptr;
    GraphTables* m_tables = nullptr;
    QStackedWidget* m_forms = nullptr;
    SourceBanner* m_banner = nullptr;
    AttentionList* m_attention = nullptr;
    LegendStrip* m_legend = nullptr;
    SafeLabel* m_empty = nullptr;
    ToolRow* m_tools = nullptr;
    ExportPanel* m_export = nullptr; // made when it is first asked for
    traffic::EdgeFigure m_labels = traffic::EdgeFigure::Rate;
    Drawn m_drawn;
    bool m_inPlace = true;                        // of the lens since the last scene
    bool m_lensMoved = false;                     // the next scene is of another lens than the shown one
    std::string m_opening;                        // group to bring into view
    QString m_pending;                            // node to select when it has a card
    std::optional<MapView::Camera> m_cameraAfter; // where to look from once the picture is there
    struct Path {
        std::vector<std::string> nodes, edges;
        QString what;
    };
    std::optional<Path> m_path;
};

} // namespace meshdeck::views
