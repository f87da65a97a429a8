// What the series of all pods' pages mean: each label set once, however many pods and buckets share it.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mesh/inventory.h"
#include "traffic/series.h"

namespace meshdeck::sources {

// What a page holds in the order of what it costs: three lines a label set, then some twenty for each histogram.
enum class Family : std::uint8_t { Counters, Durations, Sizes };
inline constexpr std::size_t kFamilies = 3;

struct KnownMetric {
    std::string_view name;
    traffic::Measure measure;
    Family family;
    bool bucket = false;
};
// Nothing for metrics that no graph needs.
[[nodiscard]] const KnownMetric* knownMetric(std::string_view name);

class SeriesCatalogue {
public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

    // The slot of a series. Label sets that mean the same to a graph share one; each bucket has its own.
    [[nodiscard]] std::uint32_t slotOf(const KnownMetric& metric, const Labels& labels, const mesh::Pod& pod);
    [[nodiscard]] std::size_t slots() const { return m_slots; }

    // Rates by slot, of those with `seen`: samples with their quantiles in milliseconds, appended to `into`.
    void addSamples(const std::vector<double>& rates, const std::vector<bool>& seen, traffic::SampleSet& into) const;

private:
    struct Bucket {
        double upper = 0;
        std::uint32_t slot = 0;
    };
    struct Meaning {
        traffic::Sample sample;      // value unused; labels are ids of m_strings
        std::uint32_t slot = 0;      // without buckets
        std::vector<Bucket> buckets; // of a histogram
    };
    struct Hash {
        std::size_t operator()(const traffic::Sample& sample) const;
    };
    struct Same {
        bool operator()(const traffic::Sample& a, const traffic::Sample& b) const;
    };
    void addQuantiles(const Meaning& meaning, const traffic::Sample& sample, const std::vector<double>& rates,
                      const std::vector<bool>& seen, traffic::SampleSet& into) const;

    traffic::StringTable m_strings;
    std::vector<Meaning> m_meanings;
    std::unordered_map<traffic::Sample, std::uint32_t, Hash, Same> m_index;
    std::uint32_t m_slots = 0;
};

} // namespace meshdeck::sources
