// Where a label may lie: what is already there, found by a grid of cells instead of by looking at everything. With a
// thousand services each label would else be held against every card and every edge, seconds of work a refresh.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <QPolygonF>
#include <QRectF>

namespace meshdeck::views {

class LabelGround {
public:
    // One line an edge; points as dense as flatten() makes them, an edge runs where it has a point.
    explicit LabelGround(const std::vector<QPolygonF>& lines);

    // Nothing may lie here from now on.
    void take(const QRectF& rect);
    [[nodiscard]] bool isFree(const QRectF& rect) const;
    // How many lines but `own` have a point in `rect`, its border included.
    [[nodiscard]] int crossed(const QRectF& rect, std::size_t own);

private:
    struct Dot {
        QPointF at;
        std::uint32_t line = 0;
    };
    struct Cell {
        std::vector<Dot> dots;
        std::vector<QRectF> taken;
    };
    template <typename Visit>
    static void eachCell(const QRectF& rect, Visit visit);

    std::unordered_map<std::int64_t, Cell> m_cells;
    std::vector<std::uint32_t> m_counted; // by line: the last question that counted it
    std::uint32_t m_question = 0;
};

} // namespace meshdeck::views
