// Columns of text for a terminal: widths by characters, numbers to the right.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meshdeck::cli {

// Colours of ANSI's sixteen, so that the terminal's own palette decides how they look.
enum class Ink { Plain, Bold, Dim, Green, Yellow, Red };
[[nodiscard]] std::string inked(std::string_view text, Ink ink, bool colour);

// Number of characters (code points) of UTF-8 text; names of Kubernetes are ASCII, units and arrows are one wide.
[[nodiscard]] std::size_t width(std::string_view text);

class TextTable {
public:
    struct Cell {
        std::string text;
        Ink ink = Ink::Plain;
    };
    explicit TextTable(std::vector<bool> rightAligned) : m_right(std::move(rightAligned)) {}

    void add(std::vector<Cell> row);
    // The widths that show every cell.
    [[nodiscard]] std::vector<std::size_t> widths() const;
    // Lines with two leading blanks, no trailing ones; columns of `common` widths (from several tables).
    [[nodiscard]] std::string text(const std::vector<std::size_t>& common, bool colour) const;

private:
    std::vector<bool> m_right;
    std::vector<std::vector<Cell>> m_rows;
};

} // namespace meshdeck::cli
