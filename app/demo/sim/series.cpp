#include "app/demo/sim/series.h"

#include <algorithm>

namespace meshdeck::demo {

void RequestSeries::add(std::uint64_t count, double ms) {
    requests += count;
    durationMs += static_cast<double>(count) * ms;
    const auto bucket = std::lower_bound(kBuckets.begin(), kBuckets.end(), ms); // bounds are inclusive
    buckets[static_cast<std::size_t>(bucket - kBuckets.begin())] += count;
}

} // namespace meshdeck::demo
