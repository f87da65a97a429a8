// Kiali's checks of DestinationRules beside PeerAuthentications, and of services beside containers.
#include "unit/policy/checks/sound_mesh.h"

namespace meshdeck::policy {
namespace {

using Lines = std::multiset<std::string>;

std::string rule(const std::string& name, const std::string& host, const std::string& policy, const std::string& ns = "istio-system") {
    return "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + name + ", namespace: " + ns +
           "}\nspec: {host: \"" + host + "\", trafficPolicy: {" + policy + "}}\n";
}
std::string peer(const std::string& ns, const std::string& mode) {
    return "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: " + ns +
           "}\nspec: {mtls: {mode: " + mode + "}}\n";
}
const std::string kMutual = "tls: {mode: ISTIO_MUTUAL}";

Lines check(const std::string& more, bool autoMtls, std::set<std::string> codes) {
    config::MeshConfig mesh;
    mesh.enableAutoMtls = autoMtls;
    CheckOptions options;
    options.only = std::move(codes);
    return findingsOf({kSound, more}, options, mesh);
}

} // namespace

TEST(MtlsRules, MeshWideMutual_wantsAPeerAuthentication) {
    const std::set<std::string> codes{"KIA0205", "KIA0206"};
    const std::string wide = rule("wide", "*.local", kMutual);
    EXPECT_EQ(check(wide, false, codes), Lines{"KIA0205 wide spec.trafficPolicy.tls.mode"});
    EXPECT_EQ(check(wide, true, codes), Lines{}) << "auto mTLS finds out";
    EXPECT_EQ(check(wide + peer("istio-system", "STRICT"), false, codes), Lines{});
    const std::string shop = rule("shop", "*.shop.svc.cluster.local", kMutual, "shop");
    EXPECT_EQ(check(shop, false, codes), Lines{"KIA0206 shop spec.trafficPolicy.tls.mode"});
    EXPECT_EQ(check(shop + peer("shop", "PERMISSIVE"), false, codes), Lines{});
}

TEST(MtlsRules, StrictWithoutARule_refusesCalls) {
    const std::set<std::string> codes{"KIA0401", "KIA0501"};
    EXPECT_EQ(check(peer("istio-system", "STRICT"), false, codes), Lines{"KIA0401 default spec.mtls.mode"});
    EXPECT_EQ(check(peer("shop", "STRICT"), false, codes), Lines{"KIA0501 default spec.mtls.mode"});
    EXPECT_EQ(check(peer("shop", "STRICT"), true, codes), Lines{});
    EXPECT_EQ(check(peer("shop", "STRICT") + rule("shop", "*.shop.svc.cluster.local", kMutual, "shop"), false, codes), Lines{});
    EXPECT_EQ(check(peer("istio-system", "STRICT") + rule("wide", "*.local", kMutual), false, codes), Lines{});
}

TEST(MtlsRules, DisabledBesideAMutualRule_failsCalls) {
    const std::set<std::string> codes{"KIA0505", "KIA0506"};
    const std::string wide = rule("wide", "*.local", kMutual);
    EXPECT_EQ(check(peer("shop", "DISABLE") + wide, true, codes), Lines{"KIA0505 default spec.mtls.mode"});
    EXPECT_EQ(check(peer("istio-system", "DISABLE") + wide, true, codes), Lines{"KIA0506 default spec.mtls.mode"});
    EXPECT_EQ(check(peer("shop", "DISABLE") + wide + rule("plain", "*.shop.svc.cluster.local", "tls: {mode: DISABLE}", "shop"), true, codes),
              Lines{});
    EXPECT_EQ(check(peer("shop", "DISABLE"), true, codes), Lines{}) << "auto mTLS sends plaintext";
}

TEST(MtlsRules, RuleWithoutTls_hidesTheWiderOne) {
    const std::set<std::string> codes{"KIA0204"};
    const std::string narrow = rule("narrow", "reviews.shop.svc.cluster.local", "loadBalancer: {simple: RANDOM}", "shop");
    EXPECT_EQ(check(narrow + rule("wide", "*.local", "tls: {mode: SIMPLE}"), true, codes), Lines{"KIA0204 narrow spec.trafficPolicy"});
    EXPECT_EQ(check(narrow + rule("wide", "*.local", kMutual), false, codes), Lines{"KIA0204 narrow spec.trafficPolicy"});
    EXPECT_EQ(check(narrow + rule("wide", "*.local", kMutual), true, codes), Lines{}) << "auto mTLS does the same";
    EXPECT_EQ(check(narrow + rule("wide", "*.example.com", "tls: {mode: SIMPLE}"), true, codes), Lines{});
}

TEST(ServicePorts, PortThatNoContainerHas_isTold) {
    const auto service = [](const std::string& target) {
        return "apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: shop}\n"
               "spec: {selector: {app: reviews}, ports: [{name: http, port: 80, targetPort: " + target + "}]}\n";
    };
    const std::set<std::string> codes{"KIA0701"};
    EXPECT_EQ(check(service("9080"), true, codes), Lines{});
    EXPECT_EQ(check(service("9999"), true, codes), Lines{"KIA0701 other spec.ports[0]"});
    EXPECT_EQ(check(service("named"), true, codes), Lines{"KIA0701 other spec.ports[0]"});
}

TEST(ServicePorts, PortsOfTheProxyAlone_sayNothing) {
    const std::string text =
        "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {selector: {app: quiet}, ports: [{name: http, port: 80}]}\n"
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: quiet, namespace: shop, labels: {app: quiet}}\n"
        "spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: p, ports: [{containerPort: 15090}]}]}\n";
    EXPECT_EQ(check(text, true, {"KIA0701"}), Lines{});
}

TEST(Sidecars, OutboundPolicyWithoutMode_isTold) {
    const auto sidecar = [](const std::string& policy) {
        return "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: shop}\n"
               "spec: {outboundTrafficPolicy: {" + policy + "}, egress: [{hosts: [\"./*\"]}]}\n";
    };
    EXPECT_EQ(check(sidecar(""), true, {"KIA1007"}), Lines{"KIA1007 default spec.outboundTrafficPolicy"});
    EXPECT_EQ(check(sidecar("mode: ALLOW_ANY"), true, {"KIA1007"}), Lines{});
}

TEST(WorkloadGroups, SameLabels_areToldOfBoth) {
    const auto group = [](const std::string& name, const std::string& app) {
        return "---\napiVersion: networking.istio.io/v1\nkind: WorkloadGroup\nmetadata: {name: " + name +
               ", namespace: shop}\nspec: {metadata: {labels: {app: " + app + "}}, template: {serviceAccount: web}}\n";
    };
    EXPECT_EQ(check(group("a", "x") + group("b", "x"), true, {"KIA1702"}),
              (Lines{"KIA1702 a spec.metadata.labels", "KIA1702 b spec.metadata.labels"}));
    EXPECT_EQ(check(group("a", "x") + group("b", "y"), true, {"KIA1702"}), Lines{});
}

} // namespace meshdeck::policy
