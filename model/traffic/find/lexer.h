// The tokens of a find expression, each with its place in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::traffic {

enum class FindToken {
    Word,     // also numbers and the operands
    Quoted,   // "..." or '...', `text` without the quotes
    Compare,  // = == != > >= < <= *= ^= $= !*= !^= !$=, and contains, startswith, endswith
    Not,      // ! or not
    And,      // and, &&
    Or,       // or, ||
    Open,     // (
    Close,    // )
    BadQuote, // a quote that never ends; `text` is what follows it
    End,
};

struct FindLexeme {
    FindToken token = FindToken::End;
    std::size_t position = 0; // bytes from the start of the expression
    std::size_t length = 0;
    std::string text; // of a Compare its sign: "contains" is "*="
};

// Never fails; ends with End. Words of operators count in any case.
[[nodiscard]] std::vector<FindLexeme> lexFind(std::string_view text);

// "is" and "has", which only make a flag read well.
[[nodiscard]] bool isFindFiller(std::string_view word);
// Whether a text reads back as one Word that is no operator: else it must be quoted.
[[nodiscard]] bool isPlainFindWord(std::string_view text);
// The text as a word, in quotes where it needs them.
[[nodiscard]] std::string findWord(std::string_view text);
[[nodiscard]] std::string quotedFindWord(std::string_view text);

} // namespace meshdeck::traffic
