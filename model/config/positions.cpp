#include "config/positions.h"

#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

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
        return finder.best(); // what was read before the text broke
    }
    return finder.best();
}

} // namespace meshdeck::config
