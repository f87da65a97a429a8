#include "sources/prometheus/vector_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "base/text.h"
#include "sources/prometheus/label_interner.h"

namespace meshdeck::sources {
namespace {

namespace od = simdjson::ondemand;
using traffic::Label;
using traffic::Measure;
using traffic::Reporter;
using traffic::Sample;

constexpr std::array<std::pair<Measure, std::string_view>, 15> kMeasures{{
    {Measure::Requests, "requests"},
    {Measure::GrpcSentMessages, "grpcSent"},
    {Measure::GrpcReceivedMessages, "grpcReceived"},
    {Measure::TcpSentBytes, "tcpSent"},
    {Measure::TcpReceivedBytes, "tcpReceived"},
    {Measure::DurationP50, "p50"},
    {Measure::DurationP95, "p95"},
    {Measure::DurationP99, "p99"},
    {Measure::RequestBytes, "requestBytes"},
    {Measure::ResponseBytes, "responseBytes"},
    {Measure::TcpOpened, "tcpOpened"},
    {Measure::TcpClosed, "tcpClosed"},
    {Measure::ExtensionRequests, "extRequests"},
    {Measure::ExtensionTcpSent, "extTcpSent"},
    {Measure::ExtensionTcpReceived, "extTcpReceived"},
}};

// How extensions (kiali_ext_*) call what Istio has other names for.
constexpr std::pair<std::string_view, Label> kExtensionLabels[] = {
    {"source_namespace", Label::SourceWorkloadNamespace},
    {"source_name", Label::SourceWorkload},
    {"dest_cluster", Label::DestinationCluster},
    {"dest_namespace", Label::DestinationServiceNamespace},
    {"dest_name", Label::DestinationServiceName},
    {"protocol", Label::RequestProtocol},
    {"status_code", Label::ResponseCode},
    {"flags", Label::ResponseFlags},
    {"secure", Label::ConnectionSecurityPolicy},
    {"extension", Label::App},
};

// What a label's name means to us.
enum class Role : std::uint8_t { Other, Measure, Reporter, Known };

struct Key {
    std::string name;
    Role role = Role::Other;
    Label label = Label::Count;
};

Key describeKey(std::string_view name) {
    Key key{std::string(name), Role::Other, Label::Count};
    if (name == kMeasureLabel) {
        key.role = Role::Measure;
    } else if (name == kReporterLabel) {
        key.role = Role::Reporter;
    }
    for (std::size_t i = 0; i < traffic::kLabelCount; ++i) {
        if (name == traffic::labelName(static_cast<Label>(i))) {
            key.role = Role::Known;
            key.label = static_cast<Label>(i);
        }
    }
    for (const auto& [alias, label] : kExtensionLabels) {
        if (name == alias) {
            key.role = Role::Known;
            key.label = label;
        }
    }
    return key;
}

Reporter reporterOf(std::string_view text, Reporter otherwise) {
    if (text == "source") {
        return Reporter::Source;
    }
    if (text == "destination" || text == "dest") { // the second is what extensions write
        return Reporter::Destination;
    }
    return text == "waypoint" ? Reporter::Waypoint : otherwise;
}

std::optional<double> finiteNumber(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Every byte that does not belong to a UTF-8 sequence becomes '?'; true when there was one.
bool repairUtf8(std::string& text) {
    bool repaired = false;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80   ? 1
                                   : lead < 0xC2 ? 0
                                   : lead < 0xE0 ? 2
                                   : lead < 0xF0 ? 3
                                   : lead < 0xF5 ? 4
                                                 : 0;
        if (length > 0 && simdjson::validate_utf8(text.data() + i, std::min(length, text.size() - i))) {
            i += length;
            continue;
        }
        text[i++] = '?';
        repaired = true;
    }
    return repaired;
}

ErrorKind kindOf(std::string_view errorType) {
    if (errorType == "bad_data" || errorType == "execution") {
        return ErrorKind::Invalid;
    }
    if (errorType == "timeout") {
        return ErrorKind::Timeout;
    }
    if (errorType == "canceled") {
        return ErrorKind::Cancelled;
    }
    return errorType == "not_found" ? ErrorKind::NotFound : ErrorKind::Server;
}

// Reads one reply; simdjson's errors are collected as codes, none is thrown.
class Reader {
public:
    Reader(const VectorDefaults& defaults, traffic::SampleSet& into, const VectorLimits& limits)
        : m_defaults(defaults)
        , m_into(into)
        , m_limits(limits)
        , m_interner(into.strings) {}

