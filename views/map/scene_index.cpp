#include "map/scene_index.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "map/scene.h"

namespace meshdeck::views {
namespace {

constexpr double kLeastCell = 256;

QRectF hullOf(const std::vector<QPointF>& route, std::size_t from) {
    double left = route[from].x(), right = left, top = route[from].y(), bottom = top;
    for (std::size_t k = from + 1; k < from + 4; ++k) {
        left = std::min(left, route[k].x());
        right = std::max(right, route[k].x());
        top = std::min(top, route[k].y());
        bottom = std::max(bottom, route[k].y());
    }
    return {left, top, right - left, bottom - top};
}

QPointF at(const QPointF* p, double t) {
    const double u = 1 - t;
    return u * u * u * p[0] + 3 * u * u * t * p[1] + 3 * u * t * t * p[2] + t * t * t * p[3];
}

} // namespace

// Cells about as many as items: a question about a screen sees some hundred of either.
void SceneIndex::Grid::open(const QRectF& bounds, std::size_t items) {
    m_origin = bounds.topLeft();
    const double area = std::max(1.0, bounds.width()) * std::max(1.0, bounds.height());
    m_side = std::max(kLeastCell, std::sqrt(area / static_cast<double>(std::max<std::size_t>(items, 1))));
    m_columns = std::max(1, static_cast<int>(std::ceil(bounds.width() / m_side)) + 1);
    m_rows = std::max(1, static_cast<int>(std::ceil(bounds.height() / m_side)) + 1);
}

template <typename Visit>
void SceneIndex::Grid::eachCell(const QRectF& rect, Visit visit) const {
    const auto cell = [&](double value, int most) {
        return static_cast<int>(std::clamp(std::floor(value / m_side), 0.0, static_cast<double>(most - 1)));
    };
    const int x0 = cell(rect.left() - m_origin.x(), m_columns), x1 = cell(rect.right() - m_origin.x(), m_columns);
    const int y0 = cell(rect.top() - m_origin.y(), m_rows), y1 = cell(rect.bottom() - m_origin.y(), m_rows);
    for (int y = y0; y <= y1; ++y) {
        for (int x = x0; x <= x1; ++x) {
            visit(static_cast<std::uint32_t>(y * m_columns + x));
        }
    }
}

void SceneIndex::Grid::add(const QRectF& rect, std::uint32_t item) {
    eachCell(rect, [&](std::uint32_t cell) {
        if (m_entries.empty() || m_entries.back().item != item || m_entries.back().cell != cell) {
            m_entries.push_back({cell, item});
        }
    });
}

void SceneIndex::Grid::close() {
    m_first.assign(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows) + 1, 0);
    for (const Entry& entry : m_entries) {
        ++m_first[entry.cell + 1];
    }
    for (std::size_t i = 1; i < m_first.size(); ++i) {
        m_first[i] += m_first[i - 1];
    }
    std::vector<std::uint32_t> next(m_first.begin(), m_first.end() - 1);
    m_items.resize(m_entries.size());
    for (const Entry& entry : m_entries) {
        m_items[next[entry.cell]++] = entry.item;
    }
    m_entries = {};
}

std::vector<std::uint32_t> SceneIndex::Grid::within(const QRectF& area) const {
    std::vector<std::uint32_t> found;
    if (m_first.empty()) {
        return found;
    }
    eachCell(area, [&](std::uint32_t cell) {
        found.insert(found.end(), m_items.begin() + m_first[cell], m_items.begin() + m_first[cell + 1]);
    });
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<SceneIndex::Name> SceneIndex::sorted(std::vector<Name> names) {
    std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return std::tie(a.hash, a.item) < std::tie(b.hash, b.item); });
    return names;
}

SceneIndex::SceneIndex(const Scene& scene) {
    const std::hash<std::string_view> hash;
    m_nodes.open(scene.bounds, scene.nodes.size());
    m_edges.open(scene.bounds, scene.edges.size());
    m_labels.open(scene.bounds, scene.edges.size());
    for (std::uint32_t i = 0; i < scene.nodes.size(); ++i) {
        m_nodes.add(scene.nodes[i].rect, i);
        for (const std::string& id : scene.nodes[i].members) {
            m_nodeNames.push_back({hash(id), i});
        }
    }
    for (std::uint32_t i = 0; i < scene.edges.size(); ++i) {
        const SceneEdge& edge = scene.edges[i];
        for (std::size_t k = 0; k + 3 < edge.route.size(); k += 3) {
            const QRectF hull = hullOf(edge.route, k);
            const int steps = std::clamp(static_cast<int>((hull.width() + hull.height()) / m_edges.side() * 2), 1, 64);
            QPointF from = edge.route[k];
            for (int s = 1; s <= steps; ++s) { // pieces, so that a long curve does not claim its whole box
                const QPointF to = at(&edge.route[k], static_cast<double>(s) / steps);
                m_edges.add(QRectF(from, to).normalized().adjusted(-8, -8, 8, 8), i);
                from = to;
            }
        }
        if (!edge.labelRect.isNull()) {
            m_labels.add(edge.labelRect, i);
        }
        for (const std::string& id : edge.members) {
            m_edgeNames.push_back({hash(id), i});
        }
    }
    m_nodes.close();
    m_edges.close();
    m_labels.close();
    m_nodeNames = sorted(std::move(m_nodeNames));
    m_edgeNames = sorted(std::move(m_edgeNames));
}

int SceneIndex::node(const Scene& scene, std::string_view id) const {
    const std::uint64_t wanted = std::hash<std::string_view>()(id);
    auto found = std::lower_bound(m_nodeNames.begin(), m_nodeNames.end(), wanted, [](const Name& n, std::uint64_t h) { return n.hash < h; });
    for (; found != m_nodeNames.end() && found->hash == wanted; ++found) {
        if (found->item < scene.nodes.size()) {
            const auto& members = scene.nodes[found->item].members;
            if (std::find(members.begin(), members.end(), id) != members.end()) {
                return static_cast<int>(found->item);
            }
        }
    }
    return -1;
}

int SceneIndex::edge(const Scene& scene, std::string_view id) const {
    const std::uint64_t wanted = std::hash<std::string_view>()(id);
    auto found = std::lower_bound(m_edgeNames.begin(), m_edgeNames.end(), wanted, [](const Name& n, std::uint64_t h) { return n.hash < h; });
    for (; found != m_edgeNames.end() && found->hash == wanted; ++found) {
        if (found->item < scene.edges.size()) {
            const auto& members = scene.edges[found->item].members;
            if (std::find(members.begin(), members.end(), id) != members.end()) {
                return static_cast<int>(found->item);
            }
        }
    }
    return -1;
}

std::size_t SceneIndex::bytes() const {
    return m_nodes.bytes() + m_edges.bytes() + m_labels.bytes() + (m_nodeNames.capacity() + m_edgeNames.capacity()) * sizeof(Name);
}

} // namespace meshdeck::views
