// Find expressions: what Find and Hide on the map, `meshdeck graph --find` and `--hide` understand. A superset of
// Kiali's language (facts/peers.md 1.1) with ordinary precedence: not binds tighter than and, and tighter than or, and
// there are parentheses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "traffic/find/operand.h"

namespace meshdeck::traffic {

enum class FindCompare : std::uint8_t { Is, Equal, Less, LessEqual, Greater, GreaterEqual, Contains, StartsWith, EndsWith, NotANumber };

struct FindTerm {
    FindOperand operand = FindOperand::FreeText;
    FindCompare compare = FindCompare::Is; // Is: yes, or (free text) contained
    std::string key;                       // of label:KEY
    std::string text;
    double number = 0; // in the operand's unit
    bool operator==(const FindTerm&) const = default;
};

struct FindTree {
    enum class Kind : std::uint8_t { Term, Not, And, Or };
    Kind kind = Kind::Term;
    FindTerm term;
    std::vector<FindTree> parts; // Not: one; And and Or: two or more
    bool operator==(const FindTree&) const = default;
};

// Why an expression cannot be read: one sentence, and the token that it is about.
struct FindError {
    std::size_t position = 0; // bytes
    std::size_t length = 0;   // 0: at the end of the text
    std::string what;         // "\"latncy\" is nothing that can be compared; did you mean \"tcp\"?"
    bool incomplete = false;  // right so far: the user may just not be done

    bool operator==(const FindError&) const = default;
};

// The expression, and carets under what is wrong with it: two lines for a terminal.
[[nodiscard]] std::string pointOut(const FindError& error, std::string_view text);

class FindExpression {
public:
    FindExpression() = default; // empty: finds nothing, hides nothing
    explicit FindExpression(FindTree tree);

    // At most 4 KB and 64 levels of parentheses. Blank text is the empty expression.
    [[nodiscard]] static tl::expected<FindExpression, FindError> parse(std::string_view text);

    [[nodiscard]] bool empty() const { return m_tree == nullptr; }
    [[nodiscard]] const FindTree& tree() const { return *m_tree; } // not when empty
    // Canonical words; parse(text()) is the same expression.
    [[nodiscard]] std::string text() const;
    bool operator==(const FindExpression& other) const;

private:
    std::shared_ptr<const FindTree> m_tree;
};

} // namespace meshdeck::traffic
