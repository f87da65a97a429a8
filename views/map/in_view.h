// Which namespaces the map shows just now, told once it stands still: what sources ask for first.
#pragma once

#include <string>
#include <vector>

#include <QObject>
#include <QPointF>
#include <QSize>
#include <QTimer>

#include "map/scene.h"

namespace meshdeck::views {

class MapView;

// Of the cards that lie in `area`, a part of the scene; sorted. Closed groups are none of them. Empty when that is
// every namespace there is, or none.
[[nodiscard]] std::vector<std::string> namespacesIn(const Scene& scene, const QRectF& area);

class InView final : public QObject {
    Q_OBJECT

public:
    // Belongs to the view.
    explicit InView(MapView& view);

Q_SIGNALS:
    // Only when they are others than before; empty: all.
    void changed(const std::vector<std::string>& namespaces);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Place {
        ScenePtr scene;
        QPointF origin; // of the scene, in the view
        double zoom = 0;
        QSize size;
        bool operator==(const Place&) const = default;
    };
    void tell();

    MapView& m_view;
    QTimer m_rest;
    Place m_seen;
    std::vector<std::string> m_told;
};

} // namespace meshdeck::views
