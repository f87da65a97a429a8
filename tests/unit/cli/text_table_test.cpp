#include "cli/text_table.h"

#include <gtest/gtest.h>

namespace meshdeck::cli {
namespace {

TEST(TextTable, Columns_areAlignedByCharactersAndEndWithoutBlanks) {
    TextTable table({false, true, false});
    table.add({{"a"}, {"1"}, {"x"}});
    table.add({{"→ bc"}, {"100"}, {""}});
    EXPECT_EQ(table.text(table.widths(), false), "  a       1  x\n  → bc  100\n");
}

TEST(TextTable, Ink_isWrittenOnlyWithColour) {
    EXPECT_EQ(inked("x", Ink::Red, false), "x");
    EXPECT_EQ(inked("x", Ink::Red, true), "\x1b[31mx\x1b[0m");
    EXPECT_EQ(inked("x", Ink::Plain, true), "x");
}

} // namespace
} // namespace meshdeck::cli
