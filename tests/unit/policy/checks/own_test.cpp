// Traps of facts/semantics.md 8 and Kiali's checks: each said once, at its field, and silent where all is well.
#include <set>

#include "unit/policy/checks/sound_mesh.h"

namespace meshdeck::policy {
namespace {

std::string route(const std::string& http) {
    return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: other, namespace: shop}\n"
           "spec: {hosts: [elsewhere.example.com], http: [" + http + "]}\n";
}

struct Trap {
    std::string name, config;
    std::multiset<std::string> findings;
};

class Traps : public testing::TestWithParam<Trap> {};

const std::string kTo = "route: [{destination: {host: reviews}}]";

} // namespace

TEST(OwnChecks, SoundMesh_hasNoFinding) {
    EXPECT_EQ(codesOf(""), std::multiset<std::string>());
}

TEST_P(Traps, Finding_atItsField) {
    EXPECT_EQ(codesOf(GetParam().config), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    Semantics, Traps,
    testing::Values(
        Trap{"dottedShortHost", route("{route: [{destination: {host: reviews.shop}}]}"),
             {"IST0101 other spec.http[0].route[0].destination.host", "MD0001 other spec.http[0].route[0].destination.host"}},
        Trap{"faultWithoutPercentage", route("{fault: {delay: {fixedDelay: 5s}}, " + kTo + "}"),
             {"MD0009 other spec.http[0].fault.delay"}},
        Trap{"retriesWithoutAttempts", route("{retries: {}, " + kTo + "}"), {"MD0008 other spec.http[0].retries"}},
        Trap{"omittedWeight",
             route("{route: [{destination: {host: reviews, subset: v1}, weight: 100}, {destination: {host: reviews, subset: v2}}]}"),
             {"MD0010 other spec.http[0].route[1]"}},
        Trap{"weightsNotHundred",
             route("{route: [{destination: {host: reviews, subset: v1}, weight: 3}, {destination: {host: reviews, subset: v2}, weight: 1}]}"),
             {"MD0003 other spec.http[0].route"}},
        Trap{"weightsAllZero",
             route("{route: [{destination: {host: reviews, subset: v1}, weight: 0}, {destination: {host: reviews, subset: v2}, weight: 0}]}"),
             {"IST0106 other spec.http[0].route"}},
        Trap{"singleWeight", route("{route: [{destination: {host: reviews, subset: v1}, weight: 30}]}"),
             {"KIA1104 other spec.http[0].route[0].weight"}},
        Trap{"removedSubset", route("{route: [{destination: {host: reviews, subset: v9}}]}"),
             {"IST0101 other spec.http[0].route[0].destination.subset"}},
        Trap{"allowNothing",
             "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: nothing, namespace: shop}\nspec: {}\n",
             {"MD0007 nothing spec"}},
        Trap{"unknownMethod",
             "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: m, namespace: shop}\n"
             "spec: {rules: [{to: [{operation: {methods: [get]}}]}]}\n",
             {"KIA0102 m spec.rules[0].to[0].operation.methods[0]"}},
        Trap{"unknownAccount",
             "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: shop}\n"
             "spec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/nobody]}}]}]}\n",
             {"KIA0106 p spec.rules[0].from[0].source.principals[0]"}},
        Trap{"portDropsTheRest",
             "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ports, namespace: shop}\n"
             "spec: {host: reviews.shop.svc.cluster.local, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}, "
             "portLevelSettings: [{port: {number: 9080}, loadBalancer: {simple: RANDOM}}]}}\n",
             {"MD0013 ports spec.trafficPolicy.portLevelSettings[0]"}},
        Trap{"plaintextIntoStrict",
             "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: shop}\n"
             "spec: {mtls: {mode: STRICT}}\n---\n"
             "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: plaintext, namespace: shop}\n"
             "spec: {host: reviews, trafficPolicy: {tls: {mode: DISABLE}}}\n",
             {"KIA0207 plaintext spec.trafficPolicy.tls.mode"}},
        Trap{"unknownExportTo",
             "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: far, namespace: shop}\n"
             "spec: {host: reviews, exportTo: [nowhere]}\n",
             {"KIA0005 far spec.exportTo[0]"}}),
    [](const auto& param) { return param.param.name; });

TEST(Fixes, Patch_mendsTheFinding) {
    std::vector<ConfigObjectPtr> objects;
    addObjects("sound.yaml", kSound, objects);
    addObjects("more.yaml", route("{fault: {abort: {httpStatus: 500}}, " + kTo + "}"), objects);
    const CheckReport report = runChecks(World::build(objects));
    ASSERT_EQ(report.findings.size(), 1U);
    ASSERT_TRUE(report.findings[0].fix);
    const nlohmann::json patched = nlohmann::json::parse(report.findings[0].object->json->dump())
                                       .patch(nlohmann::json::parse(report.findings[0].fix->patch.dump()));
    const auto mended = config::withJson(*report.findings[0].object, config::Json::parse(patched.dump()));
    ASSERT_TRUE(mended);
    EXPECT_TRUE(runChecks(World::build(objects)->with({{(*mended)->ref, *mended}})).findings.empty());
}

} // namespace meshdeck::policy
