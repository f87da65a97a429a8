#include "sources/prometheus/vector_parser.h"

#include <gtest/gtest.h>

namespace meshdeck::sources {
namespace {

using traffic::Label;
using traffic::Measure;
using traffic::Reporter;
using traffic::SampleSet;

std::string vectorOf(const std::string& series, const std::string& rest = "") {
    return R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}" + rest + "}";
}

std::string seriesOf(const std::string& value,
                     const std::string& labels = R"("reporter":"source","source_workload":"a")") {
    return R"({"metric":{)" + labels + R"(},"value":[1523364075.250,")" + value + R"("]})";
}

Result<VectorReply> parse(std::string text, SampleSet& into, const VectorLimits& limits = {}) {
    return parseVector(text, {Measure::Requests, Reporter::Destination}, into, limits);
}

TEST(ParseVector, oneSeries_hasItsLabelsReporterValueAndTime) {
    SampleSet samples;
    const auto reply = parse(
        vectorOf(seriesOf("12.5", R"("destination_workload":"reviews-v1","reporter":"source","pod":"x")")), samples);
    ASSERT_TRUE(reply) << reply.error().what;
    ASSERT_EQ(samples.samples.size(), 1U);
    const traffic::Sample& sample = samples.samples[0];
    EXPECT_EQ(samples.strings.text(sample.label(Label::DestinationWorkload)), "reviews-v1");
    EXPECT_EQ(sample.label(Label::SourceWorkload), 0U);
    EXPECT_EQ(sample.reporter, Reporter::Source);
    EXPECT_DOUBLE_EQ(sample.value, 12.5);
    EXPECT_EQ(reply->time, ServerTime(Duration(1523364075250)));
    EXPECT_EQ(reply->partial, "");
}

TEST(ParseVector, measureLabel_overridesTheDefault) {
    SampleSet samples;
    ASSERT_TRUE(parse(
        vectorOf(seriesOf("1", R"("meshdeck_measure":"tcpSent","reporter":"waypoint")") + "," + seriesOf("1", "")),
        samples));
    ASSERT_EQ(samples.samples.size(), 2U);
    EXPECT_EQ(samples.samples[0].measure, Measure::TcpSentBytes);
    EXPECT_EQ(samples.samples[0].reporter, Reporter::Waypoint);
    EXPECT_EQ(samples.samples[1].measure, Measure::Requests);
    EXPECT_EQ(samples.samples[1].reporter, Reporter::Destination);
}

TEST(ParseVector, valuesThatAreNoNumbers_areLeftOutAndCounted) {
    SampleSet samples;
    const auto reply = parse(vectorOf(seriesOf("NaN") + "," + seriesOf("+Inf") + "," + seriesOf("-Inf") + "," +
                                      seriesOf("x") + "," + seriesOf("3")),
                             samples);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->series, 5U);
    EXPECT_EQ(samples.unusable, 4U);
    ASSERT_EQ(samples.samples.size(), 1U);
    EXPECT_DOUBLE_EQ(samples.samples[0].value, 3);
}

TEST(ParseVector, nativeHistogramAlone_isLeftOutAndCounted) {
    SampleSet samples;
    ASSERT_TRUE(parse(vectorOf(R"({"metric":{},"histogram":[1,{"count":"3","sum":"2","buckets":[[0,"1","2","3"]]}]})"),
                      samples));
    EXPECT_EQ(samples.unusable, 1U);
    EXPECT_TRUE(samples.samples.empty());
}

TEST(ParseVector, warnings_makeTheReplyPartial) {
    SampleSet samples;
    const auto reply =
        parse(vectorOf(seriesOf("1"), R"(,"warnings":["store 3 is\u0007 away","late"],"infos":["i"])"), samples);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->partial, "store 3 is\\x07 away; late");
    EXPECT_EQ(samples.samples.size(), 1U);
}

