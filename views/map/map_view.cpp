#include "map/map_view.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include <QAccessible>
#include <QCoreApplication>
#include <QPainter>

#include "map/map_painter.h"

namespace meshdeck::views {
namespace {

constexpr double kMinZoom = 0.04, kMaxZoom = 4;
constexpr double kTitleHeight = 26; // of a namespace, scene pixels

} // namespace

struct MapView::DotSlot {
    std::mutex mutex;
    std::shared_ptr<const DotField> made;
};

MapView::MapView(QWidget* parent)
    : QWidget(parent)
    , m_theme(&theme(ThemeKind::Dark))
    // An empty event, as MeshState posts one: nothing of ours rides in Qt's queue.
    , m_tiles([this] { QCoreApplication::postEvent(this, new QEvent(QEvent::User)); }, 2)
    , m_dotSlot(std::make_shared<DotSlot>()) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(320, 200);
    setAccessibleName(QStringLiteral("Service map"));
    m_time.start();
    m_dotTimer.setTimerType(Qt::PreciseTimer);
    m_leavingTimer.setInterval(33);
    connect(&m_leavingTimer, &QTimer::timeout, this, [this] {
        endLeaving();
        update();
    });
    connect(&m_dotTimer, &QTimer::timeout, this, [this] { update(); });
}

MapView::~MapView() = default;

void MapView::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_tiles.setContent(m_scene, *m_theme, devicePixelRatioF());
    update();
}

void MapView::setScene(ScenePtr scene) {
    if (scene) {
        keepLeaving(*scene);
    }
    m_tiles.dispose(std::exchange(m_scene, std::move(scene)));
    m_hoverNode = m_hoverEdge = -1;
    m_matches.clear();
    m_matchesInside.clear();
    m_matchedLines.clear();
    m_dragged.clear();
    m_flows = m_scene && DotField::flows(*m_scene);
    m_dotArea = {};
    if (!m_flows) {
        m_dots.reset();
    }
    if (m_scene) {
        if (!m_touched && m_scene->bounds != m_fittedBounds) {
            fit();
        }
        if (selectedIndex() < 0 && !m_selected.empty()) {
            select({});
        }
        if (!m_selectedEdge.empty() && m_scene->findEdge(m_selectedEdge) < 0) {
            selectEdge({});
        }
    }
    m_tiles.setContent(m_scene, *m_theme, devicePixelRatioF());
    updateDots();
    update();
}

void MapView::select(const std::string& node) {
    const int index = m_scene ? m_scene->find(node) : -1;
    const std::string id = index >= 0 ? m_scene->nodes[static_cast<std::size_t>(index)].id : std::string();
    if (id == m_selected && m_selectedEdge.empty()) {
        return;
    }
    m_selected = id;
    m_selectedEdge.clear();
    m_touched |= !id.empty();
    speak(m_scene ? m_scene->accessibleText(index) : QString());
    Q_EMIT selectionChanged(QString::fromStdString(m_selected));
    update();
}

void MapView::selectEdge(const std::string& edge) {
    const int index = m_scene ? m_scene->findEdge(edge) : -1;
    const std::string id = index >= 0 ? m_scene->edges[static_cast<std::size_t>(index)].id : std::string();
    if (id == m_selectedEdge && (m_selected.empty() || id.empty())) {
        return;
    }
    m_selectedEdge = id;
    m_selected.clear();
    m_touched |= !id.empty();
    speak(m_scene ? m_scene->accessibleEdgeText(index) : QString());
    Q_EMIT edgeSelectionChanged(QString::fromStdString(m_selectedEdge));
    update();
}

