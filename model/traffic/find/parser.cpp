#include <algorithm>
#include <cctype>
#include <optional>

#include "base/nearest.h"
#include "base/text.h"
#include "traffic/find/expression.h"
#include "traffic/find/lexer.h"
#include "traffic/find/value.h"

namespace meshdeck::traffic {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr int kDeepest = 64;

using Parsed = tl::expected<FindTree, FindError>;

std::string said(const FindLexeme& lexeme) {
    return lexeme.token == FindToken::End ? std::string("nothing") : "\"" + text::safe(lexeme.text, false, 64) + "\"";
}

tl::unexpected<FindError> wrong(const FindLexeme& at, std::string what) {
    const bool atEnd = at.token == FindToken::End;
    return tl::unexpected(FindError{at.position, at.length, std::move(what), atEnd || at.token == FindToken::BadQuote});
}

FindTree termTree(FindTerm term) {
    FindTree tree;
    tree.term = std::move(term);
    return tree;
}

FindTree notTree(FindTree of) {
    FindTree tree;
    tree.kind = FindTree::Kind::Not;
    tree.parts.push_back(std::move(of));
    return tree;
}

FindCompare compareOf(std::string_view sign) {
    switch (sign.front()) {
    case '>': return sign.size() > 1 ? FindCompare::GreaterEqual : FindCompare::Greater;
    case '<': return sign.size() > 1 ? FindCompare::LessEqual : FindCompare::Less;
    case '*': return FindCompare::Contains;
    case '^': return FindCompare::StartsWith;
    case '$': return FindCompare::EndsWith;
    default: return FindCompare::Equal;
    }
}

std::string listOf(FindOperand operand) {
    std::string list;
    for (const auto synonyms : wordsOf(operand)) {
        list += (list.empty() ? "" : ", ") + std::string(synonyms.front());
    }
    return list;
}

std::string unknownOperand(const FindLexeme& word) {
    std::vector<std::string_view> known;
    for (const OperandSpec& spec : findOperands()) {
        if (spec.id != FindOperand::FreeText) {
            known.push_back(spec.name);
        }
    }
    const std::string near = nearest(word.text, known);
    return said(word) + " is nothing that can be compared" + (near.empty() ? "" : "; did you mean \"" + near + "\"?");
}

class Parser {
public:
    explicit Parser(std::string_view text)
        : m_lexemes(lexFind(text)) {}

    Parsed run() {
        Parsed tree = alternatives(0);
        if (tree && peek().token != FindToken::End) {
            return wrong(peek(), peek().token == FindToken::Close ? "this parenthesis closes none"
                                                                  : said(peek()) + " does not belong here");
        }
        return tree;
    }

private:
    const FindLexeme& peek(std::size_t ahead = 0) const { return m_lexemes[std::min(m_at + ahead, m_lexemes.size() - 1)]; }
    const FindLexeme& take() {
        const FindLexeme& lexeme = peek();
        m_at += m_at + 1 < m_lexemes.size() ? 1 : 0;
        return lexeme;
    }

    bool startsTerm() const {
        const FindToken token = peek().token;
        return token == FindToken::Word || token == FindToken::Quoted || token == FindToken::Not || token == FindToken::Open ||
               token == FindToken::BadQuote;
    }

    static FindTree joined(FindTree::Kind kind, std::vector<FindTree> parts) {
        if (parts.size() == 1) {
            return std::move(parts.front());
        }
        FindTree tree;
        tree.kind = kind;
        tree.parts = std::move(parts);
        return tree;
    }

    Parsed alternatives(int depth) {
        std::vector<FindTree> parts;
        do {
            Parsed part = conjunction(depth);
            if (!part) {
                return part;
            }
            parts.push_back(std::move(*part));
        } while (peek().token == FindToken::Or && (take(), true));
        return joined(FindTree::Kind::Or, std::move(parts));
    }

    Parsed conjunction(int depth) {
        std::vector<FindTree> parts;
        do { // two terms side by side both have to hold
            if (!parts.empty() && peek().token == FindToken::And) {
                take();
            }
            Parsed part = negation(depth);
            if (!part) {
                return part;
            }
            parts.push_back(std::move(*part));
        } while (peek().token == FindToken::And || startsTerm());
        return joined(FindTree::Kind::And, std::move(parts));
    }

    Parsed negation(int depth) {
        if (depth > kDeepest) {
            return wrong(peek(), "this is nested deeper than 64 levels");
        }
        if (peek().token == FindToken::Not) {
            take();
            Parsed inner = negation(depth + 1);
            return inner ? Parsed(notTree(std::move(*inner))) : inner;
        }
        if (peek().token == FindToken::Open) {
            return parenthesis(depth);
        }
        return condition();
    }

    Parsed parenthesis(int depth) {
        const FindLexeme open = take();
        Parsed inner = alternatives(depth + 1);
        if (inner && peek().token != FindToken::Close) {
            if (peek().token == FindToken::End) {
                return tl::unexpected(FindError{open.position, open.length, "this parenthesis is not closed", true});
            }
            return wrong(peek(), said(peek()) + " does not belong here");
        }
        if (inner) {
            take();
        }
        return inner;
    }

    // "has cb", "is idle": a word that only makes it read well.
    void skipFiller() {
        const FindLexeme& word = peek();
        const bool filler = word.token == FindToken::Word && isFindFiller(word.text);
        if (filler && (peek(1).token == FindToken::Word || peek(1).token == FindToken::Quoted)) {
            take();
        }
    }

