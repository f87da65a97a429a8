#include "sources/scrape/quantile.h"

#include <algorithm>
#include <cmath>

namespace meshdeck::sources {

std::optional<double> histogramQuantile(double q, std::vector<Bucket> buckets) {
    std::sort(buckets.begin(), buckets.end(), [](const Bucket& a, const Bucket& b) { return a.upper < b.upper; });
    if (buckets.size() < 2 || !std::isinf(buckets.back().upper)) {
        return std::nullopt;
    }
    // Pods are read one after the other, so counts need not be monotonic: never let one fall.
    for (std::size_t i = 1; i < buckets.size(); ++i) {
        buckets[i].count = std::max(buckets[i].count, buckets[i - 1].count);
    }
    const double total = buckets.back().count;
    if (!(total > 0)) {
        return std::nullopt;
    }
    const double rank = q * total;
    const auto found =
        std::find_if(buckets.begin(), buckets.end(), [&](const Bucket& each) { return each.count >= rank; });
    if (std::isinf(found->upper)) {
        return buckets[buckets.size() - 2].upper;
    }
    const bool first = found == buckets.begin();
    const double begin = first ? 0 : (found - 1)->upper;
    const double below = first ? 0 : (found - 1)->count;
    const double inside = found->count - below;
    if (first && found->upper <= 0) {
        return found->upper;
    }
    return inside > 0 ? begin + (found->upper - begin) * (rank - below) / inside : found->upper;
}

} // namespace meshdeck::sources
