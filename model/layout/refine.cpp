#include "layout/refine.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace meshdeck::layout {
namespace {

constexpr int kSorts = 3;
constexpr int kExchanges = 3;
constexpr std::size_t kReach = 4; // how far apart in a column two cards are exchanged
constexpr int kMoves = 3;           // rounds of exchanging across columns
constexpr int kSmall = 3000;        // leaves of a drawing in which that is done
constexpr std::size_t kLarge = 300; // cards of a box in which that is done
constexpr double kBackwards = 130;  // pixels of length that a call to the left is worth

class Refiner {
public:
    Refiner(Flow& flow, std::vector<Point>& centres) : m_flow(flow), m_centres(centres) {}

    // All cards of a class in the order of where their neighbours are.
    void sort(const std::vector<int>& members) {
        std::vector<std::pair<double, int>> wanted;
        double before = 0;
        for (const int leaf : members) {
            wanted.emplace_back(meanY(leaf), leaf);
            before += length(leaf);
        }
        std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<int> slots = byHeight(members);
        std::vector<std::tuple<Point, double, int>> places; // where, and y and column in the box
        for (const int slot : slots) {
            places.emplace_back(m_centres[idx(slot)], m_flow[slot].y, m_flow[slot].column);
        }
        std::vector<int> old = slots;
        const auto assign = [&](std::size_t k, int leaf) {
            std::tie(m_centres[idx(leaf)], m_flow[leaf].y, m_flow[leaf].column) = places[k];
        };
        for (std::size_t k = 0; k < wanted.size(); ++k) {
            assign(k, wanted[k].second);
        }
        double after = 0;
        for (const int leaf : members) {
            after += length(leaf);
        }
        if (after >= before) {
            for (std::size_t k = 0; k < old.size(); ++k) {
                assign(k, old[k]);
            }
        }
    }

    void exchange(const std::vector<int>& members) {
        std::vector<int> slots = byHeight(members);
        for (std::size_t i = 0; i < slots.size(); ++i) {
            for (std::size_t k = i + 1; k < std::min(slots.size(), i + 1 + kReach); ++k) {
                const double before = length(slots[i]) + length(slots[k]);
                swap(slots[i], slots[k]);
                if (length(slots[i]) + length(slots[k]) < before - 0.01) {
                    std::swap(slots[i], slots[k]);
                } else {
                    swap(slots[i], slots[k]);
                }
            }
        }
    }

    // Each card with the one that stands where it would like to be, in any column of the box.
    void relocate(const std::vector<int>& members) {
        for (const int leaf : members) {
            if (m_flow.graph.callees.sizeOf(leaf) + m_flow.graph.callers.sizeOf(leaf) == 0) {
                continue;
            }
            const Point want = wanted(leaf);
            int nearest = leaf;
            double least = distance(leaf, want);
            for (const int other : members) {
                if (const double now = distance(other, want); now < least) {
                    least = now;
                    nearest = other;
                }
            }
            if (nearest == leaf) {
                continue;
            }
            const double before = price(leaf) + price(nearest);
            swap(leaf, nearest);
            if (price(leaf) + price(nearest) >= before - 0.01) {
                swap(leaf, nearest);
            }
        }
    }

private:
    // Amid its neighbours, right of its callers and left of its callees.
    [[nodiscard]] Point wanted(int leaf) const {
        Point sum;
        for (const int n : m_flow.graph.callers[leaf]) {
            sum.x += m_centres[idx(n)].x + kColumnPitch / 2;
            sum.y += m_centres[idx(n)].y;
        }
        for (const int n : m_flow.graph.callees[leaf]) {
            sum.x += m_centres[idx(n)].x - kColumnPitch / 2;
            sum.y += m_centres[idx(n)].y;
        }
        const int degree = m_flow.graph.callees.sizeOf(leaf) + m_flow.graph.callers.sizeOf(leaf);
        return {sum.x / degree, sum.y / degree};
    }

    [[nodiscard]] double distance(int leaf, Point at) const {
        const double dx = m_centres[idx(leaf)].x - at.x, dy = m_centres[idx(leaf)].y - at.y;
        return dx * dx + dy * dy;
    }