    Parsed condition() {
        skipFiller();
        const FindLexeme first = peek();
        switch (first.token) {
        case FindToken::BadQuote: return wrong(first, "this quote is not closed");
        case FindToken::Quoted: take(); return quoted(first);
        case FindToken::Word: break;
        case FindToken::End: return wrong(first, m_at == 0 ? "there is nothing to find" : "something to find is missing after " + said(m_lexemes[m_at - 1]));
        default: return wrong(first, "something to find is missing before " + said(first));
        }
        take();
        const bool negated = peek().token == FindToken::Not && peek(1).token == FindToken::Compare;
        if (negated) {
            take();
        }
        if (peek().token == FindToken::Compare) {
            return comparison(first, negated);
        }
        return bare(first);
    }

    Parsed quoted(const FindLexeme& first) {
        if (peek().token == FindToken::Compare) {
            return wrong(first, said(first) + " is a text and nothing that can be compared");
        }
        FindTerm term;
        term.text = first.text;
        return termTree(std::move(term));
    }

    // A flag, label:KEY, ns:shop, or a piece of a name.
    Parsed bare(const FindLexeme& word) {
        FindTerm term;
        if (const OperandSpec* spec = findOperand(word.text); spec != nullptr && spec->alone) {
            term.operand = spec->id;
            term.key = keyOf(word.text, *spec);
            return termTree(std::move(term));
        }
        const auto colon = word.text.find(':');
        const OperandSpec* spec = colon == std::string::npos ? nullptr : findOperand(std::string_view(word.text).substr(0, colon));
        if (spec != nullptr && colon + 1 < word.text.size()) {
            FindLexeme value = word;
            value.text = word.text.substr(colon + 1);
            value.position += colon + 1;
            value.length -= colon + 1;
            return valued(*spec, {}, "=", word, value);
        }
        term.text = word.text;
        return termTree(std::move(term));
    }

    static std::string keyOf(std::string_view word, const OperandSpec& spec) {
        return spec.id == FindOperand::Label ? std::string(word.substr(6)) : std::string();
    }

    Parsed comparison(const FindLexeme& left, bool negated) {
        const OperandSpec* spec = findOperand(left.text);
        if (spec == nullptr) {
            return wrong(left, unknownOperand(left));
        }
        const FindLexeme sign = take();
        if (spec->type == FindType::Flag) {
            return wrong(sign, "\"" + std::string(spec->name) + "\" is yes or no: write " + std::string(spec->name) + " or not " + std::string(spec->name));
        }
        const FindLexeme value = peek();
        if (value.token == FindToken::BadQuote) {
            return wrong(value, "this quote is not closed");
        }
        if (value.token != FindToken::Word && value.token != FindToken::Quoted) {
            return wrong(value, "a value is missing after " + left.text + " " + sign.text);
        }
        take();
        const bool notEqual = sign.text.front() == '!';
        Parsed term = valued(*spec, keyOf(left.text, *spec), notEqual ? std::string_view(sign.text).substr(1) : sign.text, sign, value);
        return term && notEqual != negated ? Parsed(notTree(std::move(*term))) : term;
    }

    static Parsed valued(const OperandSpec& spec, std::string key, std::string_view sign, const FindLexeme& at,
                         const FindLexeme& value) {
        FindTerm term;
        term.operand = spec.id;
        term.key = std::move(key);
        term.compare = compareOf(sign);
        if (spec.type == FindType::Number) {
            return number(spec, std::move(term), at, value);
        }
        if (spec.type == FindType::Flag) {
            return wrong(value, "\"" + std::string(spec.name) + "\" is yes or no and has no value");
        }
        term.text = value.text;
        if (spec.type == FindType::Words) {
            if (term.compare != FindCompare::Equal) {
                return wrong(at, "\"" + std::string(spec.name) + "\" is compared with = and != only");
            }
            term.text = canonicalWord(spec.id, value.text);
            if (term.text.empty()) {
                return wrong(value, said(value) + " is no " + std::string(spec.name) + ": " + listOf(spec.id));
            }
        }
        return termTree(std::move(term));
    }

    static Parsed number(const OperandSpec& spec, FindTerm term, const FindLexeme& at, const FindLexeme& value) {
        const bool isText = term.compare == FindCompare::Contains || term.compare == FindCompare::StartsWith || term.compare == FindCompare::EndsWith;
        if (isText) {
            return wrong(at, "\"" + std::string(spec.name) + "\" is a number: = != > >= < <= fit");
        }
        if (isNanWord(value.text) && term.compare == FindCompare::Equal) {
            term.compare = FindCompare::NotANumber;
            return termTree(std::move(term));
        }
        const auto parsed = findNumber(value.text, spec.unit);
        if (!parsed) {
            const std::string_view unit = unitWord(spec.unit);
            return wrong(value, said(value) + " is no number" + (unit.empty() ? "" : " of " + std::string(unit)) + " (a point for decimals; NaN asks with = whether there is none)");
        }
        if (spec.id == FindOperand::Rank && (*parsed < 1 || *parsed > 100)) {
            return wrong(value, "a rank lies between 1 and 100");
        }
        term.number = *parsed;
        return termTree(std::move(term));
    }

    std::vector<FindLexeme> m_lexemes;
    std::size_t m_at = 0;
};

} // namespace

tl::expected<FindExpression, FindError> FindExpression::parse(std::string_view text) {
    if (text.size() > kMostBytes) {
        return tl::unexpected(FindError{kMostBytes, text.size() - kMostBytes, "an expression has at most 4 KB", false});
    }
    if (lexFind(text).front().token == FindToken::End) {
        return FindExpression();
    }
    Parsed tree = Parser(text).run();
    if (!tree) {
        return tl::unexpected(std::move(tree.error()));
    }
    return FindExpression(std::move(*tree));
}

} // namespace meshdeck::traffic
