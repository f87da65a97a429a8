// Ways between regions: lines in the middle of what is free between them, and the shortest way along them.
#pragma once

#include <optional>
#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

struct Street {
    bool vertical = false;
    double at = 0;   // x of a vertical street, y of the other
    double from = 0; // where it begins and ends, along itself
    double to = 0;
    double half = 0; // free on either side
};

class Streets {
public:
    // Ways lead around `blocks`; every one has a street at each of its sides. `walls` are only avoided.
    Streets(const std::vector<Rect>& blocks, const std::vector<Rect>& walls);

    // Streets from the right side of one block to the left side of another, in turn vertical and not; the first and last are
    // vertical. Empty when there is no way.
    [[nodiscard]] const std::vector<int>& way(int from, int to);
    [[nodiscard]] const Street& operator[](int street) const { return m_streets[static_cast<std::size_t>(street)]; }

private:
    struct Crossing {
        int vertical = 0;
        int level = 0;
    };
    struct Reached {
        std::vector<double> cost;
        std::vector<int> before; // crossing; kNone at the start
    };
    int addStreet(bool vertical, double at, double from, double to);
    int streetBeside(const Rect& block, int side);
    void cross();
    const Reached& reach(int from);
    [[nodiscard]] std::vector<int> findWay(int from, int to);

    std::vector<Rect> m_blocks, m_obstacles;
    std::vector<Street> m_streets;
    std::vector<int> m_left, m_right; // streets by block
    std::vector<Crossing> m_crossings;
    std::vector<std::vector<int>> m_along; // crossings of a street, in its direction
    std::vector<std::optional<Reached>> m_reached;
    std::vector<std::vector<std::optional<std::vector<int>>>> m_ways;
};

} // namespace meshdeck::layout
