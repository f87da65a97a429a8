// The map on the screen: tiles below, what moves or follows the pointer above. Keeps ids, never indices, across scenes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include "common/theme.h"
#include "map/dots.h"
#include "map/scene.h"
#include "map/tile_cache.h"

namespace meshdeck::views {

class MapView : public QWidget {
    Q_OBJECT

public:
    explicit MapView(QWidget* parent = nullptr);
    ~MapView() override;

    void setTheme(const Theme& theme);
    // Keeps zoom, place and selection once the user has chosen any of them; fits what is new until then.
    void setScene(ScenePtr scene);
    [[nodiscard]] const ScenePtr& scene() const { return m_scene; }

    // Drops a scene on a worker: of a big mesh that takes longer than a frame.
    void dispose(ScenePtr scene) { m_tiles.dispose(std::move(scene)); }

    // Id of the selected card's graph node; empty: none. Unknown ids clear the selection.
    void select(const std::string& node);
    [[nodiscard]] const std::string& selected() const { return m_selected; }
    // The line that shows a graph edge; a node and an edge exclude each other. Empty or unknown: no edge.
    void selectEdge(const std::string& edge);
    [[nodiscard]] const std::string& selectedEdge() const { return m_selectedEdge; }
    // What does not match is dimmed; empty: nothing is. `inside` counts what matches in closed groups, by card; a card
    // that holds a match matches.
    // `lines` are drawn out: calls that were found.
    void setMatches(std::vector<bool> matches, std::vector<int> inside = {}, std::vector<bool> lines = {});
    [[nodiscard]] QRectF visibleArea() const { return areaInView(); } // scene px
    // These edges are drawn strong over the others; empty: none is.
    void setPath(std::vector<std::string> edges);
    void fit();
    // Shows this part, no smaller than its figures can be read and no larger than fits.
    void showArea(const QRectF& area);
    // Moves the picture so that this scene point lies there in the view.
    void holdAt(QPointF scene, QPointF view);
    struct Camera {
        double zoom = 1;
        QPointF offset;
        bool touched = false;
    };
    [[nodiscard]] Camera camera() const { return {m_zoom, m_offset, m_userMoved}; }
    void setCamera(const Camera& camera);
    [[nodiscard]] QRectF areaInView() const { return {toScene({0, 0}), QSizeF(width(), height()) / m_zoom}; }
    void centreOn(int node);
    [[nodiscard]] double zoom() const { return m_zoom; }
    void zoomAt(QPointF at, double factor);
    [[nodiscard]] QPointF toView(QPointF scene) const { return scene * m_zoom + m_offset; }
    // Nothing moves by itself: no dots, no fading.
    void setReducedMotion(bool reduced);
    [[nodiscard]] std::size_t leaving() const { return m_leaving.size(); } // cards that fade just now
    // 60, 30, 10 or 0 (no dots).
    void setDotsPerSecond(int frames);
    [[nodiscard]] bool dotsRun() const { return m_dotTimer.isActive(); }
    // Paints on the UI thread and stands still: for pictures and tests.
    void setSynchronous(bool synchronous);
    // A corner that a panel covers: fit() puts no card there.
    void setKeepFree(QSize topRight);
    // Nobody has panned, zoomed or selected since the last fit: the picture may still be changed as a whole.
    // fit() does not go below this, where figures and titles are left out; what is outermost is cut then.
    void setLeastFit(double zoom) { m_leastFit = zoom; }
    [[nodiscard]] bool untouched() const { return !m_touched; }

