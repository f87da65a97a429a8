#include "config/positions.h"

#include <algorithm>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/json.h"

namespace meshdeck::config {

namespace {

// Walks one document's events beside the tokens: only the branch that the tokens name is followed.
class Finder final : public YAML::EventHandler {
public:
    explicit Finder(const std::vector<std::string>& tokens) : m_tokens(tokens) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {
        m_levels.clear();
        m_best = {};
        m_matched = 0;
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { scalar(mark, {}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { scalar(mark, {}); }
    void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  const std::string& value) override {
        scalar(mark, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                         YAML::EmitterStyle::value /*style*/) override {
        open(mark, false);
    }
    void OnSequenceEnd() override { m_levels.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                    YAML::EmitterStyle::value /*style*/) override {
        open(mark, true);
    }
    void OnMapEnd() override { m_levels.pop_back(); }

    [[nodiscard]] Position best() const { return m_best; }

private:
    struct Level {
        bool map = false;
        bool expectsKey = true;
        bool onPath = false;    // the tokens lead to this value
        bool childOnPath = false; // and on to the next child
        std::size_t depth = 0;  // tokens used up to here
        std::size_t index = 0;  // of the next item
        YAML::Mark keyMark;
    };

    static Position at(const YAML::Mark& mark) {
        return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
    }

    // True when the value that comes is the one the next token names.
    bool arrives(const YAML::Mark& mark, bool structured, std::size_t& depth) {
        if (m_levels.empty()) {
            depth = 0;
            m_best = at(mark);
            return true;
        }
        Level& parent = m_levels.back();
        bool onPath = parent.onPath && parent.depth < m_tokens.size();
        const bool byKey = parent.map;
        if (parent.map) {
            onPath = onPath && parent.childOnPath;
            parent.expectsKey = true;
        } else {
            onPath = onPath && m_tokens[parent.depth] == std::to_string(parent.index);
            ++parent.index;
        }
        depth = parent.depth + 1;
        if (onPath && depth > m_matched) {
            m_matched = depth;
            m_best = at(byKey && structured ? parent.keyMark : mark);
        }
        return onPath;
    }

    void scalar(const YAML::Mark& mark, const std::string& value) {
        if (!m_levels.empty() && m_levels.back().map && m_levels.back().expectsKey) {
            Level& level = m_levels.back();
            level.expectsKey = false;
            level.keyMark = mark;
            level.childOnPath = level.onPath && level.depth < m_tokens.size() && m_tokens[level.depth] == value;
            return;
        }
        std::size_t depth = 0;
        (void)arrives(mark, false, depth);
    }

    void open(const YAML::Mark& mark, bool map) {
        Level level;
        level.onPath = arrives(mark, true, level.depth);
        level.map = map;
        m_levels.push_back(level);
    }

    const std::vector<std::string>& m_tokens;
    std::vector<Level> m_levels;
    Position m_best;
    std::size_t m_matched = 0;
};

// The same in JSON that YAML's reader does not take (tabs, escaped slashes). The text is known to be valid JSON.
class JsonFinder {
public:
    explicit JsonFinder(std::string_view text) : m_text(text) {}

    Position find(const std::vector<std::string>& tokens) {
        space();
        std::size_t best = m_at;
        for (const std::string& token : tokens) {
            const std::size_t entry = enter(token);
            if (entry == std::string_view::npos) {
                break;
            }
            best = entry;
        }
        return position(best);
    }

private:
    // Goes to the child of the value here; its key when it is structured, as in YAML. npos: there is none.
    std::size_t enter(const std::string& token) {
        const bool map = peek() == '{';
        if (!map && peek() != '[') {
            return std::string_view::npos;
        }
        ++m_at;
        for (std::size_t index = 0; m_at < m_text.size(); ++index) {
            space();
            if (peek() == '}' || peek() == ']') {
                return std::string_view::npos;
            }
            std::size_t start = m_at;
            bool wanted = !map && token == std::to_string(index);
            if (map) {
                skip();
                const Json key = Json::parse(m_text.substr(start, m_at - start), nullptr, false);
                wanted = key.is_string() && key.get_ref<const std::string&>() == token;
                space();
                ++m_at; // the colon
                space();
                start = peek() == '{' || peek() == '[' ? start : m_at;
            }
            if (wanted) {
                return start;
            }
            skip();
            space();
            if (peek() == ',') {
                ++m_at;
            }
        }
        return std::string_view::npos;
    }

    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    void space() {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }

    // Over one value.
    void skip() {
        std::size_t depth = 0;
        bool inString = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (inString) {
                m_at += c == '\\' ? 1 : 0;
                inString = c != '"';
                if (!inString && depth == 0) {
                    ++m_at;
                    return;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth <= 1) {
                    m_at += depth; // a bracket that was opened before this value ends it without being part of it
                    return;
                }
                --depth;
            } else if (depth == 0 && (c == ',' || c == ':' || std::string_view(" \t\r\n").find(c) != std::string_view::npos)) {
                return;
            }
        }
    }

    [[nodiscard]] Position position(std::size_t offset) const {
        const std::string_view before = m_text.substr(0, offset);
        const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
        const std::size_t lineStart = before.rfind('\n');
        return {line, lineStart == std::string_view::npos ? offset + 1 : offset - lineStart};
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

Position findPosition(std::string_view text, std::size_t document, const std::vector<std::string>& tokens) {
    Finder finder(tokens);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        for (std::size_t i = 0; i <= document; ++i) {
            if (!parser.HandleNextDocument(finder)) {
                return {};
            }
        }
    } catch (const YAML::Exception&) {
        if (document == 0 && parseJson(text)) {
            return JsonFinder(text).find(tokens);
        }
        return finder.best(); // what was read before the text broke
    }
    return finder.best();
}

} // namespace meshdeck::config
