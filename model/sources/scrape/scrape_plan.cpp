#include "sources/scrape/scrape_plan.h"

#include <algorithm>

namespace meshdeck::sources {
namespace {

constexpr std::uint64_t kFullEvery = 4; // readings
// Readings at the start, when each one widens what rates are measured over.
constexpr std::uint64_t kFirstReadings = 4;

} // namespace

// Two readings make a rate: first of what the first picture needs, then two of everything, then now and then.
Families ScrapePlan::familiesOf(std::uint64_t readings) const {
    if (m_pods <= m_options.allFamiliesUpTo) {
        return kAllFamilies;
    }
    const bool full = readings == 3 || (readings >= 2 && readings % kFullEvery == 2);
    return {true, full || readings < 2, full};
}

bool ScrapePlan::restIsDue(MonotonicTime now) const {
    if (m_viewed == 0 || !m_restRead || m_restReadings < kFirstReadings) {
        return true; // without a view every() is the pause already
    }
    return now - *m_restRead + m_options.interval / 2 >= m_restEvery;
}

std::vector<ScrapeTurn> ScrapePlan::round(std::vector<mesh::Pod> pods, const std::set<std::string>& inView,
                                          MonotonicTime now) {
    std::erase_if(pods, [](const mesh::Pod& pod) { return pod.metricsPort == 0; });
    const auto split = std::stable_partition(pods.begin(), pods.end(),
                                            [&](const mesh::Pod& pod) { return inView.contains(pod.ns); });
    m_viewed = std::min<std::size_t>(static_cast<std::size_t>(split - pods.begin()), m_options.maxPods);
    m_leftOut = pods.size() > m_options.maxPods ? pods.size() - m_options.maxPods : 0;
    pods.resize(pods.size() - m_leftOut);
    m_pods = pods.size();
    const Duration affordable(1000 * rest() / std::max<std::size_t>(m_options.pagesPerSecond, 1));
    m_restEvery = std::max(m_options.interval, affordable);

    std::vector<ScrapeTurn> turns;
    const bool all = restIsDue(now);
    const Families viewed = familiesOf(m_viewReadings);
    const Families others = familiesOf(m_restReadings);
    for (std::size_t i = 0; i < pods.size() && (all || i < m_viewed); ++i) {
        turns.push_back({std::move(pods[i]), i < m_viewed ? viewed : others});
    }
    if (!turns.empty()) {
        ++m_viewReadings;
    }
    if (all && m_pods > 0) {
        ++m_restReadings;
        m_restRead = now;
    }
    return turns;
}

} // namespace meshdeck::sources
