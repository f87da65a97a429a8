// Rectangles that lie on each other are pushed apart, right or down, so that most stay where they are.
#pragma once

#include <vector>

#include "layout/layout.h"

namespace meshdeck::layout {

// Moves `rects` until no two of them are nearer than a few pixels; those pushed end `gap` apart. `fixed` ones never move: two
// of them may lie on each other.
void pushApart(std::vector<Rect>& rects, const std::vector<char>& fixed, double gap);

} // namespace meshdeck::layout
