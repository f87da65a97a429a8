// Which pods a round of scraping reads, and what of their pages: the more there are, the less often and the less of each,
// for every page is a request that the API server passes on. Pods in view come first and keep their pace.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "mesh/inventory.h"
#include "sources/scrape/counter_store.h"
#include "sources/scrape/scrape_source.h"

namespace meshdeck::sources {

struct ScrapeTurn {
    mesh::Pod pod;
    Families families = kAllFamilies;
};

// Not thread safe: lives on the source's strand.
class ScrapePlan {
public:
    explicit ScrapePlan(const ScrapeOptions& options) : m_options(options) {}

    // The turns of a round that begins now: those of `inView` (namespaces; empty: none in particular), and the others
    // when they are due. `pods` without a metrics port are passed over.
    [[nodiscard]] std::vector<ScrapeTurn> round(std::vector<mesh::Pod> pods, const std::set<std::string>& inView,
                                                MonotonicTime now);

    // What the last round() found out: pods that are read in all, pods beyond maxPods, how often there is something to
    // read, how often those out of view are read and how many they are.
    [[nodiscard]] std::size_t pods() const { return m_pods; }
    [[nodiscard]] std::size_t leftOut() const { return m_leftOut; }
    [[nodiscard]] Duration every() const { return m_viewed > 0 ? m_options.interval : m_restEvery; }
    [[nodiscard]] Duration restEvery() const { return m_restEvery; }
    [[nodiscard]] std::size_t rest() const { return m_pods - m_viewed; }
    // Whether sizes of bodies have been read often enough for rates.
    [[nodiscard]] bool sizesKnown() const { return m_pods <= m_options.allFamiliesUpTo || m_restReadings > 3; }

private:
    [[nodiscard]] Families familiesOf(std::uint64_t readings) const;
    [[nodiscard]] bool restIsDue(MonotonicTime now) const;

    const ScrapeOptions m_options;
    std::size_t m_pods = 0;
    std::size_t m_viewed = 0;
    std::size_t m_leftOut = 0;
    Duration m_restEvery{};
    std::uint64_t m_viewReadings = 0;
    std::uint64_t m_restReadings = 0;
    std::optional<MonotonicTime> m_restRead;
};

} // namespace meshdeck::sources
