// Istio's own analyzer cases (tests/data/analysis): multisets of (code, resource), and only the codes the case's
// analyzer can produce.
#include <algorithm>
#include <map>
#include <set>

#include "policy/checks/codes.h"
#include "unit/policy/checks/case_files.h"

namespace meshdeck::policy {
namespace {

const std::string kData = MESHDECK_TEST_DATA "/analysis/";

struct AnalysisCase {
    std::string id, analyzer;
    config::Json json;
};

// The codes each of istioctl's analyzers can report.
const std::map<std::string, std::set<std::string>>& analyzerCodes() {
    static const std::map<std::string, std::set<std::string>> kCodes{
        {"annotations.K8sAnalyzer", {"IST0107", "IST0108", "IST0125", "IST0135", "IST0136"}},
        {"authn.BlockedCIDRsAnalyzer", {"IST0175"}},
        {"conditions.ConditionAnalyzer", {"IST0171"}},
        {"deployment.ApplicationUIDAnalyzer", {"IST0144"}},
        {"deployment.ServiceAssociationAnalyzer", {"IST0116", "IST0137"}},
        {"destinationrule.CaCertificateAnalyzer", {"IST0128", "IST0129"}},
        {"destinationrule.PodNotSelectedAnalyzer", {"IST0173", "IST0174"}},
        {"envoyfilter.EnvoyPatchAnalyzer", {"IST0151", "IST0152", "IST0153", "IST0154", "IST0155"}},
        {"externalcontrolplane.ExternalControlPlaneAnalyzer", {"IST0163", "IST0164"}},
        {"gateway.ConflictingGatewayAnalyzer", {"IST0145"}},
        {"gateway.IngressGatewayPortAnalyzer", {"IST0101", "IST0162"}},
        {"gateway.SecretAnalyzer", {"IST0101", "IST0161"}},
        {"injection.Analyzer", {"IST0102", "IST0103", "IST0123", "IST0148"}},
        {"injection.ImageAnalyzer", {"IST0158"}},
        {"k8sgateway.CRDVersionAnalyzer", {"IST0176"}},
        {"k8sgateway.SelectorAnalyzer", {"IST0166"}},
        {"schemaValidation.CollectionValidationAnalyzer(collections.VirtualService)", {"IST0130", "IST0131"}},
        {"service.PortNameAnalyzer", {"IST0118", "IST0150"}},
        {"serviceentry.ConflictingServiceEntryProtocolAnalyzer", {"IST0177"}},
        {"serviceentry.ProtocolAddressesAnalyzer", {"IST0134"}},
        {"sidecar.SelectorAnalyzer", {"IST0101", "IST0110", "IST0111", "IST0167"}},
        {"telemetry.ProviderAnalyzer", {"IST0157"}},
        {"telemetry.SelectorAnalyzer", {"IST0101", "IST0159"}},
        {"virtualservice.ConflictingMeshGatewayHostsAnalyzer", {"IST0109"}},
        {"virtualservice.DestinationHostAnalyzer", {"IST0101", "IST0112", "IST0140"}},
        {"virtualservice.GatewayAnalyzer", {"IST0101", "IST0132", "IST0165"}},
        {"webhook.Analyzer", {"IST0139"}},
    };
    return kCodes;
}

// One code, IST0101, belongs to many analyzers: the field says which.
bool ofAnalyzer(const Finding& finding, const std::string& analyzer) {
    if (finding.code != "IST0101") {
        return true;
    }
    const std::string& pointer = finding.pointer;
    if (analyzer == "virtualservice.DestinationHostAnalyzer") {
        return finding.object->ref.kind == "VirtualService" && pointer.find("/subset") == std::string::npos &&
               pointer.find("/gateways") == std::string::npos;
    }
    if (analyzer == "virtualservice.GatewayAnalyzer") {
        return pointer.find("/gateways") != std::string::npos;
    }
    if (analyzer == "gateway.SecretAnalyzer") {
        return pointer.find("credentialName") != std::string::npos;
    }
    if (analyzer == "gateway.IngressGatewayPortAnalyzer") {
        return pointer == "/spec/selector";
    }
    return analyzer.starts_with("sidecar") ? finding.object->ref.kind == "Sidecar"
                                           : finding.object->ref.kind == "Telemetry";
}

std::vector<AnalysisCase> cases() {
    const auto document = config::parseJson(slurp(kData + "cases.json"));
    std::vector<AnalysisCase> all;
    for (const config::Json& one : document->at("cases")) {
        all.push_back({one.at("id"), one.at("analyzer"), one});
    }
    return all;
}

class AnalysisCases : public testing::TestWithParam<AnalysisCase> {};

using Lines = std::multiset<std::string>;

} // namespace

TEST_P(AnalysisCases, Findings_asIstioctl) {
    const config::Json& json = GetParam().json;
    std::vector<ConfigObjectPtr> objects;
    addObjects("default-ingress.yaml", slurp(kData + "defaults/default-ingress.yaml"), objects);
    for (const config::Json& file : json.at("inputFiles")) {
        addObjects(file, slurp(kData + file.get<std::string>()), objects);
    }
    config::MeshConfig mesh;
    if (json.at("meshConfigFile").is_string()) {
        const auto read = config::readMeshConfig(slurp(kData + json.at("meshConfigFile").get<std::string>()));
        ASSERT_TRUE(read) << read.error().what;
        mesh = *read;
    }
    const auto codes = analyzerCodes().find(GetParam().analyzer);
    ASSERT_NE(codes, analyzerCodes().end()) << GetParam().analyzer;
    CheckOptions options;
    options.only = codes->second;
    options.optIn = json.at("skipAll").get<bool>();
    Lines found;
    std::set<std::string> said; // equal messages on one resource count once (cases/README.md)
    std::string words;
    for (const Finding& finding : runChecks(World::build(objects, mesh), options).findings) {
        if (ofAnalyzer(finding, GetParam().analyzer) &&
            said.insert(finding.code + finding.object->ref.display() + finding.message).second) {
            found.insert(finding.code + " " + finding.object->ref.display());
            words += finding.code + " " + finding.object->ref.display() + " " + finding.pointer + ": " + finding.message + "\n";
        }
    }
    Lines expected;
    for (const config::Json& one : json.at("expected")) {
        expected.insert(one.at("code").get<std::string>() + " " + one.at("resource").get<std::string>());
    }
    EXPECT_EQ(found, expected) << words;
}

INSTANTIATE_TEST_SUITE_P(Istio, AnalysisCases, testing::ValuesIn(cases()),
                         [](const auto& param) { return testName(param.param.id); });

TEST(Codes, EveryMessageOfIstio_isKnownWithItsNameAndLevel) {
    const auto document = config::parseJson(slurp(kData + "messages.json"));
    for (const config::Json& message : document->at("messages")) {
        const std::string code = message.at("code");
        const Code* known = findCode(code);
        ASSERT_NE(known, nullptr) << code;
        EXPECT_EQ(known->name, message.at("name").get<std::string>()) << code;
        std::string level = message.at("level");
        std::transform(level.begin(), level.end(), level.begin(), [](unsigned char c) { return std::tolower(c); });
        EXPECT_EQ(name(known->severity), level) << code;
    }
}

TEST(Codes, EveryCheck_reportsKnownCodesOnly) {
    for (const Check& check : allChecks()) {
        EXPECT_FALSE(check.codes.empty()) << check.id;
        for (const std::string_view code : check.codes) {
            EXPECT_NE(findCode(code), nullptr) << check.id << " " << code;
        }
    }
    const auto codes = allCodes();
    EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end(),
                               [](const Code& a, const Code& b) { return a.code < b.code; }));
}

} // namespace meshdeck::policy
