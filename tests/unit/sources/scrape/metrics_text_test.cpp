#include "sources/scrape/metrics_text.h"

#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace meshdeck::sources {
namespace {

struct Parsed {
    std::map<std::string, double> values; // by the series' text
    std::map<std::string, std::string> labels;
    MetricsCount count;
};

Parsed parse(std::string_view text) {
    Parsed parsed;
    parsed.count = parseMetricsText(
        text, [](std::string_view name) { return name != "unwanted"; },
        [&](const MetricLine& line) {
            parsed.values[std::string(line.series)] = line.value;
            for (const auto& [name, value] : line.labels) {
                parsed.labels[std::string(name)] = std::string(value);
            }
        });
    return parsed;
}

TEST(MetricsText, samplesWithAndWithoutLabels_areRead) {
    const Parsed parsed = parse("# TYPE a counter\na{x=\"1\",y=\"two\"} 3\n\nb 4.5 1700000000\nc{} 1e3\r\n");
    EXPECT_EQ(parsed.count.lines, 3U);
    EXPECT_EQ(parsed.count.bad, 0U);
    EXPECT_DOUBLE_EQ(parsed.values.at("a{x=\"1\",y=\"two\"}"), 3);
    EXPECT_DOUBLE_EQ(parsed.values.at("b"), 4.5);
    EXPECT_DOUBLE_EQ(parsed.values.at("c{}"), 1000);
    EXPECT_EQ(parsed.labels.at("y"), "two");
}

TEST(MetricsText, escapesAndBracesInValues_areUnderstood) {
    const Parsed parsed = parse(R"(a{path="C:\\x\"}\n",b="}"} 7)");
    EXPECT_EQ(parsed.count.lines, 1U);
    EXPECT_EQ(parsed.labels.at("path"), "C:\\x\"}\n");
    EXPECT_EQ(parsed.labels.at("b"), "}");
}

TEST(MetricsText, specialNumbersAndExemplars_areRead) {
    const Parsed parsed = parse("a NaN\nb +Inf\nc -Inf\nd 2 # {trace_id=\"x\"} 1\n");
    EXPECT_TRUE(std::isnan(parsed.values.at("a")));
    EXPECT_TRUE(std::isinf(parsed.values.at("b")) && parsed.values.at("b") > 0);
    EXPECT_TRUE(std::isinf(parsed.values.at("c")) && parsed.values.at("c") < 0);
    EXPECT_DOUBLE_EQ(parsed.values.at("d"), 2);
}

TEST(MetricsText, brokenLines_areCountedAndTheRestIsRead) {
    const Parsed parsed =
        parse("a{x=\"1\" 3\n9a 1\nb\nc{x=1} 2\nd{x=\"1\"} \ne x\nunwanted{ 1\nf{x=\"1\",} 5\ng{x=\"open");
    EXPECT_EQ(parsed.count.bad, 7U);
    EXPECT_EQ(parsed.count.lines, 1U);
    EXPECT_DOUBLE_EQ(parsed.values.at("f{x=\"1\",}"), 5);
}

TEST(MetricsText, knownSeries_areTakenWithoutTheirLabels) {
    std::vector<std::pair<std::string, double>> taken;
    int visited = 0;
    const auto count = parseMetricsText(
        "a{x=\"}\"} 1\nb 2\na{y=\"1\"} 3\nc{z=\"\"} 4 # {id=\"}\"} 9\n", [](std::string_view) { return true; },
        [&](const MetricLine&) { ++visited; },
        [&](std::string_view series, double value) {
            taken.emplace_back(series, value);
            return series == "a{x=\"}\"}" || series == "b";
        });
    EXPECT_EQ(count.lines, 4U);
    EXPECT_EQ(visited, 2); // an unknown one, and one whose end an exemplar hides
    ASSERT_GE(taken.size(), 2U);
    EXPECT_EQ(taken[0], (std::pair<std::string, double>("a{x=\"}\"}", 1)));
    EXPECT_EQ(taken[1], (std::pair<std::string, double>("b", 2)));
}

TEST(MetricsText, everyPrefixOfAPage_isSafe) {
    const std::string page = "# HELP a b\na{x=\"1\\\\\",y=\"\\\"\"} 3 17\nb 2\n";
    for (std::size_t cut = 0; cut <= page.size(); ++cut) {
        EXPECT_LE(parse(std::string_view(page).substr(0, cut)).count.lines, 2U);
    }
}

} // namespace
} // namespace meshdeck::sources
