// Random meshes that istioctl 1.30.3 analysed (tests/data/live-analysis): sets of (code, resource) for the codes listed.
#include <set>

#include "unit/policy/checks/case_files.h"

namespace meshdeck::policy {
namespace {

const std::string kFile = MESHDECK_TEST_DATA "/live-analysis/cases.json";

const config::Json& document() {
    static const config::Json kDocument = [] {
        auto parsed = config::parseJson(slurp(kFile));
        return parsed ? *parsed : config::Json();
    }();
    return kDocument;
}

class LiveAnalysis : public testing::TestWithParam<std::size_t> {};

} // namespace

TEST_P(LiveAnalysis, Findings_asIstioctl) {
    const config::Json& one = document().at("cases").at(GetParam());
    std::vector<ConfigObjectPtr> objects;
    addObjects("config.yaml", one.at("config"), objects);
    CheckOptions options;
    for (const config::Json& code : document().at("codes")) {
        options.only.insert(code.get<std::string>());
    }
    std::set<std::string> found;
    std::string words;
    for (const Finding& finding : runChecks(World::build(objects), options).findings) {
        found.insert(finding.code + " " + finding.object->ref.display());
        words += finding.code + " " + finding.object->ref.display() + " " + finding.pointer + ": " + finding.message + "\n";
    }
    std::set<std::string> expected;
    for (const config::Json& finding : one.at("findings")) {
        expected.insert(finding.at("code").get<std::string>() + " " + finding.at("resource").get<std::string>());
    }
    EXPECT_EQ(found, expected) << words;
}

INSTANTIATE_TEST_SUITE_P(Istioctl, LiveAnalysis, testing::Range<std::size_t>(0, document().at("cases").size()));

} // namespace meshdeck::policy
