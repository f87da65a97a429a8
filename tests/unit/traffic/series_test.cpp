#include "traffic/series.h"

#include <gtest/gtest.h>

namespace meshdeck::traffic {
namespace {

TEST(StringTable, emptyText_isZeroFromTheBeginning) {
    StringTable table;
    EXPECT_EQ(table.intern(""), 0U);
    EXPECT_EQ(table.find(""), 0U);
    EXPECT_EQ(table.text(0), "");
    EXPECT_EQ(table.size(), 1U);
}

TEST(StringTable, equalTexts_haveOneId) {
    StringTable table;
    const std::uint32_t id = table.intern("reviews");
    EXPECT_EQ(table.intern(std::string("reviews")), id);
    EXPECT_NE(table.intern("reviewsx"), id);
    EXPECT_NE(table.intern("review"), id);
    EXPECT_EQ(table.find("reviews"), id);
    EXPECT_EQ(table.find("ratings"), std::nullopt);
}

TEST(StringTable, manyTextsOfAllLengths_keepTheirIdsAndPlaces) {
    StringTable table;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 20'000; ++i) {
        texts.push_back(std::to_string(i) + std::string(i % 97, static_cast<char>('a' + i % 26)));
    }
    texts.emplace_back(100'000, 'x'); // longer than a block
    const std::uint32_t first = table.intern(texts.front());
    const char* const place = table.text(first).data();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        ASSERT_EQ(table.intern(texts[i]), i + 1);
    }
    EXPECT_EQ(table.text(first).data(), place); // never moves
    for (std::size_t i = 0; i < texts.size(); ++i) {
        ASSERT_EQ(table.find(texts[i]), i + 1);
        ASSERT_EQ(table.text(static_cast<std::uint32_t>(i + 1)), texts[i]);
    }
    EXPECT_EQ(table.size(), texts.size() + 1);
}

TEST(StringTable, textsWithNulBytes_differByWhatFollows) {
    StringTable table;
    const std::string a("a\0b", 3);
    const std::string b("a\0c", 3);
    EXPECT_NE(table.intern(a), table.intern(b));
    EXPECT_NE(table.intern(std::string(1, '\0')), table.intern(std::string(2, '\0')));
    EXPECT_EQ(table.text(table.intern(a)), a);
}

} // namespace
} // namespace meshdeck::traffic