TEST(ParseVector, errorEnvelope_becomesItsErrorAndAddsNothing) {
    SampleSet samples;
    const auto reply =
        parse(R"({"status":"error","errorType":"execution","error":"query processing would load too many samples",)"
              R"("data":{"resultType":"vector","result":[)" +
                  seriesOf("1") + "]}}",
              samples);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::Invalid);
    EXPECT_EQ(reply.error().what, "query processing would load too many samples");
    EXPECT_TRUE(samples.samples.empty());
    SampleSet other;
    EXPECT_EQ(parse(R"({"status":"error","errorType":"timeout","error":"x"})", other).error().kind, ErrorKind::Timeout);
}

TEST(ParseVector, brokenTexts_areProtocolErrorsAndAddNothing) {
    const std::string whole = vectorOf(seriesOf("1") + "," + seriesOf("2"));
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        SampleSet samples;
        const auto reply = parse(whole.substr(0, cut), samples);
        ASSERT_FALSE(reply) << cut;
        EXPECT_EQ(reply.error().kind, ErrorKind::Protocol) << cut;
        EXPECT_TRUE(samples.samples.empty()) << cut;
    }
    for (const char* text :
         {"", "null", "[]", "<html>", R"({"status":7})", R"({"data":{}})",
          R"({"status":"success","data":{"resultType":"matrix","result":[]}})", R"({"status":"success"})",
          R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":1}}]}})",
          R"({"status":"success","data":{"resultType":"vector","result":[{"value":[NaN,"1"]}]}})"}) {
        SampleSet samples;
        const auto reply = parse(text, samples);
        ASSERT_FALSE(reply) << text;
        EXPECT_EQ(reply.error().kind, ErrorKind::Protocol) << text;
    }
}

TEST(ParseVector, invalidUtf8_isRepairedAndSaid) {
    SampleSet samples;
    const auto reply = parse(vectorOf(seriesOf("1", "\"source_workload\":\"caf\xE9\xC3\xA9\"")), samples);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->partial, "names with broken characters");
    ASSERT_EQ(samples.samples.size(), 1U);
    EXPECT_EQ(samples.strings.text(samples.samples[0].label(Label::SourceWorkload)), "caf?\xC3\xA9");
}

TEST(ParseVector, moreSeriesThanTheCap_keepsTheFirstAndSaysSo) {
    SampleSet samples;
    VectorLimits limits;
    limits.maxSeries = 2;
    const auto reply = parse(vectorOf(seriesOf("1") + "," + seriesOf("2") + "," + seriesOf("3")), samples, limits);
    ASSERT_TRUE(reply);
    EXPECT_EQ(samples.samples.size(), 2U);
    EXPECT_EQ(reply->partial, "only the first 2 of 3 series");
}

TEST(ParseVector, overlongLabel_makesTheSeriesUnusable) {
    SampleSet samples;
    const std::string name(5000, 'x');
    ASSERT_TRUE(parse(vectorOf(seriesOf("1", "\"source_workload\":\"" + name + "\"")), samples));
    EXPECT_EQ(samples.unusable, 1U);
    EXPECT_TRUE(samples.samples.empty());
}

TEST(ParseVector, manyValuesOfOneLabel_internToThemselves) {
    std::string series;
    for (int i = 0; i < 20'000; ++i) {
        series += (i > 0 ? "," : "") + seriesOf("1", "\"source_workload\":\"w" + std::to_string(i % 9000) + "\"");
    }
    SampleSet samples;
    ASSERT_TRUE(parse(vectorOf(series), samples));
    ASSERT_EQ(samples.samples.size(), 20'000U);
    for (std::size_t i = 0; i < samples.samples.size(); ++i) {
        ASSERT_EQ(samples.strings.text(samples.samples[i].label(Label::SourceWorkload)),
                  "w" + std::to_string(i % 9000));
    }
}

// Bigger than what is read in one piece.
std::string bigReply(std::size_t count, const std::string& special = "", std::size_t at = 0) {
    std::string series;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string labels = R"("reporter":"source","source_workload":"w)" + std::to_string(i) + "\"";
        series += (i > 0 ? "," : "") + (i == at && !special.empty() ? special : seriesOf(std::to_string(i), labels));
    }
    return vectorOf(series);
}

