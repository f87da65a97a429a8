#include "base/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace meshdeck::statistics {

double normalQuantile(double confidence) {
    const double tail = 1 - confidence; // of both sides together: erfc(z / sqrt 2)
    double low = 0;
    double high = 40;
    for (int i = 0; i < 80; ++i) { // bisection: erfc falls steadily, and nobody waits for this
        const double middle = (low + high) / 2;
        (std::erfc(middle / std::sqrt(2.0)) > tail ? low : high) = middle;
    }
    return (low + high) / 2;
}

Interval wilson(double hits, double trials, double confidence) {
    if (trials <= 0) {
        return {0, 1};
    }
    const double share = std::clamp(hits / trials, 0.0, 1.0);
    const double z = normalQuantile(confidence);
    const double square = z * z / trials;
    const double centre = (share + square / 2) / (1 + square);
    const double reach = z * std::sqrt(share * (1 - share) / trials + square / (4 * trials)) / (1 + square);
    return {share <= 0 ? 0 : std::max(0.0, centre - reach), share >= 1 ? 1 : std::min(1.0, centre + reach)};
}

Interval newcombe(double hits1, double trials1, double hits2, double trials2, double confidence) {
    if (trials1 <= 0 || trials2 <= 0) {
        return {-1, 1};
    }
    const double share1 = std::clamp(hits1 / trials1, 0.0, 1.0);
    const double share2 = std::clamp(hits2 / trials2, 0.0, 1.0);
    const Interval one = wilson(hits1, trials1, confidence);
    const Interval two = wilson(hits2, trials2, confidence);
    const double difference = share2 - share1;
    return {difference - std::hypot(share2 - two.low, one.high - share1),
            difference + std::hypot(two.high - share2, share1 - one.low)};
}

Interval rateRatio(double count1, double exposure1, double count2, double exposure2, double confidence) {
    const double infinity = std::numeric_limits<double>::infinity();
    if (exposure1 <= 0 || exposure2 <= 0 || count1 + count2 <= 0) {
        return {0, infinity};
    }
    const Interval part = wilson(count2, count1 + count2, confidence);
    const auto ratio = [&](double p) { return p >= 1 ? infinity : p / (1 - p) * exposure1 / exposure2; };
    return {ratio(part.low), ratio(part.high)};
}

} // namespace meshdeck::statistics
