#include <nlohmann/json.hpp>

#include "unit/cli/config/command_run.h"

namespace meshdeck::cli {
namespace {

using nlohmann::json;

class TestCommand : public test::CommandTest {};

constexpr const char* kGood = R"(config: [mesh/]
tests:
- {name: web reaches ratings, request: {from: shop/web, url: "http://ratings/"}, expect: {verdict: routed}}
)";

TEST_F(TestCommand, expectationsThatHold_endWithZero) {
    write("mesh/shop.yaml", test::kShop);
    const auto ran = run({"test", write("t.yaml", kGood)});
    EXPECT_EQ(ran.code, kDone) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("1 passed, 0 failed"), std::string::npos) << ran.out;
}

TEST_F(TestCommand, failure_endsWithOneAndExplainsItself) {
    const std::string mesh = write("shop.yaml", test::kShop);
    const std::string tests = write("t.yaml", "tests: [{name: x, request: {from: shop/web, url: \"http://ratings/\"}, expect: {status: 404}}]");
    const auto ran = run({"test", "--files-only", tests, mesh});
    EXPECT_EQ(ran.code, kSomethingToReport) << ran.err;
    EXPECT_NE(ran.out.find("status: wanted 404, got 200"), std::string::npos) << ran.out;
    const auto asJson = run({"test", "--files-only", tests, mesh, "-o", "json"});
    EXPECT_EQ(json::parse(asJson.out).at("failed"), 1);
    EXPECT_EQ(json::parse(asJson.out).at("tests")[0].at("failures")[0].at("field"), "status");
}

TEST_F(TestCommand, testsThatMakeNoSense_endWithTwo) {
    const std::string mesh = write("shop.yaml", test::kShop);
    EXPECT_EQ(run({"test", "--files-only", write("a.yaml", "tests: [{name: x, request: {from: shop/none, url: \"http://r/\"}, expect: {status: 1}}]"), mesh}).code, kCouldNot);
    EXPECT_EQ(run({"test", "--files-only", write("b.yaml", "tests: [{name: x, request: {from: shop/web, url: \"http://ratings/\"}, expect: {staus: 1}}]"), mesh}).code, kCouldNot);
    EXPECT_EQ(run({"test", "--files-only", mesh}).code, kCouldNot); // no expectations at all
    EXPECT_EQ(run({"test", "--files-only"}).code, kCouldNot);
}

TEST_F(TestCommand, numbersInQuotesAndPercentSigns_areNumbers) {
    const std::string mesh = write("shop.yaml", test::kShop);
    const auto ran = run({"test", "--files-only", write("t.yaml", R"(tests:
- {name: x, request: {from: shop/web, url: "http://ratings/#top"}, expect: {status: "200", split: {ratings: 100%}}}
)"), mesh});
    EXPECT_EQ(ran.code, kDone) << ran.out << ran.err;
}

TEST_F(TestCommand, splitThatIsNoMap_endsWithTwo) {
    const std::string mesh = write("shop.yaml", test::kShop);
    const auto ran = run({"test", "--files-only", write("t.yaml", R"(tests:
- {name: x, request: {from: shop/web, url: "http://ratings/"}, expect: {split: 90}}
)"), mesh});
    EXPECT_EQ(ran.code, kCouldNot);
    EXPECT_NE(ran.out.find("expect.split: is no map"), std::string::npos) << ran.out << ran.err;
}

} // namespace
} // namespace meshdeck::cli
