// What istiod's webhook refuses (IST0106) or warns of (IST0133), rule by rule, with a neighbour that it takes.
#include "unit/policy/checks/sound_mesh.h"

namespace meshdeck::policy {
namespace {

using Lines = std::multiset<std::string>;

struct Rule {
    std::string name, kind, spec;
    Lines findings; // "IST0106 spec.hosts[0]"
};

std::string apiVersionOf(const std::string& kind) {
    if (kind == "AuthorizationPolicy" || kind == "PeerAuthentication" || kind == "RequestAuthentication") {
        return "security.istio.io/v1";
    }
    return kind == "Telemetry" ? "telemetry.istio.io/v1" : "networking.istio.io/v1";
}

Lines validate(const std::string& kind, const std::string& spec) {
    CheckOptions options;
    options.only = {"IST0106", "IST0133"};
    std::vector<ConfigObjectPtr> objects;
    addObjects("object.yaml", "apiVersion: " + apiVersionOf(kind) + "\nkind: " + kind +
                                  "\nmetadata: {name: it, namespace: shop}\nspec: {" + spec + "}\n", objects);
    Lines lines;
    for (const Finding& finding : runChecks(World::build(objects), options).findings) {
        lines.insert(finding.code + " " + config::fieldPath(finding.pointer));
    }
    return lines;
}

class ValidationRules : public testing::TestWithParam<Rule> {};

std::string vs(const std::string& rule) {
    return "hosts: [a.com], gateways: [gw], http: [{" + rule + "}]";
}
const std::string kTo = "route: [{destination: {host: a.com}}]";
std::string tls(const std::string& more) {
    return "servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.com], tls: {" + more + "}}]";
}
std::string entry(const std::string& more) {
    return "hosts: [a.com], ports: [{number: 80, name: http, protocol: HTTP}], " + more;
}

} // namespace

TEST_P(ValidationRules, Object_asTheWebhook) {
    EXPECT_EQ(validate(GetParam().kind, GetParam().spec), GetParam().findings) << GetParam().spec;
}

INSTANTIATE_TEST_SUITE_P(
    VirtualService, ValidationRules,
    testing::Values(
        Rule{"sound", "VirtualService", vs(kTo), {}},
        Rule{"oldGatewayName", "VirtualService", "hosts: [a.com], gateways: [gw.shop.svc.cluster.local], http: [{" + kTo + "}]",
             {"IST0133 spec.gateways[0]"}},
        Rule{"wrongGatewayName", "VirtualService", "hosts: [a.com], gateways: [a/b/c], http: [{" + kTo + "}]", {"IST0106 spec.gateways[0]"}},
        Rule{"overlappingHosts", "VirtualService", "hosts: [a.com, '*.com'], http: [{" + kTo + "}]", {"IST0106 spec.hosts[1]"}},
        Rule{"starForSidecars", "VirtualService", "hosts: ['*'], http: [{" + kTo + "}]", {"IST0106 spec.hosts[0]"}},
        Rule{"noDnsName", "VirtualService", "hosts: ['a_b.com'], http: [{" + kTo + "}]", {"IST0106 spec.hosts[0]"}},
        Rule{"claimOfASidecar", "VirtualService", "hosts: [a.com], http: [{match: [{headers: {'@request.auth.claims.x': {exact: y}}}], " + kTo + "}]",
             {"IST0106 spec.http[0].match[0]"}},
        Rule{"claimAtAGateway", "VirtualService", vs("match: [{headers: {'@request.auth.claims.x': {exact: y}}}], " + kTo), {}},
        Rule{"starHeader", "VirtualService", vs("match: [{withoutHeaders: {x: {regex: '*'}}}], " + kTo), {}},
        Rule{"headerWithSpace", "VirtualService", vs("match: [{headers: {'a b': {exact: y}}}], " + kTo), {"IST0106 spec.http[0].match[0].headers"}},
        Rule{"retryOn", "VirtualService", vs("retries: {attempts: 1, retryOn: 'reset,503,sometimes'}, " + kTo), {"IST0106 spec.http[0].retries.retryOn"}},
        Rule{"emptyRewrite", "VirtualService", vs("rewrite: {}, " + kTo), {"IST0106 spec.http[0].rewrite"}},
        Rule{"emptyRedirect", "VirtualService", vs("redirect: {}"), {"IST0106 spec.http[0].redirect"}},
        Rule{"redirectCode", "VirtualService", vs("redirect: {uri: /x, redirectCode: 200}"), {"IST0106 spec.http[0].redirect.redirectCode"}},
        Rule{"abortWithoutStatus", "VirtualService", vs("fault: {abort: {percentage: {value: 1}}}, " + kTo), {"IST0133 spec.http[0].fault.abort"}},
        Rule{"twiceTheHost", "VirtualService", vs("rewrite: {authority: b.com}, headers: {request: {set: {Host: c.com}}}, " + kTo), {"IST0106 spec.http[0]"}},
        Rule{"responseHost", "VirtualService", vs("headers: {response: {set: {host: c.com}}}, " + kTo), {"IST0106 spec.http[0].headers.response.set"}},
        Rule{"mirrorPercent", "VirtualService", vs("mirror: {host: b.com}, mirrorPercent: 10, " + kTo), {"IST0133 spec.http[0].mirrorPercent"}},
        Rule{"corsMethod", "VirtualService", vs("corsPolicy: {allowMethods: [get]}, " + kTo), {"IST0106 spec.http[0].corsPolicy.allowMethods"}},
        Rule{"directStatus", "VirtualService", vs("directResponse: {status: 99}"), {"IST0106 spec.http[0].directResponse.status"}},
        Rule{"tcpWithoutRoute", "VirtualService", "hosts: [a.com], tcp: [{match: [{port: 80}]}]", {"IST0106 spec.tcp[0]"}},
        Rule{"subnet", "VirtualService", "hosts: [a.com], tcp: [{match: [{destinationSubnets: [10.0.0.0/40]}], " + kTo + "}]",
             {"IST0106 spec.tcp[0].match[0].destinationSubnets"}}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Gateway, ValidationRules,
    testing::Values(
        Rule{"sound", "Gateway", tls("mode: SIMPLE, credentialName: c"), {}},
        Rule{"noServers", "Gateway", "selector: {}", {"IST0106 spec"}},
        Rule{"httpsWithoutTls", "Gateway", "servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.com]}]", {"IST0106 spec.servers[0]"}},
        Rule{"tlsOnHttp", "Gateway", "servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.com], tls: {mode: SIMPLE, credentialName: c}}]",
             {"IST0106 spec.servers[0].tls"}},
        Rule{"redirectOnHttp", "Gateway", "servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.com], tls: {httpsRedirect: true}}]", {}},
        Rule{"noCertificate", "Gateway", tls("mode: SIMPLE"), {"IST0106 spec.servers[0].tls"}},
        Rule{"twoSources", "Gateway", tls("mode: SIMPLE, credentialName: c, serverCertificate: /a, privateKey: /b"), {"IST0106 spec.servers[0].tls"}},
        Rule{"passthroughWithCertificate", "Gateway", tls("mode: PASSTHROUGH, credentialName: c"), {"IST0133 spec.servers[0].tls"}},
        Rule{"unknownProtocol", "Gateway", "servers: [{port: {number: 80, name: x, protocol: FOO}, hosts: [a.com]}]", {"IST0106 spec.servers[0].port.protocol"}},
        Rule{"shortHost", "Gateway", "servers: [{port: {number: 80, name: x, protocol: HTTP}, hosts: [short]}]", {"IST0106 spec.servers[0].hosts[0]"}},
        Rule{"namespacedHost", "Gateway", "servers: [{port: {number: 80, name: x, protocol: HTTP}, hosts: [shop/a.com, './*', '*/b.com']}]", {}},
        Rule{"partialWildcard", "Gateway", "servers: [{port: {number: 80, name: x, protocol: HTTP}, hosts: ['*a.com']}]", {"IST0106 spec.servers[0].hosts[0]"}}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Sidecar, ValidationRules,
    testing::Values(
        Rule{"sound", "Sidecar", "egress: [{hosts: ['./*', 'istio-system/*']}]", {}},
        Rule{"nothing", "Sidecar", "", {"IST0106 spec"}},
        Rule{"hostWithoutNamespace", "Sidecar", "egress: [{hosts: [a.com]}]", {"IST0106 spec.egress[0].hosts[0]"}},
        Rule{"twice", "Sidecar", "egress: [{hosts: ['./*', shop/a.com]}]", {"IST0133 spec.egress[0].hosts[1]"}},
        Rule{"allAndMore", "Sidecar", "egress: [{hosts: ['*/*', other/a.com]}]", {"IST0133 spec.egress[0].hosts"}},
        Rule{"catchAllFirst", "Sidecar", "egress: [{hosts: ['*/*']}, {port: {number: 80, protocol: HTTP, name: x}, hosts: ['*/*']}]", {"IST0106 spec.egress[0]"}},
        Rule{"ingressEndpoint", "Sidecar", "ingress: [{port: {number: 80, protocol: HTTP, name: x}, defaultEndpoint: '10.0.0.1:80'}]",
             {"IST0106 spec.ingress[0].defaultEndpoint"}},
        Rule{"localEndpoint", "Sidecar", "ingress: [{port: {number: 80, protocol: HTTP, name: x}, defaultEndpoint: '127.0.0.1:80'}]", {}}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ServiceEntry, ValidationRules,
    testing::Values(
        Rule{"sound", "ServiceEntry", entry("resolution: DNS"), {}},
        Rule{"endpointsOfNone", "ServiceEntry", entry("resolution: NONE, endpoints: [{address: 10.0.0.1}]"), {"IST0106 spec.endpoints"}},
        Rule{"namesOfStatic", "ServiceEntry", entry("resolution: STATIC, endpoints: [{address: b.com}]"), {"IST0106 spec.endpoints[0].address"}},
        Rule{"unknownPort", "ServiceEntry", entry("resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {other: 80}}]"),
             {"IST0106 spec.endpoints[0].ports.other"}},
        Rule{"rangeOfDns", "ServiceEntry", entry("resolution: DNS, addresses: [10.0.0.0/8]"), {"IST0106 spec.addresses[0]"}},
        Rule{"wildcardOfDns", "ServiceEntry", "hosts: ['*.a.com'], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS", {"IST0106 spec.hosts[0]"}},
        Rule{"hostsOfTcp", "ServiceEntry", "hosts: [a.com, b.com], addresses: [10.0.0.1], ports: [{number: 1, name: tcp, protocol: TCP}], resolution: STATIC",
             {"IST0106 spec.hosts"}},
        Rule{"twoRoundRobin", "ServiceEntry", entry("resolution: DNS_ROUND_ROBIN, endpoints: [{address: b.com}, {address: c.com}]"), {"IST0106 spec.endpoints"}},
        Rule{"emptySelector", "Sidecar", "workloadSelector: {labels: {}}, egress: [{hosts: ['./*']}]", {"IST0133 spec.workloadSelector"}},
        Rule{"entryWithoutAddress", "WorkloadEntry", "labels: {app: x}", {"IST0106 spec"}},
        Rule{"entryOfANetwork", "WorkloadEntry", "network: east, labels: {app: x}", {"IST0133 spec"}},
        Rule{"probe", "WorkloadGroup", "template: {serviceAccount: x}, probe: {periodSeconds: 5}", {"IST0106 spec.probe"}}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    DestinationRule, ValidationRules,
    testing::Values(
        Rule{"sound", "DestinationRule", "host: a, trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /a, privateKey: /b, caCertificates: /c}}", {}},
        Rule{"mutualWithoutFiles", "DestinationRule", "host: a, trafficPolicy: {tls: {mode: MUTUAL}}", {"IST0106 spec.trafficPolicy.tls"}},
        Rule{"twoSources", "DestinationRule", "host: a, trafficPolicy: {tls: {mode: SIMPLE, credentialName: c, caCertificates: /c}}", {"IST0106 spec.trafficPolicy.tls"}},
        Rule{"emptyPortPolicy", "DestinationRule", "host: a, trafficPolicy: {portLevelSettings: [{port: {number: 1}}]}", {"IST0106 spec.trafficPolicy.portLevelSettings[0]"}},
        Rule{"ringSize", "DestinationRule", "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, minimumRingSize: 5}}}",
             {"IST0133 spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize"}},
        Rule{"maglev", "DestinationRule", "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 10}}}}",
             {"IST0106 spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize"}},
        Rule{"consecutiveErrors", "DestinationRule", "host: a, trafficPolicy: {outlierDetection: {consecutiveErrors: 5}}",
             {"IST0133 spec.trafficPolicy.outlierDetection.consecutiveErrors"}},
        Rule{"upgrade", "DestinationRule", "host: a, trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}}}",
             {"IST0106 spec.trafficPolicy.connectionPool.http"}},
        Rule{"selectorAbroad", "DestinationRule", "host: a, workloadSelector: {matchLabels: {app: x}}, exportTo: ['*'], trafficPolicy: {loadBalancer: {simple: RANDOM}}",
             {"IST0106 spec.exportTo"}}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Security, ValidationRules,
    testing::Values(
        Rule{"conditionKey", "AuthorizationPolicy", "rules: [{when: [{key: source.nowhere, values: [x]}]}]", {"IST0106 spec.rules[0].when[0].key"}},
        Rule{"conditionKeys", "AuthorizationPolicy",
             "rules: [{when: [{key: 'request.headers[x]', values: [y]}, {key: 'request.auth.claims[a][b]', notValues: [y]}, {key: connection.sni, values: [z]}]}]", {}},
        Rule{"conditionAddress", "AuthorizationPolicy", "rules: [{when: [{key: source.ip, values: [here]}]}]", {"IST0106 spec.rules[0].when[0].values[0]"}},
        Rule{"ipBlock", "AuthorizationPolicy", "rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}]", {"IST0106 spec.rules[0].from[0].source.ipBlocks[0]"}},
        Rule{"port", "AuthorizationPolicy", "rules: [{to: [{operation: {ports: ['http']}}]}]", {"IST0106 spec.rules[0].to[0].operation.ports[0]"}},
        Rule{"emptyValue", "AuthorizationPolicy", "rules: [{to: [{operation: {methods: ['']}}]}]", {"IST0106 spec.rules[0].to[0].operation.methods[0]"}},
        Rule{"template", "AuthorizationPolicy", "rules: [{to: [{operation: {paths: ['/a/{*}/b', '/a/{**}', '/a*']}}]}]", {}},
        Rule{"wrongTemplate", "AuthorizationPolicy", "rules: [{to: [{operation: {paths: ['/a/{**}/b']}}]}]", {"IST0106 spec.rules[0].to[0].operation.paths[0]"}},
        Rule{"providerOfDeny", "AuthorizationPolicy", "action: DENY, provider: {name: x}, rules: [{}]", {"IST0106 spec.provider"}},
        Rule{"identityOfCustom", "AuthorizationPolicy", "action: CUSTOM, provider: {name: x}, rules: [{from: [{source: {principals: [a]}}]}]",
             {"IST0106 spec.rules[0].from[0].source.principals"}},
        Rule{"denyByHttpAlone", "AuthorizationPolicy", "action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]", {"IST0133 spec.rules[0]"}},
        Rule{"denyWithPort", "AuthorizationPolicy", "action: DENY, rules: [{to: [{operation: {methods: [GET], ports: ['80']}}]}]", {}},
        Rule{"denyByPeer", "AuthorizationPolicy", "action: DENY, rules: [{from: [{source: {namespaces: [x]}}]}]", {}},
        Rule{"portOfPeer", "PeerAuthentication", "selector: {matchLabels: {a: b}}, portLevelMtls: {'0': {mode: STRICT}}", {"IST0106 spec.portLevelMtls"}},
        Rule{"jwtWithoutIssuer", "RequestAuthentication", "jwtRules: [{audiences: [x]}]", {"IST0106 spec.jwtRules[0]"}},
        Rule{"keys", "RequestAuthentication", "jwtRules: [{issuer: x, jwks: 'not json'}]", {"IST0106 spec.jwtRules[0].jwks"}},
        Rule{"twoTracings", "Telemetry", "tracing: [{}, {}]", {"IST0133 spec.tracing"}},
        Rule{"emptyTag", "Telemetry", "tracing: [{customTags: {a: {literal: {value: ''}}}}]", {"IST0106 spec.tracing[0].customTags.a.literal.value"}}),
    [](const auto& param) { return param.param.name; });

} // namespace meshdeck::policy
