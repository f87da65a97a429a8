#include "sources/scrape/series_catalogue.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "sources/scrape/quantile.h"

namespace meshdeck::sources {
namespace {

using traffic::Label;
using traffic::Measure;
using traffic::Reporter;
using traffic::Sample;

constexpr KnownMetric kMetrics[] = {
    {"istio_requests_total", Measure::Requests, Family::Counters},
    {"istio_request_messages_total", Measure::GrpcSentMessages, Family::Counters},
    {"istio_response_messages_total", Measure::GrpcReceivedMessages, Family::Counters},
    // named from the server's side, istio#32399
    {"istio_tcp_received_bytes_total", Measure::TcpSentBytes, Family::Counters},
    {"istio_tcp_sent_bytes_total", Measure::TcpReceivedBytes, Family::Counters},
    {"istio_tcp_connections_opened_total", Measure::TcpOpened, Family::Counters},
    {"istio_tcp_connections_closed_total", Measure::TcpClosed, Family::Counters},
    {"istio_request_bytes_sum", Measure::RequestBytes, Family::Sizes},
    {"istio_response_bytes_sum", Measure::ResponseBytes, Family::Sizes},
    {"istio_request_duration_milliseconds_bucket", Measure::DurationP95, Family::Durations, true},
};

// Latency and sizes are known per edge, not per outcome: what the Prometheus source groups by.
bool belongsTo(Label label, Measure measure) {
    const bool perEdge = measure == Measure::DurationP95 || measure == Measure::RequestBytes ||
                         measure == Measure::ResponseBytes;
    switch (label) {
    case Label::ResponseCode:
    case Label::GrpcResponseStatus:
        return measure == Measure::Requests;
    case Label::ResponseFlags:
    case Label::ConnectionSecurityPolicy:
    case Label::SourcePrincipal:
    case Label::DestinationPrincipal:
        return !perEdge;
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

} // namespace

const KnownMetric* knownMetric(std::string_view name) {
    const auto* const found = std::find_if(std::begin(kMetrics), std::end(kMetrics),
                                           [&](const KnownMetric& metric) { return metric.name == name; });
    return found == std::end(kMetrics) ? nullptr : found;
}

std::size_t SeriesCatalogue::Hash::operator()(const Sample& sample) const {
    std::uint64_t hash = static_cast<std::uint64_t>(sample.measure) << 8U | static_cast<std::uint64_t>(sample.reporter);
    for (const std::uint32_t label : sample.labels) {
        hash = (hash ^ label) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 29U;
    }
    return hash;
}

bool SeriesCatalogue::Same::operator()(const Sample& a, const Sample& b) const {
    return a.measure == b.measure && a.reporter == b.reporter && a.labels == b.labels;
}

std::uint32_t SeriesCatalogue::slotOf(const KnownMetric& metric, const Labels& labels, const mesh::Pod& pod) {
    Sample sample;
    sample.measure = metric.measure;
    double upper = std::numeric_limits<double>::infinity();
    for (const auto& [key, value] : labels) {
        if (key == "reporter") {
            sample.reporter = value == "destination" ? Reporter::Destination
                              : value == "waypoint"  ? Reporter::Waypoint
                                                     : Reporter::Source;
        } else if (key == "le") {
            upper = boundOf(value);
        }
        for (std::size_t i = 0; i < traffic::kLabelCount; ++i) {
            const auto label = static_cast<Label>(i);
            if (key == traffic::labelName(label) && belongsTo(label, metric.measure)) {
                sample.labels[i] = m_strings.intern(value);
            }
        }
    }
    const bool tcp = metric.measure == Measure::TcpSentBytes || metric.measure == Measure::TcpReceivedBytes;
    if (const auto app = pod.labels.find("app"); tcp && app != pod.labels.end()) {
        sample.labels[static_cast<std::size_t>(Label::App)] = m_strings.intern(app->second);
    }
    const auto [place, fresh] = m_index.try_emplace(sample, static_cast<std::uint32_t>(m_meanings.size()));
    if (fresh) {
        m_meanings.push_back({sample, metric.bucket ? 0 : m_slots++, {}});
    }
    Meaning& meaning = m_meanings[place->second];
    if (!metric.bucket) {
        return meaning.slot;
    }
    const auto known = std::find_if(meaning.buckets.begin(), meaning.buckets.end(),
                                    [&](const Bucket& bucket) { return bucket.upper == upper; });
    return known != meaning.buckets.end() ? known->slot : meaning.buckets.emplace_back(Bucket{upper, m_slots++}).slot;
}

void SeriesCatalogue::addSamples(const std::vector<double>& rates, const std::vector<bool>& seen,
                                 traffic::SampleSet& into) const {
    std::vector<std::uint32_t> ids(m_strings.size(), 0); // of `into`, by ours; 0: not there yet
    for (const Meaning& meaning : m_meanings) {
        const bool any = meaning.buckets.empty()
                             ? seen[meaning.slot]
                             : std::any_of(meaning.buckets.begin(), meaning.buckets.end(),
                                           [&](const Bucket& bucket) { return seen[bucket.slot]; });
        if (!any) {
            continue;
        }
        Sample sample = meaning.sample;
        for (std::uint32_t& label : sample.labels) {
            if (ids[label] == 0) {
                ids[label] = into.strings.intern(m_strings.text(label));
            }
            label = ids[label];
        }
        if (meaning.buckets.empty()) {
            sample.value = rates[meaning.slot];
            into.samples.push_back(sample);
        } else {
            addQuantiles(meaning, sample, rates, seen, into);
        }
    }
}

void SeriesCatalogue::addQuantiles(const Meaning& meaning, const Sample& edge, const std::vector<double>& rates,
                                   const std::vector<bool>& seen, traffic::SampleSet& into) const {
    std::vector<sources::Bucket> buckets;
    for (const Bucket& bucket : meaning.buckets) {
        if (seen[bucket.slot]) {
            buckets.push_back({bucket.upper, rates[bucket.slot]});
        }
    }
    for (const auto& [q, measure] : {std::pair(0.5, Measure::DurationP50), std::pair(0.95, Measure::DurationP95),
                                     std::pair(0.99, Measure::DurationP99)}) {
        if (const auto value = histogramQuantile(q, buckets)) {
            Sample sample = edge;
            sample.measure = measure;
            sample.value = *value;
            into.samples.push_back(sample);
        }
    }
}

} // namespace meshdeck::sources
