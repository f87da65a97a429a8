#include "config/typed/typed.h"

#include <gtest/gtest.h>

#include "config/typed/fields.h"
#include "config/yaml.h"

namespace meshdeck::config {

namespace {

template <typename T>
Shared<T> read(std::string_view group, std::string_view kind, const std::string& yaml) {
    const auto documents = parseYaml(yaml);
    EXPECT_TRUE(documents) << yaml;
    const Typed typed = readTyped(group, kind, documents->front());
    const auto* held = std::get_if<Shared<T>>(&typed);
    EXPECT_NE(held, nullptr);
    return held == nullptr ? std::make_shared<const T>() : *held;
}

} // namespace

TEST(Duration, GoSyntax_isRead) {
    using namespace std::chrono_literals;
    EXPECT_EQ(fields::parseDuration("1h2m3.5s"), 1h + 2min + 3500ms);
    EXPECT_EQ(fields::parseDuration("0.000000001s"), 1ns);
    EXPECT_EQ(fields::parseDuration("-1.5s"), -1500ms);
    EXPECT_EQ(fields::parseDuration("100ms"), 100ms);
    EXPECT_EQ(fields::parseDuration(".5m"), 30s);
    EXPECT_EQ(fields::parseDuration("0"), 0ns);
    for (const char* bad : {"", "5", "s", "1x", "1s ", "999999999h", "-", ".s"}) {
        EXPECT_FALSE(fields::parseDuration(bad)) << bad;
    }
}

TEST(VirtualServiceReader, EveryFieldOfARule_isThere) {
    const auto vs = read<VirtualService>("networking.istio.io", "VirtualService", R"(
spec:
  hosts: [a, 5]
  exportTo: ["."]
  http:
  - name: nn
    match:
    - uri: {prefix: /x}
      headers: {b: {exact: "1"}, a: {regex: "*"}, c: {}}
      queryParams: {q: {prefix: p}}
      ignoreUriCase: true
      port: 80
      sourceLabels: {app: x}
    route: [{destination: {host: h, subset: s, port: {number: 81}}, weight: 0}, {destination: {host: i}}]
    timeout: 2s
    retries: {attempts: 3, perTryTimeout: 500ms, retryOn: "5xx,503"}
    fault: {delay: {fixedDelay: 1s}, abort: {percentage: {value: 12.5}, httpStatus: 500}}
    mirror: {host: m}
    mirrorPercentage: {value: 0}
    headers: {request: {set: {x: v}, remove: [z]}}
    corsPolicy: {allowOrigins: [{exact: o}], maxAge: 1h}
    rewrite: {uriRegexRewrite: {match: a, rewrite: b}}
  - redirect: {uri: /r, redirectCode: 0}
  - directResponse: {status: 200, body: {string: hi}}
  - delegate: {name: d, namespace: e}
    mirrors: [{destination: {host: m2}}]
  tcp: [{match: [{port: 1}], route: [{destination: {host: t}}]}]
  tls: [{match: [{sniHosts: [s]}]}]
)");
    EXPECT_EQ(vs->hosts, (std::vector<std::string>{"a", ""})); // indices stay
    const HttpRoute& rule = vs->http[0];
    const HttpMatch& match = rule.matches[0];
    EXPECT_EQ(match.uri, (StringMatch{StringMatch::Kind::Prefix, "/x"}));
    ASSERT_EQ(match.headers.size(), 3U);
    EXPECT_EQ(match.headers[0].first, "b");
    EXPECT_EQ(match.headers[1].second.kind, StringMatch::Kind::Present);
    EXPECT_EQ(match.headers[2].second.kind, StringMatch::Kind::Present);
    EXPECT_TRUE(match.ignoreUriCase);
    EXPECT_EQ(rule.route[0].destination.port, 81U);
    EXPECT_EQ(rule.route[0].weight, 0);
    EXPECT_FALSE(rule.route[1].weight);
    EXPECT_EQ(rule.timeout, std::chrono::seconds(2));
    EXPECT_EQ(rule.retries->attempts, 3);
    EXPECT_FALSE(rule.fault->delay->percent);
    EXPECT_EQ(rule.fault->abort->percent, 12.5);
    EXPECT_EQ(rule.mirrors[0].percent, 0);
    EXPECT_FALSE(rule.mirrorsListed);
    EXPECT_EQ(rule.headers.request.set[0].second, "v");
    EXPECT_EQ(rule.cors->maxAge, std::chrono::hours(1));
    EXPECT_EQ(rule.rewrite->regexRewrite, "b");
    EXPECT_EQ(vs->http[1].redirect->code, 301U);
    EXPECT_EQ(vs->http[2].directResponse->body, "hi");
    EXPECT_EQ(vs->http[3].delegate->ns, "e");
    EXPECT_EQ(vs->http[3].mirrors[0].percent, 100);
    EXPECT_TRUE(vs->http[3].mirrorsListed);
    EXPECT_EQ(vs->tcp[0].matches[0].port, 1U);
    EXPECT_EQ(vs->tls[0].matches[0].sniHosts[0], "s");
}

TEST(DestinationRuleReader, Policies_keepTheirLevels) {
    const auto rule = read<DestinationRule>("networking.istio.io", "DestinationRule", R"(
spec:
  host: h
  workloadSelector: {matchLabels: {a: b}}
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 1, connectTimeout: 3s}, http: {http1MaxPendingRequests: 2}}
    loadBalancer: {consistentHash: {httpCookie: {name: c, ttl: 0s}}}
    portLevelSettings: [{port: {number: 80}, tls: {mode: SIMPLE}}]
  subsets: [{name: v1, labels: {v: "1"}, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 0, interval: 1s}}}]
)");
    EXPECT_EQ(rule->trafficPolicy->connectionPool->maxConnections, 1);
    EXPECT_EQ(rule->trafficPolicy->loadBalancer->hashOn, "cookie c");
    EXPECT_EQ(rule->trafficPolicy->portLevelSettings[0].tls->mode, "SIMPLE");
    EXPECT_FALSE(rule->trafficPolicy->tls);
    EXPECT_EQ(rule->subsets[0].trafficPolicy->outlierDetection->consecutive5xxErrors, 0);
    EXPECT_EQ(rule->workloadSelector->at("a"), "b");
}

