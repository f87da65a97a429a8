#include "map/label_ground.h"

#include <cmath>

namespace meshdeck::views {
namespace {

constexpr double kCell = 64; // scene pixels: a label touches one to six cells

std::int64_t cellOf(double at) {
    return static_cast<std::int64_t>(std::floor(at / kCell));
}

std::int64_t keyOf(std::int64_t x, std::int64_t y) {
    return y * (std::int64_t(1) << 32U) + x;
}

} // namespace

template <typename Visit>
void LabelGround::eachCell(const QRectF& rect, Visit visit) {
    for (std::int64_t y = cellOf(rect.top()); y <= cellOf(rect.bottom()); ++y) {
        for (std::int64_t x = cellOf(rect.left()); x <= cellOf(rect.right()); ++x) {
            if (!visit(keyOf(x, y))) {
                return;
            }
        }
    }
}

LabelGround::LabelGround(const std::vector<QPolygonF>& lines)
    : m_counted(lines.size(), 0) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const QPointF& at : lines[i]) {
            m_cells[keyOf(cellOf(at.x()), cellOf(at.y()))].dots.push_back({at, static_cast<std::uint32_t>(i)});
        }
    }
}

void LabelGround::take(const QRectF& rect) {
    eachCell(rect, [&](std::int64_t key) {
        m_cells[key].taken.push_back(rect);
        return true;
    });
}

bool LabelGround::isFree(const QRectF& rect) const {
    bool free = true;
    eachCell(rect, [&](std::int64_t key) {
        const auto cell = m_cells.find(key);
        if (cell != m_cells.end()) {
            for (const QRectF& other : cell->second.taken) {
                free = free && !other.intersects(rect);
            }
        }
        return free;
    });
    return free;
}

int LabelGround::crossed(const QRectF& rect, std::size_t own) {
    ++m_question;
    int count = 0;
    eachCell(rect, [&](std::int64_t key) {
        const auto cell = m_cells.find(key);
        if (cell == m_cells.end()) {
            return true;
        }
        for (const Dot& dot : cell->second.dots) {
            if (dot.line != own && m_counted[dot.line] != m_question && rect.contains(dot.at)) {
                m_counted[dot.line] = m_question;
                ++count;
            }
        }
        return true;
    });
    return count;
}

} // namespace meshdeck::views
