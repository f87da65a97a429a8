// The text format that Envoy and the agents expose (Prometheus exposition format 0.0.4, and OpenMetrics as far as they
// agree): one sample a line.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace meshdeck::sources {

struct MetricLine {
    std::string_view series; // "name{label="value"}" as it stands in the text: a key for the same series next time
    std::string_view name;
    // Names and values; values unescaped. Valid during the call only, as are all texts here.
    std::vector<std::pair<std::string_view, std::string_view>> labels;
    double value = 0; // may be NaN or infinite
};

struct MetricsCount {
    std::size_t lines = 0; // samples handed over
    std::size_t bad = 0;   // lines that are none; the rest of the text is read on
};

// Calls `visit` for each sample whose name `wanted` likes (labels of others are not even looked at). Pure.
// `known`, when given, is asked first, with the series' text and the value: true when it has taken the sample. Nobody
// looks at the labels then, which are nine tenths of the work. It must say yes only to texts that `visit` was given.
MetricsCount parseMetricsText(std::string_view text, const std::function<bool(std::string_view name)>& wanted,
                              const std::function<void(const MetricLine&)>& visit,
                              const std::function<bool(std::string_view series, double value)>& known = {});

} // namespace meshdeck::sources
