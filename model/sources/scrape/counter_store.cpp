#include "sources/scrape/counter_store.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_set>

#include "sources/scrape/metrics_text.h"

namespace meshdeck::sources {
namespace {

// Whole seconds since Envoy started; among the metrics that Istio's sidecars show by default.
constexpr std::string_view kUptime = "envoy_server_uptime";
// Younger proxies are not believed: with whole seconds the rate would be wrong by more than a twentieth.
constexpr double kShortestUptime = 20;
// Readings kept of a window, at most about this many: closer ones are put together.
constexpr int kReadings = 8;
// Series that came and went over days: begin anew rather than grow without end.
constexpr std::size_t kTooManySlots = 2'000'000;

double secondsOf(MonotonicTime::duration span) {
    return std::chrono::duration<double>(span).count();
}

} // namespace

std::size_t CounterStore::Track::find(std::uint64_t hash) {
    for (std::size_t* const expected : {&next, &aside}) {
        if (*expected < hashes.size() && hashes[*expected] == hash) {
            return (*expected)++;
        }
    }
    if (index.empty()) {
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            index.emplace(hashes[i], static_cast<std::uint32_t>(i));
        }
    }
    const auto found = index.find(hash);
    if (found == index.end()) {
        return hashes.size();
    }
    aside = found->second + 1;
    return found->second;
}

void CounterStore::Track::append(std::uint64_t hash, std::uint32_t slot, double value) {
    index.emplace(hash, static_cast<std::uint32_t>(hashes.size()));
    hashes.push_back(hash);
    slots.push_back(slot);
    // Known from the first reading on: later ones began at zero since.
    last.push_back(value);
    grown.push_back(readings.empty() ? 0 : static_cast<float>(value));
}

void CounterStore::Track::grow(std::size_t series, double value) {
    grown[series] += static_cast<float>(value >= last[series] ? value - last[series] : value);
    last[series] = value;
}

void CounterStore::Track::beginAt(MonotonicTime start) {
    grown.assign(last.begin(), last.end());
    readings.push_back({start, {}});
}

void CounterStore::Track::endPage(MonotonicTime when, Duration window) {
    next = aside = 0;
    index = {};
    readings.push_back({when, grown});
    std::fill(grown.begin(), grown.end(), 0.0F);
    if (const std::size_t count = readings.size(); count > 2 && when - readings[count - 3].when < window / kReadings) {
        Reading& newest = readings.back();
        const std::vector<float>& before = readings[count - 2].grown;
        for (std::size_t i = 0; i < before.size(); ++i) {
            newest.grown[i] += before[i];
        }
        readings.erase(readings.end() - 2);
    }
    // One reading beyond the window stays, so that the window is covered.
    while (readings.size() > 2 && readings[1].when <= when - window) {
        readings.pop_front();
    }
    readings.front().grown = {}; // grew before the window
}

// Answers the proxy's uptime in seconds; 0 when it does not tell.
double CounterStore::readPage(const mesh::Pod& pod, PodCounters& counters, std::string_view page,
                              const Families& families, std::size_t& bad) {
    const std::hash<std::string_view> hashOf;
    const KnownMetric* metric = nullptr; // of the lines that follow; null: the uptime
    double uptime = 0;
    const auto usable = [](double value) { return std::isfinite(value) && value >= 0; };
    const MetricsCount count = parseMetricsText(
        page,
        [&](std::string_view name) {
            metric = knownMetric(name);
            return metric != nullptr ? families[static_cast<std::size_t>(metric->family)] : name == kUptime;
        },
        [&](const MetricLine& line) {
            if (metric == nullptr) {
                uptime = usable(line.value) ? line.value : uptime;
                return;
            }
            if (usable(line.value)) {
                Track& track = counters.tracks[static_cast<std::size_t>(metric->family)];
                const std::uint64_t hash = hashOf(line.series); // known all the same when an exemplar hid its end
                const std::size_t series = track.find(hash);
                series < track.hashes.size()
                    ? track.grow(series, line.value)
                    : track.append(hash, m_catalogue->slotOf(*metric, line.labels, pod), line.value);
            }
        },
        [&](std::string_view series, double value) {
            if (metric == nullptr || !usable(value)) {
                return false;
            }
            Track& track = counters.tracks[static_cast<std::size_t>(metric->family)];
            const std::size_t found = track.find(hashOf(series));
            if (found < track.hashes.size()) {
                track.grow(found, value);
            }
            return found < track.hashes.size();
        });
    bad = count.bad;
    return uptime;
}

std::size_t CounterStore::add(const mesh::Pod& pod, std::string_view page, MonotonicTime when,
                              const Families& families) {
    PodCounters& counters = m_pods[pod.ns + "/" + pod.name];
    if (counters.uid != pod.uid) {
        counters = {};
        counters.uid = pod.uid;
    }
    std::size_t bad = 0;
    const double uptime = readPage(pod, counters, page, families, bad);
    const bool young = uptime >= kShortestUptime && uptime <= secondsOf(m_window);
    for (std::size_t i = 0; i < kFamilies; ++i) {
        if (!families[i]) {
            continue;
        }
        Track& track = counters.tracks[i];
        if (track.readings.empty() && young) {
            track.beginAt(when -
                          std::chrono::duration_cast<MonotonicTime::duration>(std::chrono::duration<double>(uptime)));
        }
        track.endPage(when, m_window);
    }
    return bad;
}

void CounterStore::keepOnly(const std::vector<mesh::Pod>& pods) {
    if (m_catalogue->slots() > kTooManySlots) {
        m_pods.clear();
        m_catalogue = std::make_unique<SeriesCatalogue>();
    }
    std::unordered_set<std::string> wanted;
    for (const mesh::Pod& pod : pods) {
        wanted.insert(pod.ns + "/" + pod.name);
    }
    std::erase_if(m_pods, [&](const auto& each) { return !wanted.contains(each.first); });
}

std::size_t CounterStore::ready() const {
    return static_cast<std::size_t>(std::count_if(
        m_pods.begin(), m_pods.end(), [](const auto& each) { return each.second.tracks[0].readings.size() > 1; }));
}

std::unique_ptr<traffic::SampleSet> CounterStore::rates() const {
    std::vector<double> rates(m_catalogue->slots(), 0);
    std::vector<bool> seen(m_catalogue->slots(), false);
    MonotonicTime::duration measured{};
    for (const auto& [name, pod] : m_pods) {
        for (const Track& track : pod.tracks) {
            if (track.readings.size() < 2) {
                continue;
            }
            const auto span = track.readings.back().when - track.readings.front().when;
            if (span <= MonotonicTime::duration(0)) {
                continue;
            }
            measured = std::max(measured, &track == pod.tracks.data() ? span : measured);
            for (const Reading& reading : track.readings) {
                for (std::size_t i = 0; i < reading.grown.size(); ++i) {
                    rates[track.slots[i]] += static_cast<double>(reading.grown[i]) / secondsOf(span);
                    seen[track.slots[i]] = true;
                }
            }
        }
    }
    auto samples = std::make_unique<traffic::SampleSet>();
    samples->window = std::chrono::duration_cast<Duration>(measured);
    m_catalogue->addSamples(rates, seen, *samples);
    return samples;
}

} // namespace meshdeck::sources
