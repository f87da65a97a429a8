#include "sources/scrape/counter_store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_set>

#include "sources/scrape/metrics_text.h"
#include "sources/scrape/quantile.h"

namespace meshdeck::sources {
namespace {

using traffic::Label;
using traffic::Measure;
using traffic::Reporter;
using traffic::Sample;

constexpr std::string_view kBuckets = "istio_request_duration_milliseconds_bucket";
// Whole seconds since Envoy started; among the metrics that Istio's sidecars show by default.
constexpr std::string_view kUptime = "envoy_server_uptime";
// Younger proxies are not believed: with whole seconds the rate would be wrong by more than a twentieth.
constexpr double kShortestUptime = 20;

struct Metric {
    std::string_view name;
    Measure measure;
};

constexpr Metric kMetrics[] = {
    {"istio_requests_total", Measure::Requests},
    {"istio_request_messages_total", Measure::GrpcSentMessages},
    {"istio_response_messages_total", Measure::GrpcReceivedMessages},
    {"istio_tcp_received_bytes_total", Measure::TcpSentBytes}, // named from the server's side, istio#32399
    {"istio_tcp_sent_bytes_total", Measure::TcpReceivedBytes},
    {"istio_tcp_connections_opened_total", Measure::TcpOpened},
    {"istio_tcp_connections_closed_total", Measure::TcpClosed},
    {"istio_request_bytes_sum", Measure::RequestBytes},
    {"istio_response_bytes_sum", Measure::ResponseBytes},
    {kBuckets, Measure::DurationP95},
};

const Metric* metricOf(std::string_view name) {
    for (const Metric& metric : kMetrics) {
        if (metric.name == name) {
            return &metric;
        }
    }
    return nullptr;
}

bool isGauge(Measure measure) {
    return measure == Measure::DurationP95 || measure == Measure::RequestBytes || measure == Measure::ResponseBytes;
}

// Latency and sizes are known per edge, not per outcome: what the Prometheus source groups by.
bool belongsTo(Label label, Measure measure) {
    switch (label) {
    case Label::ResponseCode:
    case Label::GrpcResponseStatus:
        return measure == Measure::Requests;
    case Label::ResponseFlags:
    case Label::ConnectionSecurityPolicy:
    case Label::SourcePrincipal:
    case Label::DestinationPrincipal:
        return !isGauge(measure);
    case Label::App:
        return false; // of the pod, not of the page
    default:
        return true;
    }
}

double boundOf(std::string_view text) {
    double bound = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
    return error == std::errc() && end == text.data() + text.size() ? bound : std::numeric_limits<double>::infinity();
}

using SampleKey = std::pair<std::pair<Measure, Reporter>, std::array<std::uint32_t, traffic::kLabelCount>>;

SampleKey keyOf(const Sample& sample) {
    return {{sample.measure, sample.reporter}, sample.labels};
}

void addQuantiles(const Sample& edge, const std::map<double, double>& counts, std::vector<Sample>& into) {
    std::vector<Bucket> buckets;
    for (const auto& [upper, count] : counts) {
        buckets.push_back({upper, count});
    }
    for (const auto& [q, measure] : {std::pair(0.5, Measure::DurationP50), std::pair(0.95, Measure::DurationP95),
                                     std::pair(0.99, Measure::DurationP99)}) {
        if (const auto value = histogramQuantile(q, buckets)) {
            Sample sample = edge;
            sample.measure = measure;
            sample.value = *value;
            into.push_back(sample);
        }
    }
}

} // namespace

std::uint32_t CounterStore::meaningOf(std::string_view name,
                                      const std::vector<std::pair<std::string_view, std::string_view>>& labels,
                                      const mesh::Pod& pod) {
    Meaning meaning;
    meaning.sample.measure = metricOf(name)->measure;
    meaning.bucket = name == kBuckets;
    for (const auto& [key, value] : labels) {
        if (key == "reporter") {
            meaning.sample.reporter = value == "destination" ? Reporter::Destination
                                      : value == "waypoint"  ? Reporter::Waypoint
                                                             : Reporter::Source;
        } else if (key == "le") {
            meaning.upper = boundOf(value);
        }
        for (std::size_t i = 0; i < traffic::kLabelCount; ++i) {
            const auto label = static_cast<Label>(i);
            if (key == traffic::labelName(label) && belongsTo(label, meaning.sample.measure)) {
                meaning.sample.labels[i] = m_strings.intern(value);
            }
        }
    }
    const bool tcp =
        meaning.sample.measure == Measure::TcpSentBytes || meaning.sample.measure == Measure::TcpReceivedBytes;
    if (const auto app = pod.labels.find("app"); tcp && app != pod.labels.end()) {
        meaning.sample.labels[static_cast<std::size_t>(Label::App)] = m_strings.intern(app->second);
    }
    m_meanings.push_back(meaning);
    return static_cast<std::uint32_t>(m_meanings.size() - 1);
}

void CounterStore::PodCounters::beginAt(MonotonicTime start) {
    for (Series& one : series) {
        one.grown = one.last;
    }
    readings.push_back({start, {}});
}

std::size_t CounterStore::add(const mesh::Pod& pod, std::string_view page, MonotonicTime when) {
    PodCounters& counters = m_pods[pod.ns + "/" + pod.name];
    if (counters.uid != pod.uid) {
        counters = {};
        counters.uid = pod.uid;
    }
    const bool firstReading = counters.readings.empty();
    double uptime = 0;
    const MetricsCount count = parseMetricsText(
        page, [](std::string_view name) { return metricOf(name) != nullptr || name == kUptime; },
        [&](const MetricLine& line) {
            if (!std::isfinite(line.value) || line.value < 0) {
                return;
            }
            if (line.name == kUptime) {
                uptime = line.value;
                return;
            }
            const auto [place, fresh] = counters.index.try_emplace(std::string(line.series),
                                                                   static_cast<std::uint32_t>(counters.series.size()));
            if (fresh) {
                const auto [known, unheard] = m_meaningIndex.try_emplace(
                    std::string(line.series) + (pod.labels.contains("app") ? pod.labels.at("app") : ""), 0);
                if (unheard) {
                    known->second = meaningOf(line.name, line.labels, pod);
                }
                // Known from the first reading on: later ones began at zero since.
                counters.series.push_back({known->second, firstReading ? line.value : 0, 0});
            }
            Series& series = counters.series[place->second];
            series.grown += line.value >= series.last ? line.value - series.last : line.value;
            series.last = line.value;
        });
    if (firstReading && uptime >= kShortestUptime && uptime <= std::chrono::duration<double>(m_window).count()) {
        counters.beginAt(when - std::chrono::duration_cast<MonotonicTime::duration>(std::chrono::duration<double>(uptime)));
    }
    Reading reading{when, {}};
    reading.grown.reserve(counters.series.size());
    for (const Series& series : counters.series) {
        reading.grown.push_back(series.grown);
    }
    counters.readings.push_back(std::move(reading));
    // One reading beyond the window stays, so that the window is covered.
    while (counters.readings.size() > 2 && counters.readings[1].when <= when - m_window) {
        counters.readings.pop_front();
    }
    return count.bad;
}

void CounterStore::keepOnly(const std::vector<mesh::Pod>& pods) {
    // Series that came and went over days: begin anew rather than grow without end.
    static constexpr std::size_t kTooManyMeanings = 1'000'000;
    if (m_meanings.size() > kTooManyMeanings) {
        m_pods.clear();
        m_meanings.clear();
        m_meaningIndex.clear();
    }
    std::unordered_set<std::string> wanted;
    for (const mesh::Pod& pod : pods) {
        wanted.insert(pod.ns + "/" + pod.name);
    }
    std::erase_if(m_pods, [&](const auto& each) { return !wanted.contains(each.first); });
}

std::size_t CounterStore::ready() const {
    return static_cast<std::size_t>(
        std::count_if(m_pods.begin(), m_pods.end(), [](const auto& each) { return each.second.readings.size() > 1; }));
}

std::unique_ptr<traffic::SampleSet> CounterStore::rates() const {
    std::map<SampleKey, double> sums;
    std::map<SampleKey, std::map<double, double>> histograms;
    Duration measured{};
    for (const auto& [name, pod] : m_pods) {
        if (pod.readings.size() < 2) {
            continue;
        }
        const Reading& first = pod.readings.front();
        const Reading& last = pod.readings.back();
        const double seconds = std::chrono::duration<double>(last.when - first.when).count();
        measured = std::max(measured, std::chrono::duration_cast<Duration>(last.when - first.when));
        for (std::size_t i = 0; seconds > 0 && i < last.grown.size(); ++i) {
            const Meaning& meaning = m_meanings[pod.series[i].meaning];
            const double rate = (last.grown[i] - (i < first.grown.size() ? first.grown[i] : 0)) / seconds;
            if (meaning.bucket) {
                histograms[keyOf(meaning.sample)][meaning.upper] += rate;
            } else {
                sums[keyOf(meaning.sample)] += rate;
            }
        }
    }
    auto samples = std::make_unique<traffic::SampleSet>();
    samples->window = measured;
    const auto sampleOf = [&](const SampleKey& key) {
        Sample sample;
        sample.measure = key.first.first;
        sample.reporter = key.first.second;
        for (std::size_t i = 0; i < traffic::kLabelCount; ++i) {
            sample.labels[i] = samples->strings.intern(m_strings.text(key.second[i]));
        }
        return sample;
    };
    for (const auto& [key, rate] : sums) {
        samples->samples.push_back(sampleOf(key));
        samples->samples.back().value = rate;
    }
    for (const auto& [key, counts] : histograms) {
        addQuantiles(sampleOf(key), counts, samples->samples);
    }
    return samples;
}

} // namespace meshdeck::sources