void MapView::speak(const QString& description) {
    setAccessibleDescription(description);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void MapView::setReducedMotion(bool reduced) {
    m_reducedMotion = reduced;
    m_leaving.clear();
    updateDots();
    update();
}

void MapView::setMatches(std::vector<bool> matches, std::vector<int> inside, std::vector<bool> lines) {
    m_matchedLines = std::move(lines);
    m_matches = std::move(matches);
    m_matchesInside = std::move(inside);
    update();
}

void MapView::setPath(std::vector<std::string> edges) {
    m_path = std::move(edges);
    update();
}

// No card and no title of a namespace lies in the corner that is to stay free.
bool MapView::isClear(double zoom, QPointF offset) const {
    const QRectF corner(width() - m_keepFree.width(), 0, m_keepFree.width(), m_keepFree.height());
    const auto isFree = [&](const QRectF& rect) {
        return !QRectF(rect.topLeft() * zoom + offset, rect.size() * zoom).intersects(corner);
    };
    const auto near = m_scene->nodesIn({(corner.topLeft() - offset) / zoom, corner.size() / zoom});
    return std::all_of(near.begin(), near.end(), [&](std::uint32_t i) { return isFree(m_scene->nodes[i].rect); }) &&
           std::all_of(m_scene->boxes.begin(), m_scene->boxes.end(), [&](const SceneBox& box) {
               return isFree({box.rect.left(), box.rect.top(), box.rect.width(), kTitleHeight});
           });
}

// The largest picture in the room: in its middle, or pushed away from the corner, down or left, no further than it must.
void MapView::fit() {
    if (!m_scene || m_scene->nodes.empty() || width() < 80 || height() < 80) {
        return;
    }
    constexpr double kMargin = 22;
    const QRectF room = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const QRectF bounds = m_scene->bounds;
    double zoom = std::clamp(std::min(room.width() / bounds.width(), room.height() / bounds.height()), kMinZoom, 1.25);
    QPointF offset;
    for (bool placed = false; !placed;) {
        const QSizeF spare = room.size() - bounds.size() * zoom;
        static constexpr std::pair<double, double> kPlaces[] = {{0.5, 0.5}, {0.5, 0.6}, {0.5, 0.7}, {0.5, 0.8}, {0.5, 0.9}, {0.5, 1},
                                                                {0.25, 0.5}, {0, 0.5}, {0, 0.75}, {0, 1}};
        for (const auto& [right, down] : kPlaces) {
            offset = room.topLeft() + QPointF(spare.width() * right, spare.height() * down) - bounds.topLeft() * zoom;
            placed = isClear(zoom, offset) || zoom <= kMinZoom;
            if (placed) {
                break;
            }
        }
        zoom = placed ? zoom : std::max(kMinZoom, zoom * 0.98);
    }
    const QPointF middle = (QRectF(rect()).center() - offset) / zoom;
    setZoom(std::max(zoom, m_leastFit));
    m_offset = QRectF(rect()).center() - middle * m_zoom;
    m_offset = {std::round(m_offset.x()), std::round(m_offset.y())};
    m_fittedBounds = m_scene->bounds;
    m_touched = m_userMoved = false;
    orderDots();
    update();
}

void MapView::showArea(const QRectF& area) {
    if (area.isEmpty() || width() < 80 || height() < 80) {
        return;
    }
    constexpr double kMargin = 40, kReadable = 0.5;
    const double zoom = std::min((width() - 2 * kMargin) / area.width(), (height() - 2 * kMargin) / area.height());
    setZoom(std::clamp(zoom, kReadable, 1.0));
    const QPointF middle = QRectF(rect()).center();
    m_offset = middle - area.center() * m_zoom;
    if (area.height() * m_zoom > height() - kMargin) { // its title rather than its middle
        m_offset.setY(kMargin - area.top() * m_zoom);
    }
    m_offset = {std::round(m_offset.x()), std::round(m_offset.y())};
    m_touched = m_userMoved = true;
    orderDots();
    update();
}

void MapView::holdAt(QPointF scene, QPointF view) {
    m_offset = view - scene * m_zoom;
    m_offset = {std::round(m_offset.x()), std::round(m_offset.y())};
    orderDots();
    update();
}

void MapView::setCamera(const Camera& camera) {
    setZoom(camera.zoom);
    m_offset = camera.offset;
    m_touched = m_userMoved = camera.touched;
    orderDots();
    update();
}

void MapView::setKeepFree(QSize topRight) {
    if (topRight != m_keepFree) {
        m_keepFree = topRight;
        m_fittedBounds = {}; // the next scene is fitted anew
    }
}

void MapView::centreOn(int node) {
    if (m_scene && node >= 0 && node < static_cast<int>(m_scene->nodes.size())) {
        const QPointF centre = m_scene->nodes[static_cast<std::size_t>(node)].rect.center() * m_zoom + m_offset;
        if (!QRectF(rect()).adjusted(60, 60, -60, -60).contains(centre)) {
            m_offset += QRectF(rect()).center() - centre;
            m_touched = m_userMoved = true;
            orderDots();
        }
        update();
    }
}

void MapView::setZoom(double zoom) {
    // Whole thousandths, so that tiles and overlay lie on each other.
    m_zoom = std::round(std::clamp(zoom, kMinZoom, kMaxZoom) * 1000) / 1000;
    updateDots();
    Q_EMIT zoomChanged(m_zoom);
}

void MapView::zoomAt(QPointF at, double factor) {
    const QPointF fixed = toScene(at);
    setZoom(m_zoom * factor);
    m_offset = at - fixed * m_zoom;
    m_touched = m_userMoved = true;
    orderDots();
    update();
}

void MapView::setDotsPerSecond(int frames) {
    m_dotFrames = frames;
    m_dotTimer.stop(); // with another pace
    updateDots();
    update();
}

void MapView::updateDots() {
    const bool moves = m_scene && m_scene->stale.isEmpty() && m_flows; // nothing is known to move when stale
    const bool seen = isVisible() && m_exposed && levelAt(m_zoom) != DetailLevel::Overview; // from afar there are none
    const bool run = m_dotFrames > 0 && !m_reducedMotion && seen && moves && !m_synchronous;
    if (run && !m_dotTimer.isActive()) {
        m_dotTimer.start(1000 / m_dotFrames);
    } else if (!run) {
        m_dotTimer.stop();
    }
    orderDots();
}

// Dots for what is in view and as much again around it, so that panning does not order them at each step.
void MapView::orderDots() {
    const bool wanted = m_scene && m_flows && m_dotFrames > 0 && !m_reducedMotion && levelAt(m_zoom) != DetailLevel::Overview;
    const QRectF seen = areaInView();
    const bool there = m_dotArea.contains(seen) && m_dotArea.width() < seen.width() * 4;
    if (!wanted || there || width() < 2) {
        return;
    }
    const QRectF area = seen.adjusted(-seen.width() / 2, -seen.height() / 2, seen.width() / 2, seen.height() / 2);
    m_dotArea = area;
    if (m_synchronous) {
        m_dots = std::make_shared<const DotField>(*m_scene, area);
        return;
    }
    m_tiles.later([slot = m_dotSlot, scene = m_scene, area] {
        auto made = std::make_shared<const DotField>(*scene, area);
        const std::lock_guard lock(slot->mutex);
        slot->made = std::move(made);
    });
}

void MapView::takeDots() {
    const std::lock_guard lock(m_dotSlot->mutex);
    if (m_dotSlot->made) {
        m_dots = std::move(m_dotSlot->made);
        m_dotSlot->made.reset();
    }
}

void MapView::finishTiles() {
    m_tiles.finish();
    m_tiles.collect();
    takeDots();
}

void MapView::setSynchronous(bool synchronous) {
    m_synchronous = synchronous;
    updateDots();
}

bool MapView::event(QEvent* event) {
    if (event->type() == QEvent::User) {
        takeDots();
        if (m_tiles.collect()) {
            update();
        }
        return true;
    }
    return QWidget::event(event);
}

void MapView::paintTiles(QPainter& painter) {
    const int level = static_cast<int>(std::lround(m_zoom * 1000));
    const double left = -m_offset.x(), top = -m_offset.y();
    constexpr double kSide = TileCache::kTile;
    const int x0 = static_cast<int>(std::floor(left / kSide)), x1 = static_cast<int>(std::floor((left + width()) / kSide));
    const int y0 = static_cast<int>(std::floor(top / kSide)), y1 = static_cast<int>(std::floor((top + height()) / kSide));
    m_tiles.beginFrame();
    std::vector<TileKey> keys;
    for (int y = y0; y <= y1; ++y) {
        for (int x = x0; x <= x1; ++x) {
            keys.push_back({level, x, y});
        }
    }
    const auto away = [&](const TileKey& key) { return std::abs(2 * key.x - x0 - x1) + std::abs(2 * key.y - y0 - y1); };
    std::stable_sort(keys.begin(), keys.end(), [&](const TileKey& a, const TileKey& b) { return away(a) < away(b); });
    bool whole = true;
    for (const TileKey& key : keys) {
        const QImage* image = m_tiles.tile(key);
        whole = whole && image != nullptr;
        if (image != nullptr) {
            painter.drawImage(QRectF(key.x * kSide + m_offset.x(), key.y * kSide + m_offset.y(), kSide, kSide), *image);
        }
    }
    m_crisp = whole;
    if (whole) {
        m_lastLevel = level;
    }
    m_tiles.keepLevels(level, m_lastLevel);
}

void MapView::paintFallback(QPainter& painter) {
    painter.fillRect(rect(), m_theme->surface.canvas);
    if (m_lastLevel == static_cast<int>(std::lround(m_zoom * 1000))) {
        return;
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    const double old = m_lastLevel / 1000.0;
    const double side = TileCache::kTile / old; // scene pixels
    const QPointF from = toScene({0, 0}), to = toScene({double(width()), double(height())});
    for (int y = static_cast<int>(std::floor(from.y() / side)); y <= static_cast<int>(std::floor(to.y() / side)); ++y) {
        for (int x = static_cast<int>(std::floor(from.x() / side)); x <= static_cast<int>(std::floor(to.x() / side)); ++x) {
            if (const QImage* image = m_tiles.known({m_lastLevel, x, y})) {
                const QPointF at = QPointF(x * side, y * side) * m_zoom + m_offset;
                painter.drawImage(QRectF(at, QSizeF(side * m_zoom, side * m_zoom)), *image);
            }
        }
    }
}

void MapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!m_scene) {
        painter.fillRect(rect(), m_theme->surface.canvas);
        return;
    }
    if (m_synchronous) {
        painter.save();
        painter.translate(m_offset);
        painter.scale(m_zoom, m_zoom);
        paintMap(painter, *m_scene, *m_theme, QRectF(toScene({0, 0}), QSizeF(width(), height()) / m_zoom), m_zoom);
        painter.restore();
    } else {
        paintFallback(painter);
        paintTiles(painter);
    }
    paintOverlay(painter);
}

} // namespace meshdeck::views
