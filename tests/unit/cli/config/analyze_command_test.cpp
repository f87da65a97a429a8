#include <nlohmann/json.hpp>

#include "unit/cli/config/command_run.h"

namespace meshdeck::cli {
namespace {

using nlohmann::json;

class AnalyzeCommand : public test::CommandTest {};

constexpr const char* kBroken = R"(apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v}
spec: {hosts: [ratings], http: [{route: [{destination: {host: nobody}}]}]}
)";

TEST_F(AnalyzeCommand, errors_endWithOne) {
    const auto ran = run({"analyze", "--files-only", write("v.yaml", kBroken), "-o", "json"});
    EXPECT_EQ(ran.code, kSomethingToReport) << ran.out << ran.err;
    const json document = json::parse(ran.out);
    bool found = false;
    for (const json& finding : document.at("findings")) {
        found = found || (finding.at("code") == "IST0101" && finding.at("resource") == "VirtualService v");
    }
    EXPECT_TRUE(found) << ran.out; // without -n an object without a namespace keeps none
}

TEST_F(AnalyzeCommand, only_leavesOutOtherCodes) {
    const auto ran = run({"analyze", "--files-only", "--only", "IST0130", write("v.yaml", kBroken), "-o", "json"});
    EXPECT_EQ(ran.code, kDone) << ran.out;
    EXPECT_TRUE(json::parse(ran.out).at("findings").empty()) << ran.out;
    EXPECT_EQ(run({"analyze", "--files-only", "--only", "IST9999", write("v.yaml", kBroken)}).code, kCouldNot);
}

TEST_F(AnalyzeCommand, folders_mayHoldOtherFiles) {
    write("chart/v.yaml", test::kShop);
    write("chart/values.yaml", "image: x\n");
    const auto ran = run({"analyze", "--files-only", path("chart")});
    EXPECT_EQ(ran.code, kDone) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("holds no Kubernetes object"), std::string::npos) << ran.out;
}

TEST_F(AnalyzeCommand, only_takesCodesAsPeopleWriteThem) {
    const std::string file = write("v.yaml", kBroken);
    const auto ran = run({"analyze", "--files-only", "--only", "ist0101, kia1104", file, "-o", "json"});
    EXPECT_EQ(ran.code, kSomethingToReport) << ran.err;
    const auto never = run({"analyze", "--files-only", "--only", "IST0141", file});
    EXPECT_EQ(never.code, kCouldNot);
    EXPECT_NE(never.err.find("no check reports IST0141: "), std::string::npos) << never.err;
}

TEST_F(AnalyzeCommand, standardInputNamedTwice_isAMistake) {
    EXPECT_EQ(run({"analyze", "--files-only", "-", "-"}).code, kCouldNot);
}

} // namespace
} // namespace meshdeck::cli
