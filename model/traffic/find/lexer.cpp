#include "traffic/find/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace meshdeck::traffic {
namespace {

constexpr std::array<std::string_view, 12> kSigns = {"!*=", "!^=", "!$=", "*=", "^=", "$=", "!=", "==", ">=", "<=", ">", "<"};

struct Keyword {
    std::string_view word;
    FindToken token;
    std::string_view sign;
};
constexpr Keyword kKeywords[] = {{"and", FindToken::And, "and"},          {"or", FindToken::Or, "or"},
                                 {"not", FindToken::Not, "not"},          {"contains", FindToken::Compare, "*="},
                                 {"startswith", FindToken::Compare, "^="}, {"endswith", FindToken::Compare, "$="}};

bool isSpace(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string lower(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small;
}

class Lexer {
public:
    explicit Lexer(std::string_view text)
        : m_text(text) {}

    std::vector<FindLexeme> run() {
        while (true) {
            while (m_at < m_text.size() && isSpace(m_text[m_at])) {
                ++m_at;
            }
            if (m_at >= m_text.size()) {
                m_found.push_back({FindToken::End, m_text.size(), 0, {}});
                return std::move(m_found);
            }
            next();
        }
    }

private:
    void add(FindToken token, std::size_t length, std::string text) {
        m_found.push_back({token, m_at, length, std::move(text)});
        m_at += length;
    }

    void next() {
        const char c = m_text[m_at];
        if (c == '(' || c == ')') {
            add(c == '(' ? FindToken::Open : FindToken::Close, 1, std::string(1, c));
        } else if (c == '"' || c == '\'') {
            quoted(c);
        } else if (const std::string_view sign = signHere(); !sign.empty()) {
            add(FindToken::Compare, sign.size(), sign == "==" ? "=" : std::string(sign));
        } else if (c == '=') {
            add(FindToken::Compare, 1, "=");
        } else if (c == '!') {
            add(FindToken::Not, 1, "not");
        } else if (m_text.substr(m_at, 2) == "&&" || m_text.substr(m_at, 2) == "||") {
            add(c == '&' ? FindToken::And : FindToken::Or, 2, c == '&' ? "and" : "or");
        } else {
            word();
        }
    }

    std::string_view signHere() const {
        for (const std::string_view sign : kSigns) {
            if (m_text.substr(m_at, sign.size()) == sign) {
                return sign;
            }
        }
        return {};
    }

    void word() {
        std::size_t end = m_at;
        const std::size_t start = m_at;
        while (end < m_text.size() && !isSpace(m_text[end]) && std::string_view("()\"'!=<>").find(m_text[end]) == std::string_view::npos) {
            const std::string_view two = m_text.substr(end, 2);
            if (end > start && (two == "*=" || two == "^=" || two == "$=" || two == "&&" || two == "||")) {
                break;
            }
            ++end;
        }
        const std::string_view word = m_text.substr(m_at, end - m_at);
        const std::string small = lower(word);
        for (const Keyword& keyword : kKeywords) {
            if (keyword.word == small) {
                add(keyword.token, word.size(), std::string(keyword.sign));
                return;
            }
        }
        add(FindToken::Word, word.size(), std::string(word));
    }

    void quoted(char quote) {
        std::string inside;
        for (std::size_t i = m_at + 1; i < m_text.size(); ++i) {
            if (m_text[i] == '\\' && i + 1 < m_text.size()) {
                inside += m_text[++i];
            } else if (m_text[i] == quote) {
                add(FindToken::Quoted, i + 1 - m_at, std::move(inside));
                return;
            } else {
                inside += m_text[i];
            }
        }
        add(FindToken::BadQuote, m_text.size() - m_at, std::move(inside));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<FindLexeme> m_found;
};

} // namespace

std::vector<FindLexeme> lexFind(std::string_view text) {
    return Lexer(text).run();
}

bool isFindFiller(std::string_view word) {
    const std::string small = lower(word);
    return small == "is" || small == "has";
}

bool isPlainFindWord(std::string_view text) {
    const auto lexemes = lexFind(text);
    return lexemes.size() == 2 && lexemes.front().token == FindToken::Word && lexemes.front().text == text;
}

std::string findWord(std::string_view text) {
    return isPlainFindWord(text) ? std::string(text) : quotedFindWord(text);
}

std::string quotedFindWord(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + "\"";
}

} // namespace meshdeck::traffic
