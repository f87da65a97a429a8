// Checks of the installation and of what Istio gave up, and details of istioctl's rules that its public cases do not
// show: each fires and stays silent.
#include "config/mesh_config_object.h"
#include "policy/checks/codes.h"
#include "unit/policy/checks/sound_mesh.h"

namespace meshdeck::policy {
namespace {

using Lines = std::multiset<std::string>;

Lines only(const std::string& text, std::set<std::string> codes, bool optIn = false, const std::string& mesh = "") {
    CheckOptions options;
    options.only = std::move(codes);
    options.optIn = optIn;
    std::vector<ConfigObjectPtr> objects;
    addObjects("mesh.yaml", text, objects);
    if (!mesh.empty()) {
        objects.push_back(config::meshConfigObject(std::make_shared<const config::SourceText>(config::SourceText{"mesh", mesh}), {}));
    }
    Lines lines;
    for (const Finding& finding : runChecks(World::build(objects), options).findings) {
        lines.insert(finding.code + " " + finding.object->ref.name + " " + config::fieldPath(finding.pointer));
    }
    return lines;
}

std::string ns(const std::string& labels) {
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {" + labels + "}}\n";
}
std::string pod(const std::string& annotations, const std::string& containers) {
    return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, labels: {app: p}, annotations: {" + annotations +
           "}}\nspec: {containers: [" + containers + "]}\n";
}
std::string gateway(const std::string& name, const std::string& selector, const std::string& server) {
    return "---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: " + name + ", namespace: shop}\n"
           "spec: {selector: {" + selector + "}, servers: [{" + server + "}]}\n";
}
std::string http(const std::string& host, const std::string& more = "") {
    return "port: {number: 80, name: http, protocol: HTTP}, hosts: [\"" + host + "\"]" + more;
}
const std::string kIngressPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: gw, namespace: shop, labels: {istio: ingress, app: gw}}\n"
    "spec: {containers: [{name: istio-proxy, image: x}]}\n";

} // namespace

TEST(Deprecated, FieldsAndKindsIstioGaveUp_areTold) {
    const std::set<std::string> codes{"IST0002"};
    const std::string vs = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: vs, namespace: shop}\n"
                           "spec: {hosts: [x.com], http: [{fault: {delay: {PERCENT: 10, fixedDelay: 1s}}, route: [{destination: {host: x.com}}]}]}\n";
    const auto with = [&](const std::string& field) { return std::string(vs).replace(vs.find("PERCENT: 10"), 11, field); };
    EXPECT_EQ(only(with("percent: 10"), codes), Lines{"IST0002 vs spec.http[0].fault.delay.percent"});
    EXPECT_EQ(only(with("percentage: {value: 10}"), codes), Lines{});
    EXPECT_EQ(only("apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: s, namespace: shop}\n"
                   "spec: {outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: x}}}\n", codes),
              Lines{"IST0002 s spec.outboundTrafficPolicy.egressProxy"});
    EXPECT_EQ(only("apiVersion: rbac.istio.io/v1alpha1\nkind: ServiceRole\nmetadata: {name: r, namespace: shop}\nspec: {}\n", codes),
              Lines{"IST0002 r "});
    EXPECT_EQ(only("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: serviceroles.rbac.istio.io}\n"
                   "spec: {group: rbac.istio.io, names: {kind: ServiceRole}}\n", codes),
              Lines{"IST0002 serviceroles.rbac.istio.io spec.names.kind"});
}

TEST(Deprecated, LightstepProvider_isToldWhereItIsUsed) {
    const std::string mesh = "extensionProviders: [{name: old, lightstep: {service: x, port: 1}}, {name: new, opentelemetry: {}}]";
    const auto telemetry = [](const std::string& provider) {
        return "apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: t, namespace: shop}\n"
               "spec: {tracing: [{providers: [{name: " + provider + "}]}]}\n";
    };
    EXPECT_EQ(only(telemetry("old"), {"IST0002"}, false, mesh), Lines{"IST0002 t spec.tracing"});
    EXPECT_EQ(only(telemetry("new"), {"IST0002"}, false, mesh), Lines{});
}

