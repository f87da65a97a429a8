#include "layout/push.h"

#include <algorithm>
#include <deque>
#include <numeric>

#include "layout/graph.h"

namespace meshdeck::layout {
namespace {

constexpr double kNear = 4;

bool isNear(const Rect& a, const Rect& b) {
    return a.x < b.right() + kNear && b.x < a.right() + kNear && a.y < b.bottom() + kNear && b.y < a.bottom() + kNear;
}

// Everything that lies on something else, found by a sweep from left to right.
std::deque<int> disturbed(const std::vector<Rect>& rects) {
    std::vector<int> order(rects.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int a, int b) { return rects[idx(a)].x < rects[idx(b)].x; });
    std::vector<char> found(rects.size(), 0);
    std::vector<int> open;
    for (const int i : order) {
        std::erase_if(open, [&](int o) { return rects[idx(o)].right() + kNear <= rects[idx(i)].x; });
        for (const int o : open) {
            if (isNear(rects[idx(i)], rects[idx(o)])) {
                found[idx(i)] = found[idx(o)] = 1;
            }
        }
        open.push_back(i);
    }
    std::deque<int> queue;
    for (std::size_t i = 0; i < rects.size(); ++i) {
        if (found[i] != 0) {
            queue.push_back(static_cast<int>(i));
        }
    }
    return queue;
}

} // namespace

void pushApart(std::vector<Rect>& rects, const std::vector<char>& fixed, double gap) {
    std::deque<int> queue = disturbed(rects);
    // Moves go right and down only, so this ends; the limit is for pinned nodes that close a way from all sides.
    for (std::size_t moves = 0; !queue.empty() && moves < 200 * rects.size();) {
        const int at = queue.front();
        queue.pop_front();
        for (std::size_t k = 0; k < rects.size(); ++k) {
            const int other = static_cast<int>(k);
            if (other == at || !isNear(rects[idx(at)], rects[k]) || (fixed[idx(at)] != 0 && fixed[k] != 0)) {
                continue;
            }
            const Rect &a = rects[idx(at)], &b = rects[k];
            const bool below = b.y + b.height / 2 >= a.y + a.height / 2, right = b.x + b.width / 2 >= a.x + a.width / 2;
            const double down = below ? a.bottom() + gap - b.y : b.bottom() + gap - a.y;
            const double aside = right ? a.right() + gap - b.x : b.right() + gap - a.x;
            const bool vertical = down <= aside;
            int mover = (vertical ? below : right) ? other : at;
            if (fixed[idx(mover)] != 0) {
                mover = mover == at ? other : at;
            }
            const int stays = mover == at ? other : at;
            Rect& moved = rects[idx(mover)];
            if (vertical) {
                moved.y = rects[idx(stays)].bottom() + gap;
            } else {
                moved.x = rects[idx(stays)].right() + gap;
            }
            queue.push_back(mover);
            ++moves;
        }
    }
}

} // namespace meshdeck::layout