TEST(SecurityReaders, Policies_areRead) {
    const auto pa = read<PeerAuthentication>("security.istio.io", "PeerAuthentication",
                                             "spec: {mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}, x: {}}}");
    EXPECT_EQ(pa->mode, MtlsMode::Strict);
    ASSERT_EQ(pa->ports.size(), 1U);
    EXPECT_EQ(pa->ports[0], std::pair(8080U, MtlsMode::Disable));
    EXPECT_FALSE(pa->selector);
    const auto ap = read<AuthorizationPolicy>("security.istio.io", "AuthorizationPolicy", R"(
metadata: {annotations: {istio.io/dry-run: "true"}}
spec:
  action: DENY
  selector: {matchLabels: {}}
  rules: [{from: [{source: {principals: [p]}}], to: [{operation: {ports: ["80"]}}], when: [{key: k, values: [v]}]}]
)");
    EXPECT_EQ(ap->action, AuthorizationAction::Deny);
    EXPECT_TRUE(ap->dryRun && ap->hasRules && ap->target.selector);
    EXPECT_EQ(ap->rules[0].from[0].principals[0], "p");
    EXPECT_EQ(ap->rules[0].when[0].key, "k");
    const auto empty = read<AuthorizationPolicy>("security.istio.io", "AuthorizationPolicy", "spec: {}");
    EXPECT_FALSE(empty->hasRules);
}

TEST(GatewayApiReaders, RouteAndGateway_haveTheirDefaults) {
    const auto route = read<Route>("gateway.networking.k8s.io", "HTTPRoute", R"(
spec:
  parentRefs: [{name: g}]
  rules:
  - matches: [{headers: [{name: H, value: v}], method: GET}]
    filters: [{type: RequestMirror, requestMirror: {backendRef: {name: m}, fraction: {numerator: 1, denominator: 2}}}]
    backendRefs: [{name: b, port: 80}, {name: c, weight: 0}]
    timeouts: {request: 1s}
)");
    EXPECT_EQ(route->parents[0].kind, "Gateway");
    const ApiRule& rule = route->rules[0];
    EXPECT_EQ(rule.matches[0].method, "GET");
    EXPECT_EQ(rule.matches[0].headers[0].second.kind, StringMatch::Kind::Exact);
    EXPECT_EQ(rule.filters[0].mirrorPercent, 50);
    EXPECT_EQ(rule.backends[0].weight, 1);
    EXPECT_EQ(rule.backends[1].weight, 0);
    EXPECT_EQ(rule.backends[0].ref.kind, "Service");
    const auto gateway = read<KubeGateway>("gateway.networking.k8s.io", "Gateway",
                                           "spec: {gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: HTTP}]}");
    EXPECT_EQ(gateway->listeners[0].allowedNamespaces, "Same");
    EXPECT_EQ(gateway->listeners[0].tlsMode, "Terminate");
}

TEST(Readers, WrongTypes_countAsUnset) {
    for (const char* text : {"[]", "5", "spec: 5", "spec: []", "spec: {hosts: {}, http: [5, {match: 5, route: [[]], timeout: 5, "
                                                               "retries: x, weight: {}}], tls: {}, ports: {a: {}}}"}) {
        const auto documents = parseYaml(text);
        ASSERT_TRUE(documents);
        for (const auto& [group, kind] :
             {std::pair("networking.istio.io", "VirtualService"), std::pair("networking.istio.io", "DestinationRule"),
              std::pair("networking.istio.io", "Gateway"), std::pair("networking.istio.io", "ServiceEntry"),
              std::pair("networking.istio.io", "Sidecar"), std::pair("", "Pod"), std::pair("", "Service"),
              std::pair("apps", "Deployment"), std::pair("gateway.networking.k8s.io", "HTTPRoute")}) {
            (void)readTyped(group, kind, documents->front());
        }
    }
    const Typed none = readTyped("x", "y", Json::object());
    EXPECT_TRUE(std::holds_alternative<std::monostate>(none));
}

} // namespace meshdeck::config
