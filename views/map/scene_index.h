// Where a scene's things are, as grids of cells, and which card or line stands for which part of the graph: painters and
// the pointer ask this instead of looking at everything. Made once by the worker that built the scene; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <QRectF>

namespace meshdeck::views {

struct Scene;

class SceneIndex {
public:
    explicit SceneIndex(const Scene& scene);

    // Indices of what may touch `area`, ascending, each once. Edges by the cells their lines run through, labels by
    // their edge.
    [[nodiscard]] std::vector<std::uint32_t> nodes(const QRectF& area) const { return m_nodes.within(area); }
    [[nodiscard]] std::vector<std::uint32_t> edges(const QRectF& area) const { return m_edges.within(area); }
    [[nodiscard]] std::vector<std::uint32_t> labels(const QRectF& area) const { return m_labels.within(area); }

    // Card of a graph node, line of a graph edge; -1: none. The scene is the one this was made of, or a copy of it.
    [[nodiscard]] int node(const Scene& scene, std::string_view id) const;
    [[nodiscard]] int edge(const Scene& scene, std::string_view id) const;
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Entry {
        std::uint32_t cell = 0;
        std::uint32_t item = 0;
    };
    class Grid {
    public:
        void open(const QRectF& bounds, std::size_t items);
        void add(const QRectF& rect, std::uint32_t item);
        void close();
        [[nodiscard]] std::vector<std::uint32_t> within(const QRectF& area) const;
        [[nodiscard]] double side() const { return m_side; }
        [[nodiscard]] std::size_t bytes() const { return (m_first.capacity() + m_items.capacity()) * 4; }

    private:
        template <typename Visit>
        void eachCell(const QRectF& rect, Visit visit) const;
        QPointF m_origin;
        double m_side = 512;
        int m_columns = 1;
        int m_rows = 1;
        std::vector<Entry> m_entries; // until close()
        std::vector<std::uint32_t> m_first;
        std::vector<std::uint32_t> m_items;
    };
    struct Name {
        std::uint64_t hash = 0;
        std::uint32_t item = 0;
    };
    static std::vector<Name> sorted(std::vector<Name> names);

    Grid m_nodes;
    Grid m_edges;
    Grid m_labels;
    std::vector<Name> m_nodeNames;
    std::vector<Name> m_edgeNames;
};

} // namespace meshdeck::views
