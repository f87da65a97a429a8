#include "map/in_view.h"

#include <set>

#include <QEvent>

#include "map/map_view.h"

namespace meshdeck::views {
namespace {

constexpr int kRestMs = 400; // after the last movement

} // namespace

std::vector<std::string> namespacesIn(const Scene& scene, const QRectF& area) {
    std::set<std::string> all;
    std::set<std::string> seen;
    for (const SceneNode& node : scene.nodes) {
        if (node.group) { // a closed one shows sums, which need no full numbers
            all.insert(node.id);
        } else if (!node.ns.isEmpty()) {
            const std::string ns = node.ns.toStdString();
            all.insert(ns);
            if (area.intersects(node.rect)) {
                seen.insert(ns);
            }
        }
    }
    return seen.size() == all.size() ? std::vector<std::string>() : std::vector<std::string>(seen.begin(), seen.end());
}

InView::InView(MapView& view)
    : QObject(&view)
    , m_view(view) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &InView::tell);
    view.installEventFilter(this);
}

// Whatever moves the map paints it.
bool InView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Paint) {
        Place now{m_view.scene(), m_view.toView({0, 0}), m_view.zoom(), m_view.size()};
        if (!(now == m_seen)) {
            m_seen = std::move(now);
            m_rest.start();
        }
    }
    return QObject::eventFilter(watched, event);
}

void InView::tell() {
    if (!m_seen.scene || m_seen.zoom <= 0) {
        return;
    }
    const QRectF area(-m_seen.origin / m_seen.zoom, QSizeF(m_seen.size) / m_seen.zoom);
    std::vector<std::string> namespaces = namespacesIn(*m_seen.scene, area);
    if (namespaces != m_told) {
        m_told = std::move(namespaces);
        Q_EMIT changed(m_told);
    }
}

} // namespace meshdeck::views
