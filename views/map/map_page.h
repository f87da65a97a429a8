// The map's page: tool row, banner, map, attention list and legend. It connects itself to the mesh state.
#pragma once

#include <QWidget>

#include "base/executor.h"
#include "common/mesh_state.h"
#include "common/theme.h"
#include "map/scene.h"

class QLineEdit;
class QToolButton;

namespace meshdeck::views {

class AttentionList;
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
    void focusFind();
    void saveImage(); // asks where
    // What is shown instead of a map when there is nothing to draw.
    [[nodiscard]] QString emptyReason() const;

Q_SIGNALS:
    void nodeSelected(const QString& node);
    void nodeActivated(const QString& node);
    void refreshRequested();
    // Another graph is wanted: whoever builds it brings the next snapshot.
    void graphChosen(meshdeck::mesh::GraphType type, bool idleNodes);
    void zoomChanged(double zoom);
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

    MeshState& m_mesh;
    const Clock& m_clock;
    const Theme* m_theme;
    SceneFeed* m_feed;
    MapView* m_view = nullptr;
    SourceBanner* m_banner = nullptr;
    AttentionList* m_attention = nullptr;
    LegendStrip* m_legend = nullptr;
    SafeLabel* m_empty = nullptr;
    QLineEdit* m_find = nullptr;
    SafeLabel* m_found = nullptr;
    QToolButton* m_dots = nullptr;
    QToolButton* m_hideIdle = nullptr;
    Drawn m_drawn;
    mesh::GraphType m_type = mesh::GraphType::VersionedApp;
};

} // namespace meshdeck::views
