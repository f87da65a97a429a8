#include "sources/prometheus/vector_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace meshdeck::sources {

namespace od = simdjson::ondemand;
using traffic::Sample;

namespace {

std::optional<double> finiteNumber(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// A string where it stands in the text, when nothing in it is escaped: most are not, and copying them all would touch
// as much memory again as the reply has.
simdjson::error_code readText(od::value& value, std::string_view& text) {
    const std::string_view token = value.raw_json_token();
    const std::size_t last = token.rfind('"'); // nearly always the token's end; white space may follow
    const bool quoted = token.front() == '"' && last != std::string_view::npos && last > 0;
    if (quoted && std::memchr(token.data(), '\\', last) == nullptr) {
        text = token.substr(1, last - 1);
        return simdjson::SUCCESS;
    }
    return value.get_string().get(text);
}

} // namespace

VectorReader::VectorReader(const VectorDefaults& defaults, traffic::SampleSet& into, const VectorLimits& limits)
    : m_defaults(defaults)
    , m_into(into)
    , m_limits(limits)
    , m_interner(into.strings) {}

#define MESHDECK_TRY(expression)                                                                                       \
    if (const simdjson::error_code code = (expression)) {                                                              \
        return code;                                                                                                   \
    }

simdjson::error_code VectorReader::read(od::document& document) {
    od::object root;
    MESHDECK_TRY(document.get_object().get(root));
    for (auto each : root) {
        od::field field;
        std::string_view name;
        MESHDECK_TRY(std::move(each).get(field));
        MESHDECK_TRY(field.unescaped_key().get(name));
        std::string* const text = name == "status"      ? &status
                                  : name == "errorType" ? &errorType
                                  : name == "error"     ? &error
                                                        : nullptr;
        if (text != nullptr) {
            std::string_view value;
            MESHDECK_TRY(field.value().get_string().get(value));
            *text = value;
        } else if (name == "data") {
            od::object data;
            if (field.value().get_object().get(data) == simdjson::SUCCESS) {
                MESHDECK_TRY(readData(data));
            }
        } else if (name == "warnings") {
            od::array warnings;
            if (field.value().get_array().get(warnings) == simdjson::SUCCESS) {
                MESHDECK_TRY(readWarnings(warnings));
            }
        }
    }
    return simdjson::SUCCESS;
}

simdjson::error_code VectorReader::readData(od::object data) {
    std::string_view type;
    MESHDECK_TRY(data.find_field_unordered("resultType").get_string().get(type));
    isVector = type == "vector";
    if (!isVector) {
        return simdjson::SUCCESS;
    }
    od::array result;
    MESHDECK_TRY(data.find_field_unordered("result").get_array().get(result));
    return readAll(result);
}

simdjson::error_code VectorReader::readAll(od::array result) {
    for (auto each : result) {
        od::object series;
        MESHDECK_TRY(std::move(each).get_object().get(series));
        if (++reply.series <= m_limits.maxSeries) {
            MESHDECK_TRY(readSeries(series));
        }
    }
    return simdjson::SUCCESS;
}

simdjson::error_code VectorReader::readSeries(od::object series) {
    Sample& sample = m_into.samples.emplace_back();
    sample.measure = m_defaults.measure;
    sample.reporter = m_defaults.reporter;
    bool usable = true;
    std::optional<double> number;
    for (auto each : series) {
        od::field field;
        std::string_view name;
        MESHDECK_TRY(std::move(each).get(field));
        MESHDECK_TRY(field.unescaped_key().get(name));
        if (name == "metric") {
            od::object metric;
            MESHDECK_TRY(field.value().get_object().get(metric));
            MESHDECK_TRY(readMetric(metric, sample, usable));
        } else if (name == "value") {
            od::array value;
            MESHDECK_TRY(field.value().get_array().get(value));
            MESHDECK_TRY(readValue(value, number));
        }
    }
    // NaN and infinities are "no value": never zero, never a rate (facts/faults.md B3 45). Native histograms have none.
    if (!number || !usable) {
        ++m_into.unusable;
        m_into.samples.pop_back();
        return simdjson::SUCCESS;
    }
    sample.value = *number;
    return simdjson::SUCCESS;
}

simdjson::error_code VectorReader::readMetric(od::object metric, Sample& sample, bool& usable) {
    std::size_t position = 0;
    for (auto each : metric) {
        od::field field;
        MESHDECK_TRY(std::move(each).get(field));
        const LabelKey* key = keyAt(position, field.key().raw());
        if (key == nullptr) {
            std::string_view name;
            MESHDECK_TRY(field.unescaped_key().get(name));
            key = &learnKey(position, name);
        }
        ++position;
        if (key->role != LabelRole::Other) {
            MESHDECK_TRY(readLabel(field.value(), *key, sample, usable));
        }
    }
    return simdjson::SUCCESS;
}

simdjson::error_code VectorReader::readLabel(od::value value, const LabelKey& key, Sample& sample, bool& usable) {
    std::string_view text;
    MESHDECK_TRY(readText(value, text));
    if (key.role == LabelRole::Reporter) {
        sample.reporter = reporterOf(text, m_defaults.reporter);
    } else if (key.role == LabelRole::Measure) {
        sample.measure = measureOf(text).value_or(sample.measure);
    } else if (text.size() > m_limits.maxLabelBytes) {
        usable = false;
    } else {
        sample.labels[static_cast<std::size_t>(key.label)] = m_interner.intern(key.label, text);
    }
    return simdjson::SUCCESS;
}

// The key that stood at this position in the series before, when it is the same again. `raw` points into the text
// behind the opening quote; the text's padding makes reading a short name's length safe.
const LabelKey* VectorReader::keyAt(std::size_t position, const char* raw) const {
    if (position >= m_keys.size()) {
        return nullptr;
    }
    const std::string& name = m_keys[position].name;
    const bool same = !name.empty() && name.size() < simdjson::SIMDJSON_PADDING - 1 &&
                      std::memcmp(raw, name.data(), name.size()) == 0 && raw[name.size()] == '"';
    return same ? &m_keys[position] : nullptr;
}

const LabelKey& VectorReader::learnKey(std::size_t position, std::string_view name) {
    static constexpr std::size_t kMaxPositions = 128;
    const std::size_t slot = std::min(position, kMaxPositions);
    if (slot >= m_keys.size()) {
        m_keys.resize(slot + 1);
    }
    m_keys[slot] = describeKey(name);
    return m_keys[slot];
}

simdjson::error_code VectorReader::readValue(od::array value, std::optional<double>& number) {
    std::size_t index = 0;
    for (auto each : value) {
        if (index == 0 && !reply.time) {
            double seconds = 0;
            MESHDECK_TRY(std::move(each).get_double().get(seconds));
            if (std::abs(seconds) < 1e11) {
                reply.time = ServerTime(Duration(std::llround(seconds * 1000)));
            }
        } else if (index > 0) {
            std::string_view text;
            MESHDECK_TRY(std::move(each).get_string().get(text));
            number = finiteNumber(text);
        }
        ++index;
    }
    return simdjson::SUCCESS;
}

simdjson::error_code VectorReader::readWarnings(od::array warnings) {
    for (auto each : warnings) {
        std::string_view text;
        MESHDECK_TRY(std::move(each).get_string().get(text));
        if (reply.partial.size() < 500) {
            reply.partial += (reply.partial.empty() ? "" : "; ") + text::safe(text, false, 200);
        }
    }
    return simdjson::SUCCESS;
}

#undef MESHDECK_TRY

} // namespace meshdeck::sources
