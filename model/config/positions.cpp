#include "config/positions.h"

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/json.h"
#include "config/json_pointer.h"

namespace meshdeck::config {

namespace {

// The values whose places are wanted, as a tree of pointer tokens.
struct Wanted {
    std::map<std::string, std::unique_ptr<Wanted>, std::less<>> children;
    Position place; // {0, 0}: not found

    Wanted& child(const std::string& token) {
        auto& slot = children[token];
        if (!slot) {
            slot = std::make_unique<Wanted>();
        }
        return *slot;
    }
    // Of the value itself, or of its nearest parent that was found.
    [[nodiscard]] Position nearest(const std::vector<std::string>& tokens) const {
        Position best = place;
        const Wanted* at = this;
        for (const std::string& token : tokens) {
            const auto next = at->children.find(token);
            if (next == at->children.end() || next->second->place.line == 0) {
                break;
            }
            at = next->second.get();
            best = at->place;
        }
        return best;
    }
};
using WantedDocuments = std::map<std::size_t, Wanted>; // by index of the document

// Walks the documents' events beside the trees: only branches that are wanted are followed.
class Finder final : public YAML::EventHandler {
public:
    explicit Finder(WantedDocuments& documents) : m_documents(documents) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {
        m_levels.clear();
        const auto wanted = m_documents.find(m_document++);
        m_root = wanted == m_documents.end() ? nullptr : &wanted->second;
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

private:
    struct Level {
        bool map = false;
        bool expectsKey = true;
        Wanted* here = nullptr;  // null: nothing below is wanted
        Wanted* child = nullptr; // of the key that was read
        std::size_t index = 0;   // of the next item
        YAML::Mark keyMark;
    };

    static Wanted* childOf(Wanted* parent, std::string_view token) {
        if (parent == nullptr) {
            return nullptr;
        }
        const auto found = parent->children.find(token);
        return found == parent->children.end() ? nullptr : found->second.get();
    }

    // The tree of the value that comes, its place noted.
    Wanted* arrive(const YAML::Mark& mark, bool structured) {
        Wanted* wanted = m_root;
        YAML::Mark place = mark;
        if (!m_levels.empty()) {
            Level& parent = m_levels.back();
            if (parent.map) {
                wanted = parent.child;
                place = structured ? parent.keyMark : mark;
                parent.expectsKey = true;
            } else {
                wanted = parent.here != nullptr ? childOf(parent.here, std::to_string(parent.index)) : nullptr;
                ++parent.index;
            }
        }
        if (wanted != nullptr && wanted->place.line == 0) {
            wanted->place = {static_cast<std::size_t>(place.line) + 1, static_cast<std::size_t>(place.column) + 1};
        }
        return wanted;
    }

    void scalar(const YAML::Mark& mark, const std::string& value) {
        if (!m_levels.empty() && m_levels.back().map && m_levels.back().expectsKey) {
            Level& level = m_levels.back();
            level.expectsKey = false;
            level.keyMark = mark;
            level.child = childOf(level.here, value);
            return;
        }
        (void)arrive(mark, false);
    }

    void open(const YAML::Mark& mark, bool map) {
        Level level;
        level.here = arrive(mark, true);
        level.map = map;
        m_levels.push_back(level);
    }

    WantedDocuments& m_documents;
    std::size_t m_document = 0;
    Wanted* m_root = nullptr;
    std::vector<Level> m_levels;
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

// Reads the text up to the last document that is wanted. False: YAML's reader refused it.
bool findAll(std::string_view text, WantedDocuments& documents) {
    Finder finder(documents);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        for (std::size_t i = 0; i <= documents.rbegin()->first; ++i) {
            if (!parser.HandleNextDocument(finder)) {
                return true;
            }
        }
    } catch (const YAML::Exception&) {
        return false; // what was read before the text broke is noted
    }
    return true;
}

std::vector<std::string> tokensOf(const Place& place) {
    auto tokens = pointerTokens(place.pointer).value_or(std::vector<std::string>{});
    tokens.insert(tokens.begin(), place.object->listPath.begin(), place.object->listPath.end());
    return tokens;
}

void want(WantedDocuments& documents, std::size_t document, const std::vector<std::string>& tokens) {
    Wanted* at = &documents[document];
    for (const std::string& token : tokens) {
        at = &at->child(token);
    }
}

} // namespace

Position findPosition(std::string_view text, std::size_t document, const std::vector<std::string>& tokens) {
    WantedDocuments documents;
    want(documents, document, tokens);
    if (!findAll(text, documents) && document == 0 && parseJson(text)) {
        return JsonFinder(text).find(tokens);
    }
    return documents[document].nearest(tokens);
}

std::vector<Position> positionsOf(const std::vector<Place>& places) {
    std::map<const SourceText*, WantedDocuments> texts;
    for (const Place& place : places) {
        if (place.object->source) {
            want(texts[place.object->source.get()], place.object->document, tokensOf(place));
        }
    }
    std::map<const SourceText*, bool> json; // read by YAML's reader only in part
    for (auto& [source, documents] : texts) {
        json[source] = !findAll(source->text, documents) && parseJson(source->text).has_value();
    }
    std::vector<Position> result(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const SourceText* source = places[i].object->source.get();
        if (source != nullptr) {
            const auto tokens = tokensOf(places[i]);
            result[i] = json[source] ? JsonFinder(source->text).find(tokens)
                                     : texts[source][places[i].object->document].nearest(tokens);
        }
    }
    return result;
}

} // namespace meshdeck::config
