// Free heights in the columns of a region, for edges that pass.
#pragma once

#include <vector>

#include "layout/regions.h"

namespace meshdeck::layout {

class Lanes {
public:
    // `crowded`: so many edges that they share lanes; else two lanes keep their distance.
    Lanes(const LayoutInput& input, const LayoutResult& placed, const Regions& regions, const Region& region, bool crowded);

    // The free height of a column that costs least on the way from one height to another; it is taken then.
    double in(int column, double from, double to);
    // One free height through several columns, near a height; NaN when there is none within `reach`. It is taken then.
    double across(int first, int last, double want, double reach);

private:
    struct Column {
        std::vector<Span> gaps;    // free, from top to bottom
        std::vector<double> taken; // sorted
    };
    void block(std::vector<Span>& blocked, int column);
    [[nodiscard]] bool isFree(int column, double y) const;
    [[nodiscard]] bool isTaken(const Column& column, double y) const;
    [[nodiscard]] double nearest(int column, double want) const;
    [[nodiscard]] static double nearestShared(const Column& column, double want);
    [[nodiscard]] double nearestInGap(const Column& column, const Span& gap, double want) const;
    void take(int column, double y);

    std::vector<Column> m_columns;
    bool m_crowded;
};

} // namespace meshdeck::layout
