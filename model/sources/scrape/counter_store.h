// What Prometheus would do for us: keeps the counters of every pod over a window and computes rates from them.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "mesh/inventory.h"
#include "traffic/series.h"

namespace meshdeck::sources {

class CounterStore {
public:
    explicit CounterStore(Duration window)
        : m_window(window) {}

    // Takes one page of a pod, read at `when`. A pod with another uid begins anew. Answers the number of bad lines.
    // The first page of a proxy that started within the window counts as two readings: its counters began at zero.
    std::size_t add(const mesh::Pod& pod, std::string_view page, MonotonicTime when);
    // Forgets the pods that are not among these ("namespace/name").
    void keepOnly(const std::vector<mesh::Pod>& pods);

    // Rates per second over what is known of the window, of pods read at least twice; each label set once, summed over
    // pods. Quantiles in milliseconds from the buckets' increases. Rates are never negative: a counter that fell began
    // again at zero, and so did one that was not there before. The set's window is the interval really measured: of the
    // pod known longest, never longer than the window asked for (but for the rest of one reading).
    [[nodiscard]] std::unique_ptr<traffic::SampleSet> rates() const;
    // Pods that have been read at least twice, the start of a proxy being a reading as above.
    [[nodiscard]] std::size_t ready() const;

private:
    struct Meaning {            // of one series
        traffic::Sample sample; // value unused; labels are ids of m_strings
        bool bucket = false;
        double upper = 0;
    };
    struct Series {
        std::uint32_t meaning = 0;
        double last = 0;  // the counter as last read
        double grown = 0; // all its increases since the first reading
    };
    struct Reading {
        MonotonicTime when{};
        std::vector<double> grown; // by series; shorter when series came later
    };
    struct PodCounters {
        std::string uid;
        std::unordered_map<std::string, std::uint32_t> index; // by the series' text
        std::vector<Series> series;
        std::deque<Reading> readings; // oldest first, spanning the window

        // Before the first reading is kept: all counters were zero at `start`.
        void beginAt(MonotonicTime start);
    };

    [[nodiscard]] std::uint32_t meaningOf(std::string_view name,
                                          const std::vector<std::pair<std::string_view, std::string_view>>& labels,
                                          const mesh::Pod& pod);

    Duration m_window;
    traffic::StringTable m_strings;
    std::vector<Meaning> m_meanings;
    std::unordered_map<std::string, std::uint32_t> m_meaningIndex;
    std::unordered_map<std::string, PodCounters> m_pods; // "namespace/name"
};

} // namespace meshdeck::sources
