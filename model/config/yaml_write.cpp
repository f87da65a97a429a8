#include <algorithm>
#include <array>
#include <cstdio>

#include "config/utf8.h"
#include "config/yaml.h"
#include "config/yaml_scalar.h"

namespace meshdeck::config {

namespace {

constexpr std::size_t kMaxSimpleKey = 1000; // YAML reads a longer key only after "? "

// Characters that only a double-quoted scalar can carry.
bool needsEscape(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE ||
           c == 0xFFFF;
}

bool anyNeedsEscape(std::string_view text, std::string_view except) {
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = codePointAt(text, i);
        if (point.bytes == 0 || (needsEscape(point.value) && except.find(text[i]) == std::string_view::npos)) {
            return true;
        }
        i += point.bytes;
    }
    return false;
}

void appendEscaped(std::string& out, char32_t c) {
    constexpr std::array<std::pair<char32_t, const char*>, 5> kShort = {
        {{U'\n', "\\n"}, {U'\t', "\\t"}, {U'\r', "\\r"}, {U'"', "\\\""}, {U'\\', "\\\\"}}};
    for (const auto& [value, text] : kShort) {
        if (value == c) {
            out += text;
            return;
        }
    }
    std::array<char, 12> buffer{};
    const auto value = static_cast<unsigned>(c);
    (void)std::snprintf(buffer.data(), buffer.size(), c < 0x100 ? "\\x%02x" : "\\u%04x", value);
    out += buffer.data();
}

std::string doubleQuoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = codePointAt(text, i);
        if (point.bytes == 0) { // never from our parsers; shown, not lost
            appendEscaped(out, 0xFFFD);
            ++i;
            continue;
        }
        if (needsEscape(point.value) || point.value == U'"' || point.value == U'\\') {
            appendEscaped(out, point.value);
        } else {
            out.append(text.substr(i, point.bytes));
        }
        i += point.bytes;
    }
    return out + "\"";
}

std::string singleQuoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'') {
            out += c;
        }
    }
    return out + "'";
}

// Text that YAML would take for syntax.
bool hasSyntax(std::string_view text) {
    const char first = text.front();
    if (std::string_view(",[]{}#&*!|>'\"%@`").find(first) != std::string_view::npos || first == ' ' ||
        text.back() == ' ' || text.back() == ':') {
        return true;
    }
    if ((first == '-' || first == '?' || first == ':') && (text.size() == 1 || text[1] == ' ')) {
        return true;
    }
    return text.starts_with("---") || text.starts_with("...") || text.find(": ") != std::string_view::npos ||
           text.find(" #") != std::string_view::npos;
}

std::string oneLine(std::string_view text) {
    if (anyNeedsEscape(text, {})) {
        return doubleQuoted(text);
    }
    const bool plain = !text.empty() && text != "<<" && text != "=" && !hasSyntax(text) &&
                       resolvePlainScalar(text).is_string() && !looksLikeAnotherType(text);
    if (plain) {
        return std::string(text);
    }
    return text.find_first_of("\"\\") != std::string_view::npos ? singleQuoted(text) : doubleQuoted(text);
}

// A block literal keeps text as it is, if no line begins in a way that would change the block's indentation.
bool fitsLiteral(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || anyNeedsEscape(text, "\n\t") ||
        std::string_view(" \t\n").find(text.front()) != std::string_view::npos) {
        return false;
    }
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        if (!line.empty() && line.find_first_not_of(" \t") == std::string_view::npos) {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

std::string literal(std::string_view text, std::size_t indent) {
    const bool endsInBreak = text.back() == '\n';
    const bool keepsMore = endsInBreak && text.size() > 1 && text[text.size() - 2] == '\n';
    std::string out = keepsMore ? "|+" : endsInBreak ? "|" : "|-";
    if (endsInBreak) {
        text.remove_suffix(1);
    }
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        out += '\n';
        if (end > begin) {
            out.append(indent, ' ').append(text.substr(begin, end - begin));
        }
        begin = end + 1;
    }
    return out;
}

class Writer {
public:
    // Writes at the cursor, which stands at column `indent`.
    void block(const Json& value, std::size_t indent) {
        if (isLeaf(value)) {
            leaf(value, indent);
        } else if (value.is_object()) {
            map(value, indent);
        } else {
            list(value, indent);
        }
    }
    [[nodiscard]] std::string take() {
        if (m_text.empty() || m_text.back() != '\n' || m_openLiteral) {
            m_text += '\n';
        }
        return std::move(m_text);
    }

private:
    static bool isLeaf(const Json& value) { return !value.is_structured() || value.empty(); }

    void newLine(std::size_t indent) {
        m_text += '\n';
        m_text.append(indent, ' ');
        m_openLiteral = false;
    }

    void leaf(const Json& value, std::size_t indent) {
        if (!value.is_string()) {
            m_text += value.dump();
            return;
        }
        const auto& text = value.get_ref<const std::string&>();
        if (!text.empty() && fitsLiteral(text)) {
            m_text += literal(text, indent + 2);
            m_openLiteral = true;
        } else {
            m_text += oneLine(text);
        }
    }

    void map(const Json& value, std::size_t indent) {
        bool first = true;
        for (const auto& [key, child] : value.items()) {
            if (!first) {
                newLine(indent);
            }
            first = false;
            const std::string written = oneLine(key);
            if (written.size() > kMaxSimpleKey) {
                m_text += "? " + written;
                newLine(indent);
                m_text += ":";
            } else {
                m_text += written + ":";
            }
            if (isLeaf(child)) {
                m_text += ' ';
                leaf(child, indent);
            } else {
                const std::size_t inner = child.is_array() ? indent : indent + 2;
                newLine(inner);
                block(child, inner);
            }
        }
    }

    void list(const Json& value, std::size_t indent) {
        bool first = true;
        for (const Json& child : value) {
            if (!first) {
                newLine(indent);
            }
            first = false;
            m_text += "- ";
            if (isLeaf(child)) {
                leaf(child, indent);
            } else {
                block(child, indent + 2);
            }
        }
    }

    std::string m_text;
    bool m_openLiteral = false; // its last line may be empty and still needs its break
};

} // namespace

std::string toYaml(const Json& value) {
    Writer writer;
    writer.block(value, 0);
    return writer.take();
}

} // namespace meshdeck::config
