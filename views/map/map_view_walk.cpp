// The keyboard on the map: from card to card along the calls, and from call to call.
#include <algorithm>
#include <cmath>

#include "map/map_view.h"

namespace meshdeck::views {

// Left and right follow the calls, up and down go to the nearest card; without a selection, to the first caller.
void MapView::walk(int key) {
    if (!m_scene || m_scene->nodes.empty()) {
        return;
    }
    const int from = selectedIndex();
    int best = -1;
    double nearest = 1e18;
    const auto offer = [&](int candidate, double distance) {
        if (candidate >= 0 && candidate != from && distance < nearest) {
            nearest = distance;
            best = candidate;
        }
    };
    const auto& nodes = m_scene->nodes;
    const auto centre = [&](int i) { return nodes[static_cast<std::size_t>(i)].rect.center(); };
    const int count = static_cast<int>(nodes.size());
    if (from < 0) {
        for (int i = 0; i < count; ++i) {
            offer(i, centre(i).x() * 10000 + centre(i).y());
        }
    } else if (key == Qt::Key_Left || key == Qt::Key_Right) {
        for (const SceneEdge& edge : m_scene->edges) {
            const bool fromBox = edge.source < 0 && nodes[static_cast<std::size_t>(from)].box == edge.sourceBox;
            if (key == Qt::Key_Right && (edge.source == from || fromBox)) {
                offer(edge.target, std::abs(centre(edge.target).y() - centre(from).y()));
            } else if (key == Qt::Key_Left && edge.target == from && edge.source >= 0) {
                offer(edge.source, std::abs(centre(edge.source).y() - centre(from).y()));
            }
        }
    } else {
        for (int i = 0; i < count; ++i) {
            const QPointF d = centre(i) - centre(from);
            if ((key == Qt::Key_Down) == (d.y() > 0) && d.y() != 0) {
                offer(i, std::abs(d.y()) + 3 * std::abs(d.x()));
            }
        }
    }
    if (best >= 0) {
        select(nodes[static_cast<std::size_t>(best)].id);
        centreOn(best);
    }
}

std::vector<int> MapView::edgesAt(int node, bool outgoing) const {
    std::vector<int> found;
    const auto& nodes = m_scene->nodes;
    const int box = node >= 0 ? nodes[static_cast<std::size_t>(node)].box : -1;
    for (std::size_t i = 0; i < m_scene->edges.size(); ++i) {
        const SceneEdge& edge = m_scene->edges[i];
        // A box stands for its versions; the service in front of them makes calls of its own.
        const bool fromBox = edge.source < 0 && box >= 0 && edge.sourceBox == box && nodes[static_cast<std::size_t>(node)].version >= 0;
        if (outgoing ? edge.source == node || fromBox : edge.target == node) {
            found.push_back(static_cast<int>(i));
        }
    }
    const auto height = [&](int i) {
        const SceneEdge& edge = m_scene->edges[static_cast<std::size_t>(i)];
        const int other = outgoing ? edge.target : edge.source;
        return other >= 0 ? nodes[static_cast<std::size_t>(other)].rect.center().y() : edge.route.empty() ? 0 : edge.route.front().y();
    };
    std::stable_sort(found.begin(), found.end(), [&](int a, int b) { return height(a) < height(b); });
    return found;
}

// From a card, Shift and an arrow take its first call; on a call, up and down go to the caller's others, left and right
// to its ends.
void MapView::walkEdges(int key) {
    if (!m_scene) {
        return;
    }
    const int current = m_selectedEdge.empty() ? -1 : m_scene->findEdge(m_selectedEdge);
    if (current >= 0 && (key == Qt::Key_Left || key == Qt::Key_Right)) {
        leaveEdge(key);
        return;
    }
    if (current < 0 && selectedIndex() < 0) {
        walk(key);
        return;
    }
    const SceneEdge* edge = current >= 0 ? &m_scene->edges[static_cast<std::size_t>(current)] : nullptr;
    std::vector<int> choice;
    if (edge == nullptr) {
        choice = edgesAt(selectedIndex(), key != Qt::Key_Left);
    } else {
        for (std::size_t i = 0; i < m_scene->edges.size(); ++i) {
            const SceneEdge& other = m_scene->edges[i];
            if (other.source == edge->source && other.sourceBox == edge->sourceBox) {
                choice.push_back(static_cast<int>(i));
            }
        }
        const auto height = [&](int i) {
            return m_scene->nodes[static_cast<std::size_t>(m_scene->edges[static_cast<std::size_t>(i)].target)].rect.center().y();
        };
        std::stable_sort(choice.begin(), choice.end(), [&](int a, int b) { return height(a) < height(b); });
    }
    if (choice.empty()) {
        return;
    }
    const auto at = std::find(choice.begin(), choice.end(), current);
    const auto count = static_cast<std::ptrdiff_t>(choice.size());
    const auto next = at == choice.end() ? 0 : (at - choice.begin() + (key == Qt::Key_Up ? count - 1 : 1)) % count;
    selectEdge(m_scene->edges[static_cast<std::size_t>(choice[static_cast<std::size_t>(next)])].id);
}

void MapView::leaveEdge(int key) {
    const SceneEdge& edge = m_scene->edges[static_cast<std::size_t>(m_scene->findEdge(m_selectedEdge))];
    int end = key == Qt::Key_Right ? edge.target : edge.source;
    for (std::size_t i = 0; end < 0 && i < m_scene->nodes.size(); ++i) { // an app's box: its first version
        if (m_scene->nodes[i].box == edge.sourceBox && m_scene->nodes[i].version >= 0) {
            end = static_cast<int>(i);
        }
    }
    if (end >= 0) {
        select(m_scene->nodes[static_cast<std::size_t>(end)].id);
        centreOn(end);
    }
}

} // namespace meshdeck::views
