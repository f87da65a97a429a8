// Kiali's checks of ambient mode: each fires at its field and is silent once the mesh is put right.
#include "unit/policy/checks/sound_mesh.h"

namespace meshdeck::policy {
namespace {

using Lines = std::multiset<std::string>;

const std::string kGroup = "apiVersion: security.istio.io/v1\n";

std::string ns(const std::string& labels) {
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {" + labels + "}}\n";
}

const std::string kAmbient = "istio.io/dataplane-mode: ambient";
const std::string kEnrolled = kAmbient + ", istio.io/use-waypoint: way";

const std::string kWaypoint =
    "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: way, namespace: shop}\n"
    "spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n";

std::string web(const std::string& serviceLabels = "", const std::string& podLabels = "") {
    return "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {" + serviceLabels +
           "}}\nspec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
           "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
           "spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web" + podLabels +
           "}}, spec: {containers: [{name: app, image: x, ports: [{containerPort: 8080}]}]}}}\n";
}

std::string policy(const std::string& target) {
    return "---\n" + kGroup + "kind: AuthorizationPolicy\nmetadata: {name: ap, namespace: shop}\nspec: {" + target +
           "rules: [{to: [{operation: {methods: [GET]}}]}]}\n";
}

const std::string kSelector = "selector: {matchLabels: {app: web}}, ";
const std::string kTargetRefs = "targetRefs: [{kind: Service, group: \"\", name: web}], ";

std::string pod(const std::string& labels, const std::string& annotations, const std::string& containers) {
    return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, labels: {app: p" + labels +
           "}, annotations: {" + annotations + "}}\nspec: {containers: [" + containers + "]}\n";
}

const std::string kApp = "{name: app, image: x}";
const std::string kAppAndProxy = kApp + ", {name: istio-proxy, image: proxy}";

Lines only(const std::vector<std::string>& texts, std::set<std::string> codes) {
    CheckOptions options;
    options.only = std::move(codes);
    options.optIn = true;
    std::string all;
    for (const std::string& text : texts) {
        all += text;
    }
    return findingsOf({all}, options);
}

} // namespace

TEST(AmbientPolicies, HttpConditionsWithoutWaypoint_haveNoEffect) {
    const std::set<std::string> codes{"KIA0109", "KIA0110"};
    EXPECT_EQ(only({ns(kAmbient), web(), policy(kSelector)}, codes), Lines{"KIA0109 ap spec.selector"});
    EXPECT_EQ(only({ns(kAmbient), web(), policy(kTargetRefs)}, codes), Lines{"KIA0109 ap spec"});
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web(), policy(kSelector)}, codes), Lines{"KIA0110 ap spec.selector"});
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web(), policy(kTargetRefs)}, codes), Lines{});
    EXPECT_EQ(only({ns("istio-injection: enabled"), web(), policy(kSelector)}, codes), Lines{}) << "sidecars look at HTTP";
}

TEST(AmbientPolicies, ConnectionConditions_needNoWaypoint) {
    const std::string l4 = "---\n" + kGroup + "kind: AuthorizationPolicy\nmetadata: {name: ap, namespace: shop}\n"
                           "spec: {rules: [{to: [{operation: {ports: [\"8080\"]}}]}]}\n";
    EXPECT_EQ(only({ns(kAmbient), web(), l4}, {"KIA0109", "KIA0110", "KIA1317"}), Lines{});
}

TEST(AmbientPolicies, ServiceOfItsOwnWaypoint_isBehindIt) {
    EXPECT_EQ(only({ns(kAmbient), kWaypoint, web("istio.io/use-waypoint: way"), policy(kSelector)}, {"KIA0109", "KIA0110"}),
              Lines{"KIA0110 ap spec.selector"});
}

TEST(AmbientPolicies, OtherKinds_alike) {
    const std::string ra = "---\n" + kGroup + "kind: RequestAuthentication\nmetadata: {name: ra, namespace: shop}\nspec: {jwtRules: [{issuer: x}]}\n";
    const std::string wasm = "---\napiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: wasm, namespace: shop}\n"
                             "spec: {url: \"oci://x/y\", selector: {matchLabels: {app: web}}}\n";
    const std::string telemetry = "---\napiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: t, namespace: shop}\n"
                                  "spec: {tracing: [{randomSamplingPercentage: 1}]}\n";
    const std::set<std::string> codes{"KIA1110", "KIA1111", "KIA1112", "KIA1115", "KIA1116", "KIA1117"};
    EXPECT_EQ(only({ns(kAmbient), web(), ra, wasm, telemetry}, codes),
              (Lines{"KIA1110 ra spec", "KIA1111 wasm spec.selector", "KIA1112 t spec"}));
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web(), ra, wasm, telemetry}, codes),
              (Lines{"KIA1115 ra spec", "KIA1116 wasm spec.selector", "KIA1117 t spec"}));
    EXPECT_EQ(only({ns("istio-injection: enabled"), web(), ra, wasm, telemetry}, codes), Lines{});
}

