#include "cli/analyze_writers.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace meshdeck::cli {
namespace {

using nlohmann::json;

policy::CheckReport sample() {
    auto source = std::make_shared<config::SourceText>();
    source->name = "my mesh/a.yaml";
    source->text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v, namespace: shop}\nspec:\n"
                   "  hosts: [a]\n  http:\n  - route: [{destination: {host: b}}]\n";
    const auto objects = config::readConfig(source);
    policy::CheckReport report;
    report.objects = 1;
    report.checks = 143;
    policy::Finding finding;
    finding.code = "IST0101";
    finding.name = "ReferencedResourceNotFound";
    finding.severity = policy::Severity::Error;
    finding.object = objects ? objects->front() : nullptr;
    finding.pointer = "/spec/http/0/route/0/destination/host";
    finding.message = "host \"b\", 50 % wrong";
    finding.fix = policy::Fix{"name a host that exists", config::Json::array()};
    report.findings.push_back(finding);
    report.notChecked.push_back({"Secrets are not read", {"Secret"}});
    return report;
}

TEST(AnalyzeWriters, json_hasPlaceFieldAndFix) {
    const json document = json::parse(analyzeJson(sample()));
    EXPECT_EQ(document.at("schema"), "meshdeck.analyze/1");
    const json& finding = document.at("findings")[0];
    EXPECT_EQ(finding.at("resource"), "VirtualService shop/v");
    EXPECT_EQ(finding.at("file"), "my mesh/a.yaml");
    EXPECT_EQ(finding.at("line"), 7);
    EXPECT_EQ(finding.at("field"), "spec.http[0].route[0].destination.host");
    EXPECT_EQ(finding.at("fix").at("what"), "name a host that exists");
    EXPECT_EQ(document.at("checked").at("objects"), 1);
    EXPECT_EQ(document.at("notChecked")[0].at("kinds")[0], "Secret");
}

TEST(AnalyzeWriters, sarif_namesRuleAndRegion) {
    const json run = json::parse(analyzeSarif(sample())).at("runs")[0];
    EXPECT_EQ(run.at("tool").at("driver").at("rules")[0].at("id"), "IST0101");
    const json& result = run.at("results")[0];
    EXPECT_EQ(result.at("level"), "error");
    const json& place = result.at("locations")[0].at("physicalLocation");
    EXPECT_EQ(place.at("artifactLocation").at("uri"), "my%20mesh/a.yaml");
    EXPECT_EQ(place.at("region").at("startLine"), 7);
}

TEST(AnalyzeWriters, github_escapesItsOwnMarks) {
    const std::string line = analyzeGithub(sample());
    EXPECT_TRUE(line.starts_with("::error file=my mesh/a.yaml,title=IST0101 ReferencedResourceNotFound,line=7,col=")) << line;
    EXPECT_NE(line.find("50 %25 wrong"), std::string::npos) << line;
}

TEST(AnalyzeWriters, text_countsAndSaysWhatWasNotChecked) {
    const std::string text = analyzeText(sample(), false);
    EXPECT_NE(text.find("1 error, 0 warnings, 0 notes in 1 object (143 checks)"), std::string::npos) << text;
    EXPECT_NE(text.find("not checked: Secrets are not read"), std::string::npos) << text;
    EXPECT_NE(text.find("fix: name a host"), std::string::npos) << text;
}

TEST(AnalyzeWriters, github_standardInputIsNoFile) {
    policy::CheckReport report = sample();
    auto object = std::make_shared<config::ConfigObject>(*report.findings.front().object);
    object->source = std::make_shared<config::SourceText>(config::SourceText{"-", object->source->text});
    report.findings.front().object = object;
    EXPECT_TRUE(analyzeGithub(report).starts_with("::error title=IST0101 ")) << analyzeGithub(report);
}

} // namespace
} // namespace meshdeck::cli
