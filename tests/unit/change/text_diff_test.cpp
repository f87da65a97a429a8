#include "change/text_diff.h"

#include <random>

#include <gtest/gtest.h>

namespace meshdeck::change {

namespace {

std::string side(const std::vector<DiffLine>& lines, DiffLine::Kind without) {
    std::string text;
    for (const DiffLine& line : lines) {
        if (line.kind != without) {
            text += line.text + "\n";
        }
    }
    return text;
}

// Length of the longest common subsequence, by the textbook table.
std::size_t commonLines(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t k = 0; k < b.size(); ++k) {
            table[i + 1][k + 1] = a[i] == b[k] ? table[i][k] + 1 : std::max(table[i][k + 1], table[i + 1][k]);
        }
    }
    return table[a.size()][b.size()];
}

std::string lined(const std::string& letters) {
    std::string text;
    for (const char c : letters) {
        text += std::string(1, c) + "\n";
    }
    return text;
}

} // namespace

TEST(DiffLines, RandomTexts_areRebuiltByTheShortestScript) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string a;
        std::string b;
        for (auto i = random() % 12; i > 0; --i) {
            a += static_cast<char>('a' + random() % 4);
        }
        for (auto i = random() % 12; i > 0; --i) {
            b += static_cast<char>('a' + random() % 4);
        }
        const auto lines = diffLines(lined(a), lined(b));
        ASSERT_EQ(side(lines, DiffLine::Kind::Added), lined(a));
        ASSERT_EQ(side(lines, DiffLine::Kind::Removed), lined(b));
        const auto same = static_cast<std::size_t>(std::count_if(
            lines.begin(), lines.end(), [](const DiffLine& line) { return line.kind == DiffLine::Kind::Same; }));
        ASSERT_EQ(same, commonLines(a, b)) << a << " " << b;
    }
}

TEST(DiffLines, HopelesslyDifferentTexts_areStillRebuilt) {
    std::string a;
    std::string b;
    for (int i = 0; i < 4000; ++i) {
        a += "a" + std::to_string(i) + "\n";
        b += "b" + std::to_string(i) + "\n";
    }
    const auto lines = diffLines(a, b);
    EXPECT_EQ(side(lines, DiffLine::Kind::Added), a);
    EXPECT_EQ(side(lines, DiffLine::Kind::Removed), b);
}

TEST(UnifiedDiff, OneLine_comesWithThreeLinesOfContext) {
    const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    EXPECT_EQ(unifiedDiff(before, "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "live", "mine"),
              "--- live\n+++ mine\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    EXPECT_EQ(unifiedDiff(before, before, "live", "mine"), "");
    EXPECT_EQ(unifiedDiff("", "a\n", "live", "mine"), "--- live\n+++ mine\n@@ -0,0 +1 @@\n+a\n");
}

TEST(UnifiedDiff, DistantChanges_areHunksOfTheirOwn) {
    std::string before;
    for (int i = 1; i <= 20; ++i) {
        before += std::to_string(i) + "\n";
    }
    std::string after = before;
    after.replace(after.find("2\n"), 2, "x\n");
    after.erase(after.find("19\n"), 3);
    EXPECT_EQ(unifiedDiff(before, after, "a", "b"),
              "--- a\n+++ b\n@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -16,5 +16,4 @@\n 16\n 17\n 18\n-19\n 20\n");
}

TEST(DiffThreeWays, TheirsAndOurs_areTold) {
    const auto rows = diffThreeWays("w: 90\nt: 3s\nend\n", "w: 90\nt: 2s\nend\n", "w: 70\nt: 2s\nend\n");
    std::string text;
    for (const ThreeWayLine& row : rows) {
        text += row.baseText + "|" + row.liveText + "|" + row.mineText + (row.liveChanged ? " theirs" : "") +
                (row.mineChanged ? " ours" : "") + "\n";
    }
    EXPECT_EQ(text, "w: 90|w: 90| ours\n"
                    "t: 3s|| theirs\n"
                    "||w: 70 ours\n"
                    "|t: 2s|t: 2s theirs\n"
                    "end|end|end\n");
}

} // namespace meshdeck::change