TEST(AmbientPolicies, WorkloadSide_isToldOnDemand) {
    EXPECT_EQ(only({ns(kAmbient), web(), policy(kSelector)}, {"KIA1317"}), Lines{"KIA1317 web "});
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web(), policy(kSelector)}, {"KIA1317"}), Lines{});
}

TEST(AmbientRouting, Rules_countAtTheWaypointOfTheService) {
    const std::set<std::string> codes{"KIA0210", "KIA0211", "KIA0212", "KIA1109", "KIA1113", "KIA1114"};
    const auto rules = [](const std::string& home) {
        return "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: dr, namespace: " + home +
               "}\nspec: {host: web.shop.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: RANDOM}}}\n"
               "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: vs, namespace: " + home +
               "}\nspec: {hosts: [web.shop.svc.cluster.local], http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}\n";
    };
    EXPECT_EQ(only({ns(kAmbient), web(), rules("shop")}, codes), (Lines{"KIA0210 dr spec.host", "KIA1109 vs spec.hosts[0]"}));
    EXPECT_EQ(only({ns(kAmbient), kWaypoint, web(), rules("shop")}, codes),
              (Lines{"KIA0211 dr spec.host", "KIA1113 vs spec.hosts[0]"}));
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web(), rules("shop")}, codes), Lines{});
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web("istio.io/use-waypoint: none"), rules("shop")}, codes),
              (Lines{"KIA0211 dr spec.host", "KIA1113 vs spec.hosts[0]"}));
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web(), rules("other")}, codes),
              (Lines{"KIA0212 dr metadata.namespace", "KIA1114 vs metadata.namespace"}));
    EXPECT_EQ(only({ns("istio-injection: enabled"), web(), rules("shop")}, codes), Lines{});
}

TEST(AmbientWorkloads, BothModes_areTold) {
    const std::set<std::string> codes{"KIA1311", "KIA1314", "KIA1315", "KIA1316"};
    EXPECT_EQ(only({ns(""), web("", ", istio.io/dataplane-mode: ambient, sidecar.istio.io/inject: \"true\"")}, codes),
              Lines{"KIA1311 web spec.template.metadata.labels"});
    EXPECT_EQ(only({ns(""), pod(", sidecar.istio.io/inject: \"true\"", "ambient.istio.io/redirection: enabled", kApp)}, codes),
              Lines{"KIA1314 p metadata.labels"});
    EXPECT_EQ(only({ns(""), pod(", istio.io/dataplane-mode: ambient", "", kAppAndProxy)}, codes),
              Lines{"KIA1315 p metadata.labels"});
    EXPECT_EQ(only({ns(kAmbient), pod("", "", kAppAndProxy)}, codes), Lines{"KIA1316 p "});
    EXPECT_EQ(only({ns(kAmbient), pod(", istio.io/dataplane-mode: none", "", kAppAndProxy)}, codes), Lines{}) << "meant";
    EXPECT_EQ(only({ns(kAmbient), pod("", "", "{name: istio-proxy, image: proxy}")}, codes), Lines{}) << "a gateway";
    EXPECT_EQ(only({ns(kAmbient), pod("", "ambient.istio.io/redirection: enabled", kApp)}, codes), Lines{});
}

TEST(AmbientWorkloads, Waypoints_mustBeThereAndOfUse) {
    const std::set<std::string> codes{"KIA1312", "KIA1313"};
    EXPECT_EQ(only({ns(kEnrolled), web()}, codes), Lines{"KIA1313 shop metadata.labels"});
    EXPECT_EQ(only({ns(kAmbient), web("istio.io/use-waypoint: gone")}, codes), Lines{"KIA1313 web metadata.labels"});
    EXPECT_EQ(only({ns(""), kWaypoint, web("", ", istio.io/use-waypoint: way")}, codes),
              Lines{"KIA1312 web spec.template.metadata.labels"});
    EXPECT_EQ(only({ns(kEnrolled), kWaypoint, web("istio.io/use-waypoint: none")}, codes), Lines{});
    EXPECT_EQ(only({ns(kAmbient), kWaypoint, web("", ", istio.io/use-waypoint: way")}, codes), Lines{});
}

} // namespace meshdeck::policy
