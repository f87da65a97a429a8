#include "layout/spots.h"

#include <algorithm>
#include <cmath>

#include "layout/boxes.h"
#include "layout/flow.h"

namespace meshdeck::layout {
namespace {

constexpr double kSame = 20;       // centres nearer than this are one column
constexpr std::size_t kMany = 300; // things in a box, from which only its rim is tried for another box

} // namespace

Spots::Spots(std::vector<Rect> taken, std::vector<double> centres, Rect inner, double aspect, bool isOutermost)
    : m_taken(std::move(taken)), m_inner(inner), m_aspect(aspect), m_isOutermost(isOutermost) {
    std::sort(centres.begin(), centres.end());
    for (const double x : centres) {
        if (m_columns.empty() || x > m_columns.back() + kSame) {
            m_columns.push_back(x);
        }
    }
    if (m_columns.empty()) {
        m_columns.push_back(inner.x + kColumnPitch / 2);
    }
}

// How far from where it would like to be, and what growing costs those around: higher is much better than wider, since cards are
// wide and a wider box pushes everything at its right; unless the box is narrow and tall already.
double Spots::price(const Rect& rect, Point want) const {
    const Rect grown = m_inner.isEmpty() ? rect : joined(m_inner, rect);
    const double wider = grown.width - m_inner.width, higher = grown.height - m_inner.height;
    const double share = grown.width / std::max(1.0, grown.height);
    const double widening = share < 0.25 ? 2 : 10;
    return 0.7 * std::abs(rect.x + rect.width / 2 - want.x) + std::abs(rect.y + rect.height / 2 - want.y) +
           (wider > 0.5 || higher > 0.5 ? 150 + widening * wider + 2 * higher : 0);
}

// The same for a whole box, which pushes nobody: growth costs what it makes the picture smaller.
double Spots::priceOfBox(const Rect& rect, Point want) const {
    const Rect grown = m_inner.isEmpty() ? rect : joined(m_inner, rect);
    const double worse = std::max(grown.width / m_aspect, grown.height) - std::max(m_inner.width / m_aspect, m_inner.height);
    return 0.7 * std::abs(rect.x + rect.width / 2 - want.x) + std::abs(rect.y + rect.height / 2 - want.y) + 8 * worse;
}

bool Spots::isFree(const Rect& rect, double gap) const {
    const Rect wide{rect.x - gap, rect.y - gap, rect.width + 2 * gap, rect.height + 2 * gap};
    return std::none_of(m_taken.begin(), m_taken.end(), [&](const Rect& other) { return overlap(wide, other); });
}

void Spots::add(const Rect& rect) {
    m_taken.push_back(rect);
    m_inner = m_inner.isEmpty() ? rect : joined(m_inner, rect);
}

void Spots::tryColumn(double x, double width, double height, Point want, Point& best, double& lowest) const {
    std::vector<Span> spans;
    for (const Rect& other : m_taken) {
        if (other.x < x + width / 2 + kNodeGap && other.right() > x - width / 2 - kNodeGap) {
            spans.push_back({other.y - kNodeGap, other.bottom() + kNodeGap});
        }
    }
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
    // What is below all is free for one more row, not as far down as the neighbours in another box may be.
    double end = m_inner.isEmpty() ? want.y + height / 2 : m_inner.bottom();
    for (const Span& span : spans) {
        end = std::max(end, span.to + height);
    }
    spans.push_back({end, end});
    double free = m_inner.isEmpty() ? want.y - height / 2 : m_inner.y; // never above the box: its title is there
    for (const Span& span : spans) {
        if (span.from - free >= height) {
            const double top = std::clamp(want.y - height / 2, free, span.from - height);
            if (const double now = price({x - width / 2, top, width, height}, want); now < lowest) {
                lowest = now;
                best = {x, top + height / 2};
            }
        }
        free = std::max(free, span.to);
    }
}

Point Spots::take(double width, double height, Point want) {
    Point best = want;
    double lowest = 1e300;
    for (const double x : m_columns) {
        tryColumn(x, width, height, want, best, lowest);
    }
    // One more column at the right; never at the left: a box that grows there would have to move with all it holds.
    tryColumn(m_columns.back() + kColumnPitch, width, height, want, best, lowest);
    add({best.x - width / 2, best.y - height / 2, width, height});
    const auto column = std::lower_bound(m_columns.begin(), m_columns.end(), best.x - kSame);
    if (column == m_columns.end() || *column > best.x + kSame) {
        m_columns.insert(column, best.x);
    }
    return best;
}

Rect Spots::takeBox(double width, double height, Point want) {
    constexpr double kApart = 48;
    std::vector<Point> corners{{m_inner.right() + kApart, m_inner.y}, {m_inner.x, m_inner.bottom() + kApart}};
    if (m_taken.size() <= kMany) {
        for (const Rect& other : m_taken) {
            corners.push_back({other.right() + kApart, other.y});
            corners.push_back({other.x, other.bottom() + kApart});
        }
    }
    Rect best{corners.front().x, corners.front().y, width, height};
    double lowest = m_taken.empty() ? 0 : 1e300;
    for (const Point& corner : corners) {
        const Rect rect{corner.x, corner.y, width, height};
        const double now = m_isOutermost ? priceOfBox(rect, want) : price(rect, want);
        if (now < lowest && isFree(rect, kGroupGap)) {
            lowest = now;
            best = rect;
        }
    }
    add(best);
    return best;
}

} // namespace meshdeck::layout
