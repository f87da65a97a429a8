#include "sources/prometheus/vector_parser.h"

#include <algorithm>
#include <utility>

#include <simdjson.h>

#include "base/text.h"
#include "sources/prometheus/vector_reader.h"

namespace meshdeck::sources {
namespace {

namespace od = simdjson::ondemand;

// A big reply is read piece by piece: simdjson notes the place of every token before it looks at one, and for a whole
// reply that would be more than half as much memory again, gone from the caches before it is used.
constexpr std::size_t kPiece = 128 * 1024;
constexpr std::string_view kFirst = "\"result\":[";
// Between two series as Prometheus and its kin write them. It cannot stand inside of a label's value: there a quote has
// a backslash before it.
constexpr std::string_view kBetween = ",{\"metric\":";

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

void addClause(std::string& text, const std::string& clause) {
    text += (text.empty() ? "" : "; ") + clause;
}

// One parser and one set of samples for all tries at one text.
class Reading {
public:
    Reading(std::string& text, const VectorDefaults& defaults, traffic::SampleSet& into, const VectorLimits& limits)
        : m_text(text)
        , m_defaults(defaults)
        , m_into(into)
        , m_limits(limits)
        , m_samplesBefore(into.samples.size())
        , m_unusableBefore(into.unusable) {
        restart();
    }

    simdjson::error_code run() {
        simdjson::error_code code = readPieces();
        if (code && code != simdjson::UTF8_ERROR) {
            // Not written as expected, or broken: once more as a whole, which knows what is wrong.
            restart();
            code = readEnvelope(m_text);
        }
        return code;
    }
    void restart() {
        m_into.samples.resize(m_samplesBefore);
        m_into.unusable = m_unusableBefore;
        m_reader.emplace(m_defaults, m_into, m_limits);
    }
    [[nodiscard]] VectorReader& reader() { return *m_reader; }

private:
    // Every piece but the last, then the envelope around that one.
    simdjson::error_code readPieces() {
        const std::size_t name = std::string_view(m_text).substr(0, 512).find(kFirst);
        if (name == std::string::npos) {
            return readEnvelope(m_text);
        }
        const std::size_t first = name + kFirst.size();
        std::size_t begin = first;
        while (m_text.size() - begin > 3 * kPiece) {
            const std::size_t from = begin + kPiece;
            const std::size_t found = std::string_view(m_text).substr(from, kPiece).find(kBetween);
            if (found == std::string_view::npos) {
                return simdjson::INCORRECT_TYPE;
            }
            if (const simdjson::error_code code = readPiece(begin, from + found)) {
                return code;
            }
            begin = from + found + 1;
        }
        if (begin == first) {
            return readEnvelope(m_text);
        }
        std::string rest = m_text.substr(0, first) + m_text.substr(begin);
        return readEnvelope(rest);
    }

    // Of [begin, end) an array, by the characters before and behind, for as long as it is read.
    simdjson::error_code readPiece(std::size_t begin, std::size_t end) {
        const char before = std::exchange(m_text[begin - 1], '[');
        const char behind = std::exchange(m_text[end], ']');
        od::document document;
        od::array array;
        simdjson::error_code code =
            m_parser.iterate(m_text.data() + begin - 1, end - begin + 2, m_text.capacity() - begin + 1).get(document);
        code = code ? code : document.get_array().get(array);
        code = code ? code : m_reader->readAll(array);
        m_text[begin - 1] = before;
        m_text[end] = behind;
        return code;
    }

    simdjson::error_code readEnvelope(std::string& text) {
        text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
        od::document document;
        const simdjson::error_code code =
            m_parser.iterate(text.data(), text.size(), text.capacity()).get(document);
        return code ? code : m_reader->read(document);
    }

    std::string& m_text;
    const VectorDefaults& m_defaults;
    traffic::SampleSet& m_into;
    const VectorLimits& m_limits;
    std::size_t m_samplesBefore;
    std::size_t m_unusableBefore;
    od::parser m_parser;
    std::optional<VectorReader> m_reader;
};

// What the envelope says; nothing when it brought a vector.
std::optional<Error> refusal(simdjson::error_code code, const VectorReader& reader) {
    if (code || reader.status.empty()) {
        const std::string why = code ? simdjson::error_message(code) : "no status in it";
        return Error{ErrorKind::Protocol, "the answer is not what Prometheus sends: " + why, "", ""};
    }
    if (reader.status != "success") {
        return Error{kindOf(reader.errorType), text::safe(reader.error.empty() ? reader.errorType : reader.error), "", ""};
    }
    return reader.isVector ? std::nullopt : std::optional(Error{ErrorKind::Protocol, "the answer is no vector", "", ""});
}

} // namespace

Result<VectorReply> parseVector(std::string& text, const VectorDefaults& defaults, traffic::SampleSet& into,
                                const VectorLimits& limits) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    // A series with all labels is about a kilobyte, one of the overview a third of it: room for most without waste.
    into.samples.reserve(into.samples.size() + std::min(limits.maxSeries, text.size() / 600));
    Reading reading(text, defaults, into, limits);
    simdjson::error_code code = reading.run();
    const bool repaired = code == simdjson::UTF8_ERROR && repairUtf8(text);
    if (repaired) {
        reading.restart();
        code = reading.run();
    }
    if (auto error = refusal(code, reading.reader())) {
        reading.restart();
        return tl::unexpected(std::move(*error));
    }
    VectorReply& reply = reading.reader().reply;
    if (repaired) {
        addClause(reply.partial, "names with broken characters");
    }
    if (reply.series > limits.maxSeries) {
        addClause(reply.partial, "only the first " + std::to_string(limits.maxSeries) + " of " +
                                     std::to_string(reply.series) + " series");
    }
    return std::move(reply);
}

} // namespace meshdeck::sources
