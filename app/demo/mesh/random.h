// Seeded randomness of the demonstration mesh: the same seed gives the same mesh and, tick by tick, the same traffic on
// every machine (the standard library leaves its distributions to the implementation).
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace meshdeck::demo {

// FNV-1a, 64 bits: stable names and ids from text.
[[nodiscard]] constexpr std::uint64_t textHash(std::string_view text, std::uint64_t seed = 0) {
    std::uint64_t hash = 14695981039346656037ULL ^ (seed * 0x9E3779B97F4A7C15ULL);
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    // FNV leaves short texts alike in the high bits; mix once more.
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93ULL;
    return hash ^ (hash >> 32);
}

// SplitMix64 and the few distributions that a traffic simulation needs.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed) {}

    [[nodiscard]] std::uint64_t next() {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    // In [0, 1).
    [[nodiscard]] double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
    // In [0, bound); bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    [[nodiscard]] double normal() {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }
    [[nodiscard]] double logNormal(double median, double sigma) { return median * std::exp(sigma * normal()); }

    // Poisson with the given mean: exact by inversion up to 30, the normal approximation above.
    [[nodiscard]] std::uint64_t poisson(double mean);
    // Binomial: exact for small n or small n*p, the normal approximation when both n*p and n*(1-p) are large.
    [[nodiscard]] std::uint64_t binomial(std::uint64_t n, double p);

private:
    std::uint64_t m_state;
};

} // namespace meshdeck::demo
