#include "cli/text_table.h"

#include <algorithm>

namespace meshdeck::cli {

std::string inked(std::string_view text, Ink ink, bool colour) {
    static constexpr const char* kCodes[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
    if (!colour || ink == Ink::Plain || text.empty()) {
        return std::string(text);
    }
    return kCodes[static_cast<std::size_t>(ink)] + std::string(text) + "\x1b[0m";
}

std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void TextTable::add(std::vector<Cell> row) {
    m_rows.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::widths() const {
    std::vector<std::size_t> widths(m_right.size());
    for (const std::vector<Cell>& row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width(row[i].text));
        }
    }
    return widths;
}

std::string TextTable::text(const std::vector<std::size_t>& common, bool colour) const {
    std::string out;
    for (const std::vector<Cell>& row : m_rows) {
        std::string line = "  ";
        std::size_t blanks = 0; // written only when something follows
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t padding = common[i] - std::min(common[i], width(row[i].text));
            const std::size_t before = m_right[i] ? padding : 0;
            if (!row[i].text.empty()) {
                line.append(blanks + before, ' ');
                line += inked(row[i].text, row[i].ink, colour);
                blanks = padding - before;
            } else {
                blanks += padding;
            }
            blanks += 2;
        }
        out += line + "\n";
    }
    return out;
}

} // namespace meshdeck::cli