    simdjson::error_code read(od::document& document);

    VectorReply reply;
    std::string status;
    std::string errorType;
    std::string error;
    bool isVector = false;

private:
    simdjson::error_code readData(od::object data);
    simdjson::error_code readSeries(od::object series);
    simdjson::error_code readMetric(od::object metric, Sample& sample, bool& usable);
    simdjson::error_code readValue(od::array value, std::optional<double>& number);
    simdjson::error_code readWarnings(od::array warnings);
    static simdjson::error_code readText(od::value& value, std::string_view& text);
    [[nodiscard]] const Key* keyAt(std::size_t position, const char* raw) const;
    const Key& learnKey(std::size_t position, std::string_view name);

    const VectorDefaults& m_defaults;
    traffic::SampleSet& m_into;
    const VectorLimits& m_limits;
    LabelInterner m_interner;
    std::vector<Key> m_keys; // by position: series of one reply carry the same labels in the same order
};

#define MESHDECK_TRY(expression)                                                                                       \
    if (const simdjson::error_code code = (expression)) {                                                              \
        return code;                                                                                                   \
    }

simdjson::error_code Reader::read(od::document& document) {
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

simdjson::error_code Reader::readData(od::object data) {
    std::string_view type;
    MESHDECK_TRY(data.find_field_unordered("resultType").get_string().get(type));
    isVector = type == "vector";
    if (!isVector) {
        return simdjson::SUCCESS;
    }
    od::array result;
    MESHDECK_TRY(data.find_field_unordered("result").get_array().get(result));
    for (auto each : result) {
        od::object series;
        MESHDECK_TRY(std::move(each).get_object().get(series));
        if (++reply.series <= m_limits.maxSeries) {
            MESHDECK_TRY(readSeries(series));
        }
    }
    return simdjson::SUCCESS;
}

simdjson::error_code Reader::readSeries(od::object series) {
    Sample sample;
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
        return simdjson::SUCCESS;
    }
    sample.value = *number;
    m_into.samples.push_back(sample);
    return simdjson::SUCCESS;
}

simdjson::error_code Reader::readMetric(od::object metric, Sample& sample, bool& usable) {
    std::size_t position = 0;
    for (auto each : metric) {
        od::field field;
        std::string_view value;
        MESHDECK_TRY(std::move(each).get(field));
        const Key* key = keyAt(position, field.key().raw());
        if (key == nullptr) {
            std::string_view name;
            MESHDECK_TRY(field.unescaped_key().get(name));
            key = &learnKey(position, name);
        }
        ++position;
        MESHDECK_TRY(readText(field.value(), value));
        if (key->role == Role::Known) {
            if (value.size() > m_limits.maxLabelBytes) {
                usable = false;
                continue;
            }
            sample.labels[static_cast<std::size_t>(key->label)] = m_interner.intern(key->label, value);
        } else if (key->role == Role::Reporter) {
            sample.reporter = reporterOf(value, m_defaults.reporter);
        } else if (key->role == Role::Measure) {
            for (const auto& [measure, word] : kMeasures) {
                sample.measure = word == value ? measure : sample.measure;
            }
        }
    }
    return simdjson::SUCCESS;
}

// A string where it stands in the text, when nothing in it is escaped: most are not, and copying them all would touch
// as much memory again as the reply has.
simdjson::error_code Reader::readText(od::value& value, std::string_view& text) {
    const std::string_view token = value.raw_json_token();
    const std::size_t last = token.rfind('"');
    if (token.size() >= 2 && token.front() == '"' && last > 0 && last != std::string_view::npos &&
        token.find('\\') == std::string_view::npos) {
        text = token.substr(1, last - 1);
        return simdjson::SUCCESS;
    }
    return value.get_string().get(text);
}

// The key that stood at this position in the series before, when it is the same again. `raw` points into the text
// behind the opening quote; the text's padding makes reading a short name's length safe.
const Key* Reader::keyAt(std::size_t position, const char* raw) const {
    if (position >= m_keys.size()) {
        return nullptr;
    }
    const std::string& name = m_keys[position].name;
    const bool same = !name.empty() && name.size() < simdjson::SIMDJSON_PADDING - 1 &&
                      std::memcmp(raw, name.data(), name.size()) == 0 && raw[name.size()] == '"';
    return same ? &m_keys[position] : nullptr;
}

const Key& Reader::learnKey(std::size_t position, std::string_view name) {
    static constexpr std::size_t kMaxPositions = 128;
    const std::size_t slot = std::min(position, kMaxPositions);
    if (slot >= m_keys.size()) {
        m_keys.resize(slot + 1);
    }
    m_keys[slot] = describeKey(name);
    return m_keys[slot];
}

simdjson::error_code Reader::readValue(od::array value, std::optional<double>& number) {
    std::size_t index = 0;
    for (auto each : value) {
        if (index == 0) {
            double seconds = 0;
            MESHDECK_TRY(std::move(each).get_double().get(seconds));
            if (!reply.time && std::abs(seconds) < 1e11) {
                reply.time = ServerTime(Duration(std::llround(seconds * 1000)));
            }
        } else {
            std::string_view text;
            MESHDECK_TRY(std::move(each).get_string().get(text));
            number = finiteNumber(text);
        }
        ++index;
    }
    return simdjson::SUCCESS;
}

simdjson::error_code Reader::readWarnings(od::array warnings) {
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

void addClause(std::string& text, const std::string& clause) {
    text += (text.empty() ? "" : "; ") + clause;
}

} // namespace

std::string_view measureName(Measure measure) {
    for (const auto& [each, word] : kMeasures) {
        if (each == measure) {
            return word;
        }
    }
    return "";
}

Result<VectorReply> parseVector(std::string& text, const VectorDefaults& defaults, traffic::SampleSet& into,
                                const VectorLimits& limits) {
    const std::size_t before = into.samples.size();
    const std::size_t unusableBefore = into.unusable;
    const auto undo = [&] {
        into.samples.resize(before);
        into.unusable = unusableBefore;
    };
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    // A series with all labels is about a kilobyte, one of the overview a third of it: room for most without waste.
    into.samples.reserve(before + std::min(limits.maxSeries, text.size() / 600));
    bool repaired = false;
    od::parser parser;
    for (;;) {
        od::document document;
        Reader reader(defaults, into, limits);
        simdjson::error_code code = parser.iterate(text.data(), text.size(), text.capacity()).get(document);
        code = code ? code : reader.read(document);
        if (code == simdjson::UTF8_ERROR && !repaired && repairUtf8(text)) {
            undo();
            repaired = true;
            continue;
        }
        if (code || reader.status.empty()) {
            undo();
            return fail(ErrorKind::Protocol, "the answer is not what Prometheus sends: " +
                                                 std::string(code ? simdjson::error_message(code) : "no status in it"));
        }
        if (reader.status != "success") {
            undo();
            return fail(kindOf(reader.errorType), text::safe(reader.error.empty() ? reader.errorType : reader.error));
        }
        if (!reader.isVector) {
            undo();
            return fail(ErrorKind::Protocol, "the answer is no vector");
        }
        if (repaired) {
            addClause(reader.reply.partial, "names with broken characters");
        }
        if (reader.reply.series > limits.maxSeries) {
            addClause(reader.reply.partial, "only the first " + std::to_string(limits.maxSeries) + " of " +
                                                std::to_string(reader.reply.series) + " series");
        }
        return std::move(reader.reply);
    }
}

} // namespace meshdeck::sources
