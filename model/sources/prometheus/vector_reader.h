// Walks a reply by simdjson's on-demand parser and turns its series into samples. No document tree; simdjson's errors
// are handed on as codes, none is thrown. Only vector_parser.cpp uses it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "sources/prometheus/label_interner.h"
#include "sources/prometheus/label_keys.h"
#include "sources/prometheus/vector_parser.h"

namespace meshdeck::sources {

class VectorReader {
public:
    // All three outlive the reader.
    VectorReader(const VectorDefaults& defaults, traffic::SampleSet& into, const VectorLimits& limits);

    // The envelope with all that is in it.
    [[nodiscard]] simdjson::error_code read(simdjson::ondemand::document& document);
    // Elements of the envelope's data.result.
    [[nodiscard]] simdjson::error_code readAll(simdjson::ondemand::array result);

    VectorReply reply;
    std::string status;
    std::string errorType;
    std::string error;
    bool isVector = false;

private:
    simdjson::error_code readData(simdjson::ondemand::object data);
    simdjson::error_code readSeries(simdjson::ondemand::object series);
    simdjson::error_code readMetric(simdjson::ondemand::object metric, traffic::Sample& sample, bool& usable);
    simdjson::error_code readLabel(simdjson::ondemand::value value, const LabelKey& key, traffic::Sample& sample,
                                   bool& usable);
    simdjson::error_code readValue(simdjson::ondemand::array value, std::optional<double>& number);
    simdjson::error_code readWarnings(simdjson::ondemand::array warnings);
    [[nodiscard]] const LabelKey* keyAt(std::size_t position, const char* raw) const;
    const LabelKey& learnKey(std::size_t position, std::string_view name);

    const VectorDefaults& m_defaults;
    traffic::SampleSet& m_into;
    const VectorLimits& m_limits;
    LabelInterner m_interner;
    std::vector<LabelKey> m_keys; // by position: series of one reply carry the same labels in the same order
};

} // namespace meshdeck::sources
