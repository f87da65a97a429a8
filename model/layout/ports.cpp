#include "layout/ports.h"

#include <algorithm>
#include <cmath>

#include "layout/graph.h"

namespace meshdeck::layout {
namespace {

constexpr double kHeads = 14;  // between the heads of arrows
constexpr double kStarts = 9;  // between lines that leave
constexpr double kMargin = 6;  // of a side that has no port
constexpr double kTall = 80;   // a box, whose ports spread over more of its side

double middleOf(const Rect& box) {
    return box.y + box.height / 2;
}

double stepOf(const Rect& box, std::size_t ports, bool leaving) {
    if (ports < 2) {
        return 0;
    }
    const bool tall = box.height > kTall;
    const double room = tall ? box.height * 0.6 : box.height - 2 * kMargin;
    return std::min(tall ? 24 : leaving ? kStarts : kHeads, room / static_cast<double>(ports - 1));
}

void spread(const std::vector<Rect>& boxes, const std::vector<int>& own, const std::vector<int>& other, bool leaving,
            std::vector<double>& heights) {
    std::vector<Link> pairs;
    pairs.reserve(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
        pairs.emplace_back(own[i], static_cast<int>(i));
    }
    const Lists edges = listsOf(static_cast<int>(boxes.size()), pairs);
    std::vector<int> list;
    for (int end = 0; end + 1 < static_cast<int>(boxes.size()); ++end) {
        list.assign(edges[end].begin(), edges[end].end());
        std::stable_sort(list.begin(), list.end(), [&](int a, int b) {
            return middleOf(boxes[idx(other[idx(a)])]) < middleOf(boxes[idx(other[idx(b)])]);
        });
        const double step = stepOf(boxes[idx(end)], list.size(), leaving);
        const double first = middleOf(boxes[idx(end)]) - step * static_cast<double>(list.size() - 1) / 2;
        for (std::size_t k = 0; k < list.size(); ++k) {
            heights[idx(list[k])] = first + step * static_cast<double>(k);
        }
    }
}

std::vector<int> degrees(std::size_t ends, const std::vector<int>& of) {
    std::vector<int> count(ends, 0);
    for (const int end : of) {
        ++count[idx(end)];
    }
    return count;
}

bool fits(const Rect& box, double y) {
    return y >= box.y + kMargin && y <= box.bottom() - kMargin;
}

} // namespace

Ports assignPorts(const std::vector<Rect>& boxes, const std::vector<int>& source, const std::vector<int>& target) {
    Ports ports{std::vector<double>(source.size(), 0), std::vector<double>(source.size(), 0)};
    spread(boxes, source, target, true, ports.out);
    spread(boxes, target, source, false, ports.in);
    const std::vector<int> leaving = degrees(boxes.size(), source), arriving = degrees(boxes.size(), target);
    for (std::size_t i = 0; i < source.size(); ++i) { // a jog of a few pixels becomes a straight line
        const Rect &a = boxes[idx(source[i])], &b = boxes[idx(target[i])];
        if (arriving[idx(target[i])] == 1 && fits(b, ports.out[i])) {
            ports.in[i] = ports.out[i];
        } else if (leaving[idx(source[i])] == 1 && fits(a, ports.in[i])) {
            ports.out[i] = ports.in[i];
        }
    }
    return ports;
}

} // namespace meshdeck::layout
