#include "app/demo/mesh/random.h"

#include <algorithm>

namespace meshdeck::demo {

namespace {

std::uint64_t rounded(double value) {
    return value <= 0 ? 0 : static_cast<std::uint64_t>(std::llround(value));
}

} // namespace

std::uint64_t Random::poisson(double mean) {
    if (!(mean > 0)) {
        return 0;
    }
    if (mean > 30) {
        return rounded(mean + std::sqrt(mean) * normal());
    }
    double term = std::exp(-mean);
    double left = uniform() - term;
    std::uint64_t k = 0;
    while (left > 0 && k < 200) {
        ++k;
        term *= mean / static_cast<double>(k);
        left -= term;
    }
    return k;
}

std::uint64_t Random::binomial(std::uint64_t n, double p) {
    if (n == 0 || !(p > 0)) {
        return 0;
    }
    if (p >= 1) {
        return n;
    }
    if (p > 0.5) {
        return n - binomial(n, 1 - p);
    }
    const double mean = static_cast<double>(n) * p;
    if (mean > 30) {
        return std::min(n, rounded(mean + std::sqrt(mean * (1 - p)) * normal()));
    }
    if (n <= 16) {
        std::uint64_t hits = 0;
        for (std::uint64_t i = 0; i < n; ++i) {
            hits += uniform() < p ? 1 : 0;
        }
        return hits;
    }
    // Inversion: P(k+1) = P(k) * (n-k)/(k+1) * p/(1-p); P(0) does not vanish since n*p <= 30 and p <= 0.5.
    const double odds = p / (1 - p);
    double term = std::exp(static_cast<double>(n) * std::log1p(-p));
    double left = uniform() - term;
    std::uint64_t k = 0;
    while (left > 0 && k < n) {
        term *= static_cast<double>(n - k) / static_cast<double>(k + 1) * odds;
        ++k;
        left -= term;
    }
    return k;
}

} // namespace meshdeck::demo
