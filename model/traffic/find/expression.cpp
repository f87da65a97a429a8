#include "traffic/find/expression.h"

#include <algorithm>

#include "base/text.h"
#include "traffic/find/lexer.h"
#include "traffic/find/value.h"

namespace meshdeck::traffic {
namespace {

// "a and (b and c)" and "(a and b) and c" are one thing; parts of one are that part.
FindTree flat(FindTree tree) {
    std::vector<FindTree> parts;
    for (FindTree& part : tree.parts) {
        FindTree inner = flat(std::move(part));
        if (tree.kind != FindTree::Kind::Not && inner.kind == tree.kind) {
            std::move(inner.parts.begin(), inner.parts.end(), std::back_inserter(parts));
        } else {
            parts.push_back(std::move(inner));
        }
    }
    if ((tree.kind == FindTree::Kind::And || tree.kind == FindTree::Kind::Or) && parts.size() == 1) {
        return std::move(parts.front());
    }
    tree.parts = std::move(parts);
    return tree;
}

std::string_view signOf(FindCompare compare, bool negated) {
    switch (compare) {
    case FindCompare::NotANumber:
    case FindCompare::Equal: return negated ? "!=" : "=";
    case FindCompare::Less: return "<";
    case FindCompare::LessEqual: return "<=";
    case FindCompare::Greater: return ">";
    case FindCompare::GreaterEqual: return ">=";
    case FindCompare::Contains: return negated ? "not contains" : "contains";
    case FindCompare::StartsWith: return negated ? "not startswith" : "startswith";
    case FindCompare::EndsWith: return negated ? "not endswith" : "endswith";
    case FindCompare::Is: break;
    }
    return "";
}

bool hasNegatedSign(const FindTree& tree) {
    return tree.kind == FindTree::Kind::Term && tree.term.compare != FindCompare::Is &&
           signOf(tree.term.compare, true) != signOf(tree.term.compare, false);
}

std::string termText(const FindTerm& term, bool negated) {
    const OperandSpec& spec = specOf(term.operand);
    if (term.operand == FindOperand::FreeText) {
        const bool other = findOperand(term.text) != nullptr || term.text.find(':') != std::string::npos || isFindFiller(term.text);
        return other ? quotedFindWord(term.text) : findWord(term.text);
    }
    const std::string operand = std::string(spec.name) + term.key;
    if (term.compare == FindCompare::Is) {
        return operand;
    }
    const std::string left = operand + " " + std::string(signOf(term.compare, negated)) + " ";
    if (spec.type == FindType::Number) {
        return left + (term.compare == FindCompare::NotANumber ? "NaN" : findNumberText(term.number));
    }
    return left + findWord(term.text);
}

std::string textOf(const FindTree& tree) {
    switch (tree.kind) {
    case FindTree::Kind::Term: return termText(tree.term, false);
    case FindTree::Kind::Not: {
        const FindTree& inner = tree.parts.front();
        if (hasNegatedSign(inner)) {
            return termText(inner.term, true);
        }
        const bool group = inner.kind == FindTree::Kind::And || inner.kind == FindTree::Kind::Or;
        return group ? "not (" + textOf(inner) + ")" : "not " + textOf(inner);
    }
    case FindTree::Kind::And:
    case FindTree::Kind::Or: break;
    }
    const bool isAnd = tree.kind == FindTree::Kind::And;
    std::string text;
    for (const FindTree& part : tree.parts) {
        text += text.empty() ? "" : isAnd ? " and " : " or ";
        text += isAnd && part.kind == FindTree::Kind::Or ? "(" + textOf(part) + ")" : textOf(part);
    }
    return text;
}

} // namespace

FindExpression::FindExpression(FindTree tree)
    : m_tree(std::make_shared<const FindTree>(flat(std::move(tree)))) {}

std::string FindExpression::text() const {
    return m_tree ? textOf(*m_tree) : std::string();
}

bool FindExpression::operator==(const FindExpression& other) const {
    return m_tree == other.m_tree || (m_tree && other.m_tree && *m_tree == *other.m_tree);
}

std::string pointOut(const FindError& error, std::string_view text) {
    const auto columns = [](std::string_view part) { // of UTF-8, one a character
        return static_cast<std::size_t>(std::count_if(part.begin(), part.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    };
    const std::size_t start = std::min(error.position, text.size());
    const std::size_t carets = std::max<std::size_t>(1, columns(text.substr(start, error.length)));
    // One place a character, so that the caret stands where it should: what would be escaped becomes one sign.
    std::string line(text);
    std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return "  " + text::safe(line) + "\n  " + std::string(columns(text.substr(0, start)), ' ') + std::string(carets, '^');
}

} // namespace meshdeck::traffic