TEST(ParseVector, replyOfManyPieces_losesNothingAndLeavesTheTextAsItWas) {
    constexpr std::size_t kCount = 10'000;
    std::string text = bigReply(kCount);
    const std::string before = text;
    for (int round = 0; round < 2; ++round) {
        SampleSet samples;
        const auto reply = parseVector(text, {}, samples);
        ASSERT_TRUE(reply) << reply.error().what;
        EXPECT_EQ(reply->series, kCount);
        EXPECT_EQ(reply->time, ServerTime(Duration(1523364075250)));
        ASSERT_EQ(samples.samples.size(), kCount);
        for (std::size_t i = 0; i < kCount; ++i) {
            ASSERT_DOUBLE_EQ(samples.samples[i].value, static_cast<double>(i));
            ASSERT_EQ(samples.strings.text(samples.samples[i].label(Label::SourceWorkload)), "w" + std::to_string(i));
        }
        EXPECT_EQ(text, before);
    }
}

TEST(ParseVector, replyOfManyPieces_mayLookLikeItsOwnSeamsInsideOfLabels) {
    SampleSet samples;
    const std::string seam = R"(,{\"metric\":{,{\"metric\":)";
    std::string series;
    for (int i = 0; i < 3'000; ++i) {
        series += (i > 0 ? "," : "") + seriesOf("1", "\"source_workload\":\"" + seam + seam + seam + seam + "\"");
    }
    ASSERT_TRUE(parse(vectorOf(series), samples));
    ASSERT_EQ(samples.samples.size(), 3'000U);
    EXPECT_TRUE(samples.strings.text(samples.samples[1'500].label(Label::SourceWorkload)).starts_with(",{\"metric\":{"));
}

TEST(ParseVector, replyOfManyPieces_writtenAnotherWay_isReadAsAWhole) {
    std::string text = bigReply(10'000);
    for (std::size_t at = text.find("},{\"metric\":"); at != std::string::npos; at = text.find("},{\"metric\":", at)) {
        text.replace(at, 2, "} , \n");
    }
    SampleSet samples;
    ASSERT_TRUE(parse(text, samples));
    EXPECT_EQ(samples.samples.size(), 10'000U);
}

TEST(ParseVector, replyOfManyPieces_brokenAnywhere_addsNothing) {
    const std::string whole = bigReply(10'000);
    for (const std::size_t cut : {whole.size() / 3, whole.size() / 2, whole.size() - 1, whole.size() - 3}) {
        SampleSet samples;
        ASSERT_EQ(parse(whole.substr(0, cut), samples).error().kind, ErrorKind::Protocol) << cut;
        EXPECT_TRUE(samples.samples.empty()) << cut;
    }
    SampleSet samples;
    EXPECT_FALSE(parse(bigReply(10'000, R"({"metric":{"source_workload":7},"value":[1,"1"]})", 2'000), samples));
    EXPECT_TRUE(samples.samples.empty());
    EXPECT_EQ(samples.unusable, 0U);
}

TEST(ParseVector, replyOfManyPieces_invalidUtf8_isRepairedAndSaid) {
    SampleSet samples;
    const auto reply = parse(bigReply(10'000, seriesOf("1", "\"source_workload\":\"caf\xE9\""), 5'000), samples);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->partial, "names with broken characters");
    ASSERT_EQ(samples.samples.size(), 10'000U);
    EXPECT_EQ(samples.strings.text(samples.samples[5'000].label(Label::SourceWorkload)), "caf?");
}

TEST(ParseVector, replyOfManyPieces_beyondTheCap_keepsTheFirst) {
    SampleSet samples;
    VectorLimits limits;
    limits.maxSeries = 7'000;
    const auto reply = parse(bigReply(10'000), samples, limits);
    ASSERT_TRUE(reply);
    EXPECT_EQ(samples.samples.size(), 7'000U);
    EXPECT_EQ(reply->partial, "only the first 7000 of 10000 series");
}

} // namespace
} // namespace meshdeck::sources
