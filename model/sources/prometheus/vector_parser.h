// One reply of Prometheus's query API, straight into samples (facts/wire.md 5). Streams over the text: no document
// tree.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "traffic/series.h"

namespace meshdeck::sources {

// Series may name their measure and reporter by labels of these names (see promql.h); else the reply's defaults hold.
inline constexpr const char* kMeasureLabel = "meshdeck_measure";
inline constexpr const char* kReporterLabel = "reporter";

struct VectorDefaults {
    traffic::Measure measure = traffic::Measure::Requests;
    traffic::Reporter reporter = traffic::Reporter::Source;
};

struct VectorLimits {
    std::size_t maxSeries = 200'000;   // more are left out, and said so
    std::size_t maxLabelBytes = 4'096; // a longer value makes the series unusable
};

struct VectorReply {
    std::size_t series = 0;         // in the reply, usable or not
    std::optional<ServerTime> time; // the server's, of the evaluation; nothing for an empty vector
    std::string partial;            // warnings, repairs and caps as one clause; empty when all is well
};

// Appends the series of a query's answer to `into` (and counts the unusable ones there). `text` is the body; its
// capacity may grow by a few bytes and bytes that are no UTF-8 are replaced. On failure `into` keeps what it had.
// Errors: Protocol (no JSON, or not a vector), Invalid (bad_data, execution), Timeout, Server, Cancelled, NotFound by
// the envelope's errorType.
[[nodiscard]] Result<VectorReply> parseVector(std::string& text, const VectorDefaults& defaults,
                                              traffic::SampleSet& into, const VectorLimits& limits = {});

// "requests", "tcpSent", ...: the values of kMeasureLabel.
[[nodiscard]] std::string_view measureName(traffic::Measure measure);

} // namespace meshdeck::sources
