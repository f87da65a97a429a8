// Builds one route at the end of the array of all.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

class RoutePath {
public:
    explicit RoutePath(std::vector<RoutePoint>& points) : m_points(points) {}

    [[nodiscard]] Point at() const { return m_at; }

    void start(Point at) {
        m_at = at;
        push(at);
        m_first = m_points.size();
    }

    // Leaves and arrives level.
    void curveTo(Point to) {
        if (std::abs(to.y - m_at.y) < 0.01) {
            lineTo(to);
            return;
        }
        const double half = (to.x - m_at.x) / 2;
        cubic({m_at.x + half, m_at.y}, {to.x - half, to.y}, to);
    }

    // Level; one with a level line before it becomes one line with that.
    void lineTo(Point to) {
        if (std::abs(to.x - m_at.x) < 0.01 && std::abs(to.y - m_at.y) < 0.01) {
            return;
        }
        if (m_isLine && std::abs(to.y - m_at.y) < 0.01 && m_points.size() >= m_first + 3) {
            m_points.resize(m_points.size() - 3);
            m_at = {m_points.back().x, m_points.back().y};
        }
        const double third = (to.x - m_at.x) / 3;
        cubic({m_at.x + third, m_at.y}, {to.x - third, to.y}, to);
        m_isLine = true;
    }

    // Upright at both ends.
    void dropTo(Point to) {
        const double half = (to.y - m_at.y) / 2;
        cubic({m_at.x, m_at.y + half}, {to.x, to.y - half}, to);
    }

    // A turn back, swinging out to the right (or left, if negative).
    void turnTo(Point to, double swing) {
        const double edge = (swing > 0 ? std::max(m_at.x, to.x) : std::min(m_at.x, to.x)) + swing;
        cubic({edge, m_at.y}, {edge, to.y}, to);
    }

private:
    void push(Point p) { m_points.push_back({static_cast<float>(p.x), static_cast<float>(p.y)}); }
    void cubic(Point a, Point b, Point to) {
        push(a);
        push(b);
        push(to);
        m_at = to;
        m_isLine = false;
    }

    std::vector<RoutePoint>& m_points;
    Point m_at;
    std::size_t m_first = 0;
    bool m_isLine = false;
};

} // namespace meshdeck::layout
