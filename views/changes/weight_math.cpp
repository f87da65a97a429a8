#include "changes/weight_math.h"

#include <algorithm>
#include <numeric>

namespace meshdeck::views {

std::vector<int> moveWeight(const std::vector<int>& weights, const std::vector<bool>& pinned, std::size_t index, int value) {
    std::vector<std::size_t> givers;
    int room = index < weights.size() ? weights[index] : 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (i != index && !(i < pinned.size() && pinned[i])) {
            givers.push_back(i);
            room += weights[i];
        }
    }
    if (index >= weights.size() || givers.empty()) {
        return weights;
    }
    std::vector<int> result = weights;
    result[index] = std::clamp(value, 0, room);
    const int rest = room - result[index];
    const int before = room - weights[index];
    std::vector<std::pair<double, std::size_t>> fractions;
    int given = 0;
    for (const std::size_t i : givers) {
        const double share = before > 0 ? static_cast<double>(weights[i]) / before : 1.0 / static_cast<double>(givers.size());
        const double exact = share * rest;
        result[i] = static_cast<int>(exact);
        given += result[i];
        fractions.emplace_back(exact - result[i], i);
    }
    std::stable_sort(fractions.begin(), fractions.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (int k = 0; k < rest - given; ++k) {
        ++result[fractions[static_cast<std::size_t>(k) % fractions.size()].second];
    }
    return result;
}

} // namespace meshdeck::views
