#include "traffic/find/complete.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "traffic/find/facts.h"
#include "traffic/find/lexer.h"

namespace meshdeck::traffic {
namespace {

constexpr std::size_t kMostChoices = 12;
constexpr std::size_t kMostLookedAt = 4000; // values of a large mesh; the rest is typed

std::string lower(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small;
}

class Completer {
public:
    Completer(std::string_view text, std::size_t cursor, const mesh::Graph* graph)
        : m_graph(graph)
        , m_before(lexFind(text.substr(0, cursor))) {
        m_before.pop_back(); // End
        m_found.position = std::min(cursor, text.size());
        const bool touches = !m_before.empty() && m_before.back().position + m_before.back().length == m_found.position;
        if (touches && (m_before.back().token == FindToken::Word || m_before.back().token == FindToken::And ||
                        m_before.back().token == FindToken::Or || m_before.back().token == FindToken::BadQuote)) {
            m_prefix = lower(m_before.back().token == FindToken::BadQuote ? m_before.back().text : text.substr(m_before.back().position, m_before.back().length));
            m_found.position = m_before.back().position;
            m_found.length = m_before.back().length;
            m_before.pop_back();
        }
    }

    FindCompletion run() {
        const FindToken last = m_before.empty() ? FindToken::Or : m_before.back().token;
        const FindLexeme* operand = m_before.size() > 1 && last == FindToken::Compare ? &m_before[m_before.size() - 2] : nullptr;
        if (operand != nullptr && operand->token == FindToken::Not && m_before.size() > 2) {
            operand = &m_before[m_before.size() - 3]; // name not contains
        }
        if (operand != nullptr) {
            addValues(*operand);
        } else if (last == FindToken::Word && opensComparison(m_before.back())) {
            addSigns(*findOperand(m_before.back().text));
        } else if (last == FindToken::Word || last == FindToken::Quoted || last == FindToken::Close) {
            addJoins();
        } else {
            addOperands();
            addNames();
        }
        sortChoices();
        return std::move(m_found);
    }

private:
    // An operand that has not got its operator yet; not a value that reads like one.
    bool opensComparison(const FindLexeme& word) const {
        const bool isValue = m_before.size() > 1 && m_before[m_before.size() - 2].token == FindToken::Compare;
        const OperandSpec* spec = findOperand(word.text);
        return !isValue && spec != nullptr && spec->type != FindType::Flag && !spec->alone;
    }

    void add(std::string_view text, std::string_view help) {
        const std::string small = lower(text);
        const bool fits = small.rfind(m_prefix, 0) == 0 || (m_prefix.size() > 1 && small.find(m_prefix) != std::string::npos);
        if (fits && small != m_prefix && m_seen.insert(small).second) {
            m_found.choices.push_back({std::string(text), std::string(help)});
        }
    }

    void addOperands() {
        for (const OperandSpec& spec : findOperands()) {
            if (spec.id != FindOperand::FreeText) {
                add(spec.name, spec.help);
            }
        }
        add("not", "what does not");
    }

    void addSigns(const OperandSpec& spec) {
        if (spec.type == FindType::Number) {
            for (const char* sign : {">", "<", ">=", "<=", "=", "!="}) {
                add(sign, {});
            }
            return;
        }
        add("=", {});
        add("!=", {});
        if (spec.type == FindType::Text) {
            for (const char* sign : {"contains", "startswith", "endswith", "not contains"}) {
                add(sign, {});
            }
        }
    }

    void addJoins() {
        add("and", "both hold");
        add("or", "one of both holds");
    }

    void addNames() {
        if (m_graph == nullptr || m_prefix.size() < 2) {
            return; // every name of the mesh is no help
        }
        eachNode(FindOperand::Name, "name");
    }

    void eachNode(FindOperand operand, std::string_view help) {
        std::vector<std::string_view> texts;
        for (std::size_t i = 0; i < std::min(m_graph->nodes.size(), kMostLookedAt); ++i) {
            texts.clear();
            find::textsOf(operand, m_graph->nodes[i], texts);
            addTexts(texts, help);
        }
    }

    void eachEdge(FindOperand operand) {
        std::vector<std::string_view> texts;
        for (std::size_t i = 0; i < std::min(m_graph->edges.size(), kMostLookedAt); ++i) {
            texts.clear();
            find::textsOf(operand, m_graph->edges[i], *m_graph, texts);
            addTexts(texts, {});
        }
    }

    void addTexts(const std::vector<std::string_view>& texts, std::string_view help) {
        for (const std::string_view text : texts) {
            if (!text.empty()) {
                add(findWord(text), help);
            }
        }
    }

    void addValues(const FindLexeme& left) {
        const OperandSpec* spec = findOperand(left.text);
        if (spec == nullptr) {
            return;
        }
        for (const auto synonyms : wordsOf(spec->id)) {
            add(synonyms.front(), {});
        }
        if (spec->type == FindType::Text && m_graph != nullptr) {
            spec->subject == FindSubject::Node ? eachNode(spec->id, {}) : eachEdge(spec->id);
        }
        if (spec->type == FindType::Number && m_prefix.size() < 3) {
            add("NaN", "there is none");
        }
    }

    // What starts as typed before what only has it inside, then in the order of the alphabet; signs as they were added.
    void sortChoices() {
        std::stable_sort(m_found.choices.begin(), m_found.choices.end(), [this](const FindChoice& a, const FindChoice& b) {
            const bool first = lower(a.text).rfind(m_prefix, 0) == 0, second = lower(b.text).rfind(m_prefix, 0) == 0;
            return first != second ? first : !m_prefix.empty() && a.text < b.text;
        });
        if (m_found.choices.size() > kMostChoices) {
            m_found.choices.resize(kMostChoices);
        }
    }

    const mesh::Graph* m_graph;
    std::vector<FindLexeme> m_before; // tokens before the one that is completed
    std::string m_prefix;
    std::set<std::string> m_seen;
    FindCompletion m_found;
};

} // namespace

FindCompletion completeFind(std::string_view text, std::size_t cursor, const mesh::Graph* graph) {
    return Completer(text, std::min(cursor, text.size()), graph).run();
}

} // namespace meshdeck::traffic