TEST(AlphaAnnotations, OnDemand_withoutThoseThatCniWrites) {
    const std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, annotations: {sidecar.istio.io/logLevel: debug, "
                             "sidecar.istio.io/status: x, sidecar.istio.io/interceptionMode: REDIRECT, proxy.istio.io/config: x}}\n"
                             "spec: {containers: [{name: a, image: x}]}\n";
    EXPECT_EQ(only(text, {"IST0136"}, true), Lines{"IST0136 p metadata.annotations[\"sidecar.istio.io/logLevel\"]"});
    EXPECT_EQ(only(text, {"IST0136"}), Lines{}) << "opt-in";
    const std::string init = text.substr(0, text.find("spec:")) +
                             "spec: {initContainers: [{name: istio-init, image: x}], containers: [{name: a, image: x}]}\n";
    EXPECT_EQ(only(init, {"IST0136"}, true).size(), 2U) << "with an init container the user wrote interceptionMode";
}

TEST(MeshNetworks, UnknownRegistry_isTold) {
    const std::string text = "networks:\n  east:\n    endpoints:\n    - fromRegistry: Kubernetes\n    - fromRegistry: other\n";
    auto source = std::make_shared<const config::SourceText>(config::SourceText{"networks.yaml", text});
    std::vector<ConfigObjectPtr> objects{config::meshNetworksObject(source, {})};
    ASSERT_NE(objects[0], nullptr);
    const CheckReport report = runChecks(World::build(objects));
    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings[0].code, "IST0126");
    EXPECT_EQ(report.findings[0].object->ref.display(), "MeshNetworks istio-system/meshnetworks");
    EXPECT_EQ(config::positionOf(*report.findings[0].object, report.findings[0].pointer).line, 5U);
    addObjects("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: istio-system, labels: {istio/multiCluster: \"true\"}}\ndata: {other: eA==}\n", objects);
    EXPECT_TRUE(runChecks(World::build(objects)).findings.empty());
    EXPECT_EQ(config::meshNetworksObject(std::make_shared<const config::SourceText>(config::SourceText{"x", "[1]"}), {}), nullptr);
}

TEST(GatewayApiVersions, UnservedVersions_areTold) {
    const auto crd = [](const std::string& kind, const std::string& versions) {
        return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: crd}\n"
               "spec: {group: gateway.networking.k8s.io, names: {kind: " + kind + "}, versions: [" + versions + "]}\n";
    };
    const std::set<std::string> codes{"IST0156", "IST0172"};
    const std::string v1 = "{name: v1, served: true}";
    const std::string beta = "{name: v1beta1, served: true}";
    EXPECT_EQ(only(crd("HTTPRoute", v1 + ", " + beta), codes), Lines{});
    EXPECT_EQ(only(crd("HTTPRoute", beta), codes), Lines{"IST0172 crd spec.versions"});
    EXPECT_EQ(only(crd("HTTPRoute", v1 + ", {name: v1beta1, served: false}"), codes), Lines{"IST0156 crd spec.versions"});
    EXPECT_EQ(only(crd("TLSRoute", "{name: v1alpha2, served: true}"), codes), Lines{});
}

TEST(ExternalControlPlane, EveryWebhook_isToldOf) {
    EXPECT_EQ(only("apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: istio-sidecar-injector}\n"
                   "webhooks:\n- {name: a.istio.io, clientConfig: {}}\n- {name: b.istio.io, clientConfig: {url: \"https://10.0.0.1/inject\"}}\n"
                   "- {name: c.istio.io, clientConfig: {url: \"https://istiod.example.com/inject\"}}\n", {"IST0163", "IST0164"}),
              (Lines{"IST0163 istio-sidecar-injector webhooks[0].clientConfig", "IST0164 istio-sidecar-injector webhooks[1].clientConfig.url"}));
}

TEST(Gateways, Conflict_isTheSameHostPortAndAddress) {
    const std::set<std::string> codes{"IST0145"};
    const std::string one = gateway("one", "istio: ingress", http("a.com"));
    EXPECT_EQ(only(one + gateway("two", "istio: ingress", http("a.com")), codes),
              (Lines{"IST0145 one spec.servers[0]", "IST0145 two spec.servers[0]"}));
    EXPECT_EQ(only(one + gateway("two", "istio: ingress", http("*.com")), codes), Lines{}) << "the more specific host is taken";
    EXPECT_EQ(only(one + gateway("two", "istio: ingress", http("a.com", ", bind: 10.0.0.1")), codes), Lines{});
    EXPECT_EQ(only(one + gateway("two", "istio: other", http("a.com")), codes), Lines{});
}

TEST(Gateways, WiderSelector_conflictsWhereAPodServesBoth) {
    const std::string both = gateway("one", "istio: ingress", http("a.com")) + gateway("two", "istio: ingress, app: gw", http("a.com"));
    EXPECT_EQ(only(both, {"IST0145"}), Lines{});
    EXPECT_EQ(only(kIngressPod + both, {"IST0145"}), (Lines{"IST0145 one spec.servers[0]", "IST0145 two spec.servers[0]"}));
}

