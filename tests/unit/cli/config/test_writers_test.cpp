#include "cli/test_writers.h"

#include <gtest/gtest.h>

namespace meshdeck::cli {
namespace {

std::vector<TestedFile> sample() {
    policy::ExpectationOutcome good;
    good.name = "good # one";
    good.result = config::Json::object();
    policy::ExpectationOutcome bad;
    bad.name = "a < b & \"c\"";
    bad.mismatches.push_back({"status", 200, nullptr});
    bad.why = {"matched VirtualService a/b at spec.http[0]"};
    bad.result = config::Json::object();
    return {{"t.yaml", {good, bad}}};
}

TEST(TestWriters, junit_escapesAndCounts) {
    const std::string xml = testJunit(sample());
    EXPECT_NE(xml.find("tests=\"2\" failures=\"1\" errors=\"0\""), std::string::npos) << xml;
    EXPECT_NE(xml.find("name=\"a &lt; b &amp; &quot;c&quot;\""), std::string::npos) << xml;
    EXPECT_NE(xml.find("<failure message=\"status: wanted 200, got nothing\">"), std::string::npos) << xml;
}

TEST(TestWriters, tap_numbersAndEscapesDirectives) {
    const std::string tap = testTap(sample());
    EXPECT_TRUE(tap.starts_with("TAP version 13\n1..2\nok 1 - t.yaml: good \\# one\nnot ok 2 - ")) << tap;
    EXPECT_NE(tap.find("# status: wanted 200, got nothing\n#   matched VirtualService"), std::string::npos) << tap;
}

TEST(TestWriters, text_endsWithTheSum) {
    EXPECT_TRUE(testText(sample(), false).ends_with("1 passed, 1 failed\n"));
}

TEST(TestWriters, junit_countsErrorsApart) {
    std::vector<TestedFile> files = sample();
    files.front().outcomes.front().error = Error{ErrorKind::InvalidArgument, "no such field", {}, {}};
    const std::string xml = testJunit(files);
    EXPECT_NE(xml.find("tests=\"2\" failures=\"1\" errors=\"1\""), std::string::npos) << xml;
}

} // namespace
} // namespace meshdeck::cli
