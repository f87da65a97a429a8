#include "sources/scrape/metrics_text.h"

#include <charconv>
#include <deque>
#include <limits>
#include <optional>
#include <string>

namespace meshdeck::sources {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (isBlank(text.front()))) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (isBlank(text.back()) || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    return text;
}

bool isName(std::string_view name) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
        return false;
    }
    for (const char c : name) {
        const bool ok =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
        if (!ok) {
            return false;
        }
    }
    return true;
}

std::optional<double> number(std::string_view text) {
    if (text == "NaN") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (text == "+Inf" || text == "Inf" || text == "-Inf") {
        const double infinite = std::numeric_limits<double>::infinity();
        return text[0] == '-' ? -infinite : infinite;
    }
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// Reads the labels of one line; unescaped values live in `m_scratch` until the next line.
class LabelReader {
public:
    explicit LabelReader(MetricLine& line)
        : m_line(line) {}

    // `text` begins behind the brace; answers the position behind the closing one.
    std::optional<std::size_t> read(std::string_view text) {
        m_line.labels.clear();
        m_scratch.clear();
        std::size_t at = 0;
        for (;;) {
            at = skip(text, at, true);
            if (at < text.size() && text[at] == '}') {
                return at + 1;
            }
            const std::size_t equals = text.find('=', at);
            if (equals == std::string_view::npos) {
                return std::nullopt;
            }
            const std::string_view name = trimmed(text.substr(at, equals - at));
            at = skip(text, equals + 1, false);
            if (!isName(name) || at >= text.size() || text[at] != '"') {
                return std::nullopt;
            }
            const auto end = value(text, at + 1, name);
            if (!end) {
                return std::nullopt;
            }
            at = *end;
        }
    }

private:
    static std::size_t skip(std::string_view text, std::size_t at, bool comma) {
        while (at < text.size() && (isBlank(text[at]) || (comma && text[at] == ','))) {
            ++at;
        }
        return at;
    }

    std::optional<std::size_t> value(std::string_view text, std::size_t begin, std::string_view name) {
        bool escaped = false;
        for (std::size_t at = begin; at < text.size(); ++at) {
            if (text[at] == '\\') {
                escaped = true;
                ++at;
            } else if (text[at] == '"') {
                const std::string_view raw = text.substr(begin, at - begin);
                m_line.labels.emplace_back(name, escaped ? unescape(raw) : raw);
                return at + 1;
            }
        }
        return std::nullopt;
    }

    std::string_view unescape(std::string_view raw) {
        std::string& out = m_scratch.emplace_back();
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] == '\\' && i + 1 < raw.size()) {
                ++i;
                out += raw[i] == 'n' ? '\n' : raw[i];
            } else {
                out += raw[i];
            }
        }
        return out;
    }

    MetricLine& m_line;
    std::deque<std::string> m_scratch; // texts must not move while the line is in use
};

// A timestamp or an exemplar may follow the number.
std::optional<double> valueIn(std::string_view rest) {
    rest = trimmed(rest);
    return number(rest.substr(0, rest.find_first_of(" \t")));
}

class Reader {
public:
    Reader(const std::function<void(const MetricLine&)>& visit,
           const std::function<bool(std::string_view, double)>& known)
        : m_visit(visit), m_known(known), m_labels(m_line) {}

    bool read(std::string_view row, std::string_view name) {
        return (m_known && isKnown(row, name)) || readAll(row, name);
    }

private:
    // Guesses that the last brace ends the labels. In a row that is known it does; else the guess does no harm.
    bool isKnown(std::string_view row, std::string_view name) {
        const std::size_t brace = row.rfind('}');
        const std::size_t end = brace == std::string_view::npos ? name.size() : brace + 1;
        const auto value = valueIn(row.substr(end));
        return value && m_known(row.substr(0, end), *value);
    }

    bool readAll(std::string_view row, std::string_view name) {
        std::size_t end = name.size();
        m_line.labels.clear();
        if (row[end] == '{') {
            const auto behind = m_labels.read(row.substr(end + 1));
            if (!behind) {
                return false;
            }
            end += 1 + *behind;
        }
        const auto value = valueIn(row.substr(end));
        if (!value) {
            return false;
        }
        m_line.name = name;
        m_line.series = row.substr(0, end);
        m_line.value = *value;
        m_visit(m_line);
        return true;
    }

    const std::function<void(const MetricLine&)>& m_visit;
    const std::function<bool(std::string_view, double)>& m_known;
    MetricLine m_line;
    LabelReader m_labels;
};

} // namespace

MetricsCount parseMetricsText(std::string_view text, const std::function<bool(std::string_view name)>& wanted,
                              const std::function<void(const MetricLine&)>& visit,
                              const std::function<bool(std::string_view series, double value)>& known) {
    MetricsCount count;
    Reader reader(visit, known);
    std::string_view last; // name of the line before: a family's lines follow each other
    bool lastWanted = false;
    while (!text.empty()) {
        const std::size_t newline = text.find('\n');
        const std::string_view row = trimmed(text.substr(0, newline));
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        if (row.empty() || row.front() == '#') {
            continue;
        }
        const std::size_t nameEnd = row.find_first_of("{ \t");
        const std::string_view name = row.substr(0, nameEnd);
        if (nameEnd == std::string_view::npos || (name != last && !isName(name))) {
            ++count.bad;
            continue;
        }
        if (name != last) {
            last = name;
            lastWanted = wanted(name);
        }
        if (lastWanted) {
            ++(reader.read(row, name) ? count.lines : count.bad);
        }
    }
    return count;
}

} // namespace meshdeck::sources
