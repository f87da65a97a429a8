#include "layout/ranks.h"

#include <algorithm>
#include <cmath>

namespace meshdeck::layout {
namespace {

constexpr int kRelaxations = 24;
constexpr int kRepairs = 3;
constexpr int kChain = 3; // with fewer nodes a rank than this and few calls, a deep graph is a chain and not a tangle

// Longest paths over the links that go with the order; who calls more than it is called stands right before what it calls.
std::vector<int> longestPaths(const std::vector<int>& order, const Lists& callees, const Lists& callers) {
    const int count = static_cast<int>(order.size());
    std::vector<int> place(idx(count)), rank(idx(count), 0);
    for (int i = 0; i < count; ++i) {
        place[idx(order[idx(i)])] = i;
    }
    for (const int node : order) {
        for (const int callee : callees[node]) {
            if (place[idx(callee)] > place[idx(node)]) {
                rank[idx(callee)] = std::max(rank[idx(callee)], rank[idx(node)] + 1);
            }
        }
    }
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
        int nearest = count;
        int forward = 0;
        for (const int callee : callees[*it]) {
            if (place[idx(callee)] > place[idx(*it)]) {
                nearest = std::min(nearest, rank[idx(callee)]);
                ++forward;
            }
        }
        if (forward > callers.sizeOf(*it)) {
            rank[idx(*it)] = std::max(rank[idx(*it)], nearest - 1);
        }
    }
    return rank;
}

// Gauss-Seidel on the normal equations of sum over links of (level(callee) - level(caller) - 1)^2, in the order of the calls.
std::vector<double> trophicLevels(const std::vector<int>& order, const std::vector<int>& start, int cap,
                                  const Lists& callees, const Lists& callers) {
    std::vector<double> level(start.size());
    const int deepest = 1 + *std::max_element(start.begin(), start.end());
    for (std::size_t i = 0; i < start.size(); ++i) { // squeezed: the true depth is far less than that of the longest path
        level[i] = static_cast<double>(start[i]) * std::min(1.0, static_cast<double>(cap) / deepest);
    }
    for (int round = 0; round < kRelaxations; ++round) {
        for (std::size_t k = 0; k < order.size(); ++k) {
            const int node = order[round % 2 == 0 ? k : order.size() - 1 - k];
            double sum = 0;
            for (const int caller : callers[node]) {
                sum += level[idx(caller)] + 1;
            }
            for (const int callee : callees[node]) {
                sum += level[idx(callee)] - 1;
            }
            if (const int degree = callers.sizeOf(node) + callees.sizeOf(node); degree > 0) {
                level[idx(node)] = sum / degree;
            }
        }
    }
    return level;
}

// What a link of this length costs a reader: back is worse than level, level worse than far.
int price(int length) {
    return length >= 1 ? 2 * (length - 1) : length == 0 ? 5 : 6 - 2 * length;
}

// Each node to the rank next to it that costs its links least.
void repair(std::vector<int>& rank, const Lists& callees, const Lists& callers) {
    const int count = static_cast<int>(rank.size());
    const auto priceAt = [&](int node, int at) {
        int sum = 0;
        for (const int callee : callees[node]) {
            sum += price(rank[idx(callee)] - at);
        }
        for (const int caller : callers[node]) {
            sum += price(at - rank[idx(caller)]);
        }
        return sum;
    };
    for (int round = 0; round < kRepairs; ++round) {
        for (int node = 0; node < count; ++node) {
            const int at = rank[idx(node)];
            int best = priceAt(node, at);
            for (const int other : {at - 1, at + 1}) {
                if (const int now = other >= 0 ? priceAt(node, other) : best; now < best) {
                    best = now;
                    rank[idx(node)] = other;
                }
            }
        }
    }
}

// Leaves no rank out.
void closeGaps(std::vector<int>& rank) {
    if (rank.empty()) {
        return;
    }
    std::vector<int> used(idx(*std::max_element(rank.begin(), rank.end())) + 1, 0);
    for (const int r : rank) {
        used[idx(r)] = 1;
    }
    int next = 0;
    for (int& u : used) {
        const bool isUsed = u != 0;
        u = next;
        next += isUsed ? 1 : 0;
    }
    for (int& r : rank) {
        r = used[idx(r)];
    }
}

} // namespace

std::vector<int> ranks(int count, const Lists& callees, const Lists& callers, int cap) {
    const std::vector<int> order = orderAgainstCycles(count, callees, callers);
    std::vector<int> rank = longestPaths(order, callees, callers);
    const int deepest = count > 0 ? *std::max_element(rank.begin(), rank.end()) : 0;
    const bool isChain = count <= kChain * deepest && 10 * callees.values.size() <= 13 * idx(count);
    if (deepest >= cap && !isChain) {
        const std::vector<double> levels = trophicLevels(order, rank, cap, callees, callers);
        const double lowest = *std::min_element(levels.begin(), levels.end());
        for (std::size_t i = 0; i < rank.size(); ++i) {
            rank[i] = static_cast<int>(std::lround(levels[i] - lowest));
        }
        repair(rank, callees, callers);
    }
    closeGaps(rank);
    return rank;
}

} // namespace meshdeck::layout