    [[nodiscard]] double price(int leaf) const {
        double sum = length(leaf);
        const double x = m_centres[idx(leaf)].x;
        const int box = m_flow.graph.parent[idx(leaf)];
        for (const int n : m_flow.graph.callees[leaf]) {
            sum += m_flow.graph.parent[idx(n)] == box && m_centres[idx(n)].x < x + 1 ? kBackwards : 0;
        }
        for (const int n : m_flow.graph.callers[leaf]) {
            sum += m_flow.graph.parent[idx(n)] == box && m_centres[idx(n)].x > x - 1 ? kBackwards : 0;
        }
        return sum;
    }

    [[nodiscard]] std::vector<int> byHeight(const std::vector<int>& members) const {
        std::vector<int> slots = members;
        std::stable_sort(slots.begin(), slots.end(), [&](int a, int b) {
            const Point p = m_centres[idx(a)], q = m_centres[idx(b)];
            return p.y != q.y ? p.y < q.y : p.x < q.x;
        });
        return slots;
    }

    void swap(int a, int b) {
        std::swap(m_centres[idx(a)], m_centres[idx(b)]);
        std::swap(m_flow[a].y, m_flow[b].y);
        std::swap(m_flow[a].column, m_flow[b].column);
    }

    [[nodiscard]] double meanY(int leaf) const {
        double sum = 0;
        for (const int n : m_flow.graph.callees[leaf]) {
            sum += m_centres[idx(n)].y;
        }
        for (const int n : m_flow.graph.callers[leaf]) {
            sum += m_centres[idx(n)].y;
        }
        const int degree = m_flow.graph.callees.sizeOf(leaf) + m_flow.graph.callers.sizeOf(leaf);
        return degree > 0 ? sum / degree : m_centres[idx(leaf)].y;
    }

    [[nodiscard]] double length(int leaf) const {
        const Point at = m_centres[idx(leaf)];
        double sum = 0;
        const auto add = [&](int n) {
            const double dx = m_centres[idx(n)].x - at.x, dy = m_centres[idx(n)].y - at.y;
            sum += std::sqrt(dx * dx + dy * dy);
        };
        for (const int n : m_flow.graph.callees[leaf]) {
            add(n);
        }
        for (const int n : m_flow.graph.callers[leaf]) {
            add(n);
        }
        return sum;
    }

    Flow& m_flow;
    std::vector<Point>& m_centres;
};

// Leaves whose places may be exchanged: same box, same size, and the same columns if `byZone`.
using PlaceClasses = std::vector<std::vector<int>>;

PlaceClasses placeClasses(const Flow& flow, bool byZone) {
    std::vector<int> leaves;
    for (int leaf = 0; leaf < flow.graph.leaves; ++leaf) {
        if (!flow[flow.graph.parent[idx(leaf)]].ordered) {
            leaves.push_back(leaf);
        }
    }
    const auto classOf = [&](int leaf) {
        const Item& it = flow[leaf];
        return std::tuple(flow.graph.parent[idx(leaf)], byZone ? it.zoneFirst : 0, byZone ? it.zoneLast : 0, it.band, it.width,
                          it.height);
    };
    std::stable_sort(leaves.begin(), leaves.end(), [&](int a, int b) { return classOf(a) < classOf(b); });
    PlaceClasses classes;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (i == 0 || classOf(leaves[i]) != classOf(leaves[i - 1])) {
            classes.emplace_back();
        }
        classes.back().push_back(leaves[i]);
    }
    std::erase_if(classes, [](const auto& members) { return members.size() < 2; });
    return classes;
}

} // namespace

bool refine(Flow& flow, std::vector<Point>& centres, const std::stop_token& stop) {
    Refiner refiner(flow, centres);
    const auto each = [&](const PlaceClasses& classes, int rounds, const auto& change) {
        for (int round = 0; round < rounds; ++round) {
            for (const auto& members : classes) {
                if (stop.stop_requested()) {
                    return false;
                }
                change(members);
            }
        }
        return true;
    };
    const PlaceClasses columns = placeClasses(flow, true);
    const PlaceClasses boxes = flow.graph.leaves <= kSmall ? placeClasses(flow, false) : PlaceClasses();
    return each(columns, kSorts, [&](const auto& members) { refiner.sort(members); }) &&
           each(columns, kExchanges, [&](const auto& members) { refiner.exchange(members); }) &&
           each(boxes, kMoves, [&](const auto& members) {
               if (members.size() <= kLarge) {
                   refiner.relocate(members);
               }
           });
}

} // namespace meshdeck::layout
