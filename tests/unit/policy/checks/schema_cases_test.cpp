// Documents that the API server accepts or rejects (tests/data/schema-validation): IST0106 says the same.
#include "unit/policy/checks/case_files.h"

namespace meshdeck::policy {
namespace {

struct Document {
    std::string name;
    bool valid = true;
    config::Json json;
};

std::vector<Document> documents() {
    std::vector<Document> all;
    for (const auto& [file, valid] : std::vector<std::pair<std::string, bool>>{
             {"authz-invalid", false}, {"destinationrule-invalid", false}, {"peerauth-valid", true},
             {"proxyconfig-invalid", false}, {"reqauth-invalid", false}, {"reqauth-valid", true},
             {"serviceentry-valid", true}, {"telemetry-invalid", false}, {"wasm-invalid", false}, {"wasm-valid", true},
             {"workloadgroup-valid", true}}) {
        const auto parsed = config::parseYaml(slurp(MESHDECK_TEST_DATA "/schema-validation/" + file + ".yaml"));
        if (!parsed) {
            ADD_FAILURE() << file << ": " << parsed.error().what;
            continue;
        }
        for (std::size_t i = 0; i < parsed->size(); ++i) {
            all.push_back({file + "-" + std::to_string(i), valid, (*parsed)[i]});
        }
    }
    return all;
}

class SchemaCases : public testing::TestWithParam<Document> {};

} // namespace

TEST_P(SchemaCases, Document_asTheApiServer) {
    config::Json json = GetParam().json;
    const std::string error = json.contains("_err") ? json.at("_err").get<std::string>() : std::string();
    json.erase("_err");
    std::vector<ConfigObjectPtr> objects;
    addObjects("document.json", json.dump(), objects);
    CheckOptions options;
    options.only = {"IST0106"};
    const CheckReport report = runChecks(World::build(objects), options);
    if (GetParam().valid) {
        EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
    } else {
        EXPECT_FALSE(report.findings.empty()) << error;
    }
}

INSTANTIATE_TEST_SUITE_P(IstioApi, SchemaCases, testing::ValuesIn(documents()),
                         [](const auto& param) { return testName(param.param.name); });

} // namespace meshdeck::policy
