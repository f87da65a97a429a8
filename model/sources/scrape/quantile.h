// Quantiles of a histogram of cumulative buckets, as Prometheus's histogram_quantile computes them.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace meshdeck::sources {

struct Bucket {
    double upper = 0; // "le"; the last one infinite
    double count = 0; // observations at or below, of any unit (counts or rates)
};

// Buckets in any order, one per bound. Linear within a bucket, the lowest bucket beginning at 0; a quantile in the
// infinite bucket is the highest finite bound. Nothing without observations or without an infinite bucket.
[[nodiscard]] std::optional<double> histogramQuantile(double q, std::vector<Bucket> buckets);

} // namespace meshdeck::sources