    // What is at a point of the view, for a menu. Indices into the scene; -1: nothing.
    struct Hit {
        int node = -1;
        int edge = -1;
        int box = -1;
    };
    [[nodiscard]] Hit hitAt(QPointF view) const;
    // Blocks until the picture is crisp and the dots are there; for tests and benchmarks.
    void finishTiles();
    [[nodiscard]] bool isCrisp() const { return m_crisp; } // as of the last paint

Q_SIGNALS:
    // A closed group's card was opened, an open namespace's box closed: by id.
    void openRequested(const QString& group);
    void closeRequested(const QString& box);
    // A card, or all cards of a box, were put elsewhere by hand: new centres.
    void cardsMoved(const std::map<std::string, QPointF>& centres);
    void menuRequested(QPoint global, const meshdeck::views::MapView::Hit& hit);
    // Keys that ask something about the selection; the page answers.
    void keyAsked(int key, bool& taken);
    void selectionChanged(const QString& node);
    void edgeSelectionChanged(const QString& edge); // empty: none
    void activated(const QString& node);
    void zoomChanged(double zoom);
    void escaped(); // what others pointed at may go

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QPointF toScene(QPointF at) const { return (at - m_offset) / m_zoom; }
    [[nodiscard]] int selectedIndex() const { return m_scene ? m_scene->find(m_selected) : -1; }
    void paintTiles(QPainter& painter);
    void paintMatches(QPainter& painter, const QRectF& area);
    void paintMatchedLines(QPainter& painter, const QRectF& area);
    void paintMatchCount(QPainter& painter, const SceneNode& node, int count);
    void paintWeak(QPainter& painter, int node);
    void paintDragged(QPainter& painter);
    void paintCloser(QPainter& painter, const SceneBox& box);
    [[nodiscard]] QRectF closerOf(const SceneBox& box) const; // view pixels
    void pressAt(QPointF at);
    void dragTo(QPointF at);
    void dropDragged();
    void orderDots();
    void takeDots();
    void openOrActivate(int node);
    void closeAround(int node);
    [[nodiscard]] bool isInOpened(int node) const;
    void paintOverlay(QPainter& painter);
    void paintFallback(QPainter& painter);
    void paintEdgeOver(QPainter& painter, int edge, const QRectF& area, bool selected);
    void paintLeaving(QPainter& painter);
    void keepLeaving(const Scene& next);
    void endLeaving(); // of what has faded
    void speak(const QString& description);
    void walk(int key);
    void walkEdges(int key);
    void leaveEdge(int key);
    [[nodiscard]] std::vector<int> edgesAt(int node, bool outgoing) const; // top down
    void showTip(QPoint global, QPointF at);
    void updateDots();
    void setZoom(double zoom);
    [[nodiscard]] bool isClear(double zoom, QPointF offset) const;

    const Theme* m_theme;
    ScenePtr m_scene;
    TileCache m_tiles;
    struct DotSlot; // where a worker leaves new dots
    std::shared_ptr<DotSlot> m_dotSlot;
    std::shared_ptr<const DotField> m_dots;
    QRectF m_dotArea; // of the dots that are there or ordered
    DotSprite m_dotSprite;
    bool m_flows = false;
    QTimer m_dotTimer;
    QElapsedTimer m_time;
    std::vector<bool> m_matches;
    std::vector<int> m_matchesInside;
    std::vector<bool> m_matchedLines;
    std::vector<int> m_dragged; // cards that follow the pointer
    QPointF m_dragBy;           // scene pixels
    std::vector<std::string> m_path;
    std::string m_selected;
    std::string m_selectedEdge;
    std::vector<SceneNode> m_leaving; // vanished cards while they fade
    QElapsedTimer m_leavingSince;
    QTimer m_leavingTimer;
    QSize m_keepFree;
    QPointF m_offset;
    QPointF m_pressed;
    QPointF m_offsetAtPress;
    double m_zoom = 1;
    double m_leastFit = 0;
    int m_lastLevel = 1000; // a level of which tiles are there
    int m_hoverNode = -1;
    int m_hoverEdge = -1;
    int m_dotFrames = 30;
    QRectF m_fittedBounds; // what was fitted last
    bool m_touched = false;   // panned, zoomed or selected
    bool m_userMoved = false; // panned or zoomed
    bool m_dragging = false;
    bool m_exposed = true;
    bool m_crisp = false;
    bool m_synchronous = false;
    bool m_reducedMotion = false;
};

} // namespace meshdeck::views