TEST(Gateways, SharedCertificate_isToldOfTheWiderSelector) {
    const auto server = [](const std::string& tls) {
        return "port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.com], tls: {mode: SIMPLE, " + tls + "}";
    };
    const std::set<std::string> codes{"IST0138"};
    EXPECT_EQ(only(gateway("wide", "istio: ingress", server("credentialName: c")) +
                       gateway("narrow", "istio: ingress, app: gw", server("credentialName: c")), codes),
              Lines{"IST0138 wide spec.servers"});
    const std::string files = server("serverCertificate: /a, privateKey: /b");
    EXPECT_EQ(only(gateway("one", "istio: ingress", files) + gateway("two", "istio: ingress", files), codes),
              (Lines{"IST0138 one spec.servers", "IST0138 two spec.servers"}));
    EXPECT_EQ(only(gateway("one", "istio: ingress", server("credentialName: c")) + gateway("two", "istio: ingress", server("credentialName: d")), codes),
              Lines{});
}

TEST(Injection, RevisionCounts_whereItsInjectorIsKnown) {
    const std::set<std::string> codes{"IST0103"};
    const std::string bare = pod("", "{name: app, image: x}");
    const std::string tag = "---\napiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: istio-revision-tag-prod}\n"
                            "webhooks:\n- {name: rev.namespace.sidecar-injector.istio.io, clientConfig: {service: {name: istiod, namespace: istio-system}}, "
                            "namespaceSelector: {matchExpressions: [{key: istio.io/rev, operator: In, values: [prod]}]}}\n";
    EXPECT_EQ(only(ns("istio.io/rev: prod") + bare, codes), Lines{}) << "nobody injects this revision";
    EXPECT_EQ(only(ns("istio.io/rev: prod") + bare + tag, codes), Lines{"IST0103 p "});
    EXPECT_EQ(only(ns("istio.io/rev: other") + bare + tag, codes), Lines{});
    EXPECT_EQ(only(ns("istio-injection: enabled, istio.io/dataplane-mode: ambient") + bare, codes), Lines{}) << "ambient";
    EXPECT_EQ(only(ns("istio.io/dataplane-mode: none"), {"IST0102"}), Lines{"IST0102 shop metadata.name"});
}

TEST(Injection, ImageVariant_isNoMismatch) {
    const std::string map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\n"
                            "data: {values: '{\"global\": {\"hub\": \"hub\", \"tag\": \"1\", \"proxy\": {\"image\": \"proxyv2\"}}}'}\n";
    const std::string start = ns("istio-injection: enabled") + map;
    const std::string distroless = "{name: istio-proxy, image: 'hub/proxyv2:1-distroless'}";
    EXPECT_EQ(only(start + pod("", "{name: istio-proxy, image: 'hub/proxyv2:1'}"), {"IST0158"}), Lines{});
    EXPECT_EQ(only(start + pod("", distroless), {"IST0158"}), Lines{"IST0158 shop "});
    EXPECT_EQ(only(start + pod("proxy.istio.io/config: 'image: {imageType: distroless}'", distroless), {"IST0158"}), Lines{});
    EXPECT_EQ(only(start + pod("", distroless), {"IST0158"}, false, "defaultConfig: {image: {imageType: distroless}}"), Lines{});
}

TEST(DestinationRules, WildcardHost_isAHint) {
    std::vector<ConfigObjectPtr> objects;
    addObjects("sound.yaml", kSound, objects);
    addObjects("more.yaml", "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: wide, namespace: shop}\n"
                            "spec: {host: \"*.shop.svc.cluster.local\", trafficPolicy: {loadBalancer: {simple: RANDOM}}}\n"
                            "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: lost, namespace: shop}\n"
                            "spec: {host: \"*.nowhere\", trafficPolicy: {loadBalancer: {simple: RANDOM}}}\n", objects);
    CheckOptions options;
    options.only = {"IST0174"};
    const CheckReport report = runChecks(World::build(objects), options);
    ASSERT_EQ(report.findings.size(), 2U);
    EXPECT_EQ(report.findings[0].object->ref.name, "lost");
    EXPECT_EQ(report.findings[0].severity, Severity::Warning);
    EXPECT_EQ(report.findings[1].object->ref.name, "wide");
    EXPECT_EQ(report.findings[1].severity, Severity::Info) << "it has an effect";
}

TEST(Codes, EveryCode_isReportedByACheckOrSaysWhyNot) {
    std::set<std::string_view> reported, excused;
    for (const Check& check : allChecks()) {
        reported.insert(check.codes.begin(), check.codes.end());
    }
    for (const UncheckedCode& one : uncheckedCodes()) {
        EXPECT_NE(findCode(one.code), nullptr) << one.code;
        EXPECT_FALSE(reported.contains(one.code)) << one.code;
        EXPECT_FALSE(one.reason.empty());
        excused.insert(one.code);
    }
    for (const Code& code : allCodes()) {
        EXPECT_TRUE(reported.contains(code.code) || excused.contains(code.code)) << code.code;
    }
}

} // namespace meshdeck::policy
