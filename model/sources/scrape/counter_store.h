// What Prometheus would do for us: keeps the counters of every pod over a window and computes rates from them. A series
// costs some forty bytes and its text none: it is known again by its hash.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "mesh/inventory.h"
#include "sources/scrape/series_catalogue.h"
#include "traffic/series.h"

namespace meshdeck::sources {

// Which families a page was asked for; what else it holds is passed over.
using Families = std::array<bool, kFamilies>;
inline constexpr Families kAllFamilies{true, true, true};

class CounterStore {
public:
    explicit CounterStore(Duration window)
        : m_window(window), m_catalogue(std::make_unique<SeriesCatalogue>()) {}

    // Takes one page of a pod, read at `when`. A pod with another uid begins anew. Answers the number of bad lines.
    // The first page of a proxy that started within the window counts as two readings: its counters began at zero.
    std::size_t add(const mesh::Pod& pod, std::string_view page, MonotonicTime when,
                    const Families& families = kAllFamilies);
    // Forgets the pods that are not among these ("namespace/name").
    void keepOnly(const std::vector<mesh::Pod>& pods);

    // Rates per second over what is known of the window, of pods read at least twice; each label set once, summed over
    // pods. Quantiles in milliseconds from the buckets' increases. Rates are never negative: a counter that fell began
    // again at zero, and so did one that was not there before. The set's window is the interval really measured: of the
    // pod known longest, never longer than the window asked for (but for the rest of one reading).
    [[nodiscard]] std::unique_ptr<traffic::SampleSet> rates() const;
    // Pods whose counters have been read at least twice, the start of a proxy being a reading as above.
    [[nodiscard]] std::size_t ready() const;

private:
    struct Reading {
        MonotonicTime when{};
        std::vector<float> grown; // since the reading before, by series; shorter when series came later
    };
    // The series of one family on one pod's page, in the order in which they were first met.
    struct Track {
        std::vector<std::uint64_t> hashes;
        std::vector<std::uint32_t> slots;
        std::vector<double> last;     // the counters as last read
        std::vector<float> grown;     // since the last reading
        std::deque<Reading> readings; // oldest first, spanning the window

        // Lines keep their order from page to page, so the next line is nearly always the next series. Where lines have
        // come or gone, the second place goes on from them and the first waits.
        std::size_t next = 0;
        std::size_t aside = 0;
        std::unordered_map<std::uint64_t, std::uint32_t> index; // while a page is read that is out of order

        // The series with this hash; hashes.size() when it is new.
        std::size_t find(std::uint64_t hash);
        void append(std::uint64_t hash, std::uint32_t slot, double value);
        void grow(std::size_t series, double value);
        // All counters were zero at `start`.
        void beginAt(MonotonicTime start);
        void endPage(MonotonicTime when, Duration window);
    };
    struct PodCounters {
        std::string uid;
        std::array<Track, kFamilies> tracks;
    };

    double readPage(const mesh::Pod& pod, PodCounters& counters, std::string_view page, const Families& families,
                    std::size_t& bad);

    Duration m_window;
    std::unique_ptr<SeriesCatalogue> m_catalogue;
    std::unordered_map<std::string, PodCounters> m_pods; // "namespace/name"
};

} // namespace meshdeck::sources
