#include "base/text.h"

#include <gtest/gtest.h>

namespace meshdeck::text {

TEST(Safe, ControlBidiAndZeroWidth_areEscaped) {
    EXPECT_EQ(safe("a\x1b[31mb"), "a\\x1b[31mb");
    EXPECT_EQ(safe("pay\u202Etnem"), "payU+202Etnem");
    EXPECT_EQ(safe("re\u200Bviews"), "reU+200Bviews");
    EXPECT_EQ(safe("line\nnext"), "line\\x0anext");
    EXPECT_EQ(safe("line\nnext\t.", true), "line\nnext\t.");
}

TEST(Safe, BytesThatAreNoUtf8_areEscapedOneByOne) {
    EXPECT_EQ(safe("\xff\xfe"), "\\xff\\xfe");
    EXPECT_EQ(safe("ok \xc3"), "ok \\xc3");
    EXPECT_EQ(safe("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // a surrogate
    EXPECT_EQ(safe("Größe"), "Größe");
}

TEST(Safe, LongText_isCutBetweenCharacters) {
    EXPECT_EQ(safe("ääää", false, 5), "ää…");
}

TEST(Significant, ThreeDigits_whateverTheSize) {
    EXPECT_EQ(significant(0.734), "0.73");
    EXPECT_EQ(significant(12.24), "12.2");
    EXPECT_EQ(significant(123.6), "124");
    EXPECT_EQ(significant(1184), "1.18 k");
    EXPECT_EQ(significant(999.7), "1.00 k");
    EXPECT_EQ(significant(-25.04), "\u221225.0");
    EXPECT_EQ(significant(0), "0");
    EXPECT_EQ(significant(0.0123), "0.012");
}

TEST(Percents, SmallAndNearlyAll_areNotRoundedAway) {
    EXPECT_EQ(percent(Percent(0)), "0 %");
    EXPECT_EQ(percent(Percent(0.004)), "< 0.01 %");
    EXPECT_EQ(percent(Percent(0.59)), "0.59 %");
    EXPECT_EQ(percent(Percent(99.97)), "99.9 %");
    EXPECT_EQ(percent(Percent(100)), "100 %");
}

TEST(Rates, NoTraffic_isSaidInWords) {
    EXPECT_EQ(rate(RequestsPerSecond(0)), "no traffic");
    EXPECT_EQ(rate(RequestsPerSecond(12.2)), "12.2 req/s");
    EXPECT_EQ(byteRate(BytesPerSecond(61.2 * 1024)), "61.2 KiB/s");
    EXPECT_EQ(latency(Milliseconds(254)), "254 ms");
    EXPECT_EQ(latency(Milliseconds(12'100)), "12.1 s");
}

TEST(Rfc3339, PrintThenParse_isIdentity) {
    const auto time = parseRfc3339("2026-11-23T14:32:08Z");
    ASSERT_TRUE(time);
    EXPECT_EQ(rfc3339(*time), "2026-11-23T14:32:08Z");
    EXPECT_EQ(parseRfc3339("2026-11-23T16:32:08+02:00"), time);
    EXPECT_EQ(parseRfc3339("2026-11-23T14:32:08.250Z"), *time + std::chrono::milliseconds(250));
    EXPECT_FALSE(parseRfc3339("yesterday"));
    EXPECT_FALSE(parseRfc3339("2026-13-01T00:00:00Z"));
    EXPECT_FALSE(parseRfc3339("2026-11-23T14:32:08"));
}

} // namespace meshdeck::text
