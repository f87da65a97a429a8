// Free places in a box: the columns its nodes stand in, and what is free there.
#pragma once

#include <vector>

#include "layout/layout.h"
#include "layout/regions.h"

namespace meshdeck::layout {

class Spots {
public:
    // `taken`: nodes and boxes directly inside; `centres`: x of the nodes, whose columns new ones join. `inner`: what is
    // inside of the box now; staying in it is worth a way. `isOutermost`: growing pushes nobody, but should keep the window's
    // `aspect`.
    Spots(std::vector<Rect> taken, std::vector<double> centres, Rect inner, double aspect, bool isOutermost);

    // The best centre for a node of this size that would like to be at `want`; taken from then on.
    Point take(double width, double height, Point want);
    // The best place for a whole box.
    Rect takeBox(double width, double height, Point want);

private:
    [[nodiscard]] double price(const Rect& rect, Point want) const;
    [[nodiscard]] double priceOfBox(const Rect& rect, Point want) const;
    [[nodiscard]] bool isFree(const Rect& rect, double gap) const;
    void add(const Rect& rect);
    void tryColumn(double x, double width, double height, Point want, Point& best, double& lowest) const;

    std::vector<Rect> m_taken;
    std::vector<double> m_columns;
    Rect m_inner;
    double m_aspect;
    bool m_isOutermost;
};

} // namespace meshdeck::layout
