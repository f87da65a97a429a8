#include "policy/security/authorization.h"

#include <gtest/gtest.h>

#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

using Decision = AuthorizationResult::Decision;

Proxy serverOf(Proxy::Type type = Proxy::Type::Sidecar) {
    Proxy server;
    server.type = type;
    server.ns = "shop";
    server.labels = {{"app", "pay"}};
    return server;
}

PeerRequest known(const std::string& method = "GET", const std::string& principal = "cluster.local/ns/shop/sa/web") {
    PeerRequest request;
    request.principal = principal;
    request.sourceAddress = "10.0.0.1";
    request.port = 8080;
    request.host = "pay.shop";
    request.method = method;
    request.path = "/charge";
    request.headers = Headers{};
    request.sni = "";
    return request;
}

AuthorizationResult decide(const std::string& yaml, const PeerRequest& request, const Proxy& server = serverOf(),
                           config::MeshConfig mesh = {}) {
    const WorldPtr world = test::worldOf(yaml, std::move(mesh));
    return authorize(*world, policiesFor(*world, server), server, request);
}

std::string policy(const std::string& spec, const std::string& name = "p", const std::string& annotations = "") {
    return "---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: " + name +
           ", namespace: shop" + (annotations.empty() ? "" : ", annotations: {" + annotations + "}") + "}\nspec: " +
           spec + "\n";
}

TEST(Authorize, noPolicy_allows) {
    const auto answer = decide("", known());
    EXPECT_EQ(answer.decision, Decision::Allow);
    EXPECT_EQ(answer.policy, nullptr);
}

TEST(Authorize, emptySpec_allowsNothing) {
    EXPECT_EQ(decide(policy("{}"), known()).decision, Decision::Deny);
    EXPECT_EQ(decide(policy("{rules: [{}]}"), known()).decision, Decision::Allow);
}

TEST(Authorize, denyBeatsAllow_andNamesItsRule) {
    const auto answer = decide(policy("{action: DENY, rules: [{to: [{operation: {methods: [PUT]}}]}, "
                                      "{to: [{operation: {methods: [GET]}}]}]}", "d") + policy("{rules: [{}]}", "a"),
                               known());
    EXPECT_EQ(answer.decision, Decision::Deny);
    ASSERT_NE(answer.policy, nullptr);
    EXPECT_EQ(answer.policy->ref.name, "d");
    EXPECT_EQ(answer.rule, 1U);
}

TEST(Authorize, dryRun_hasNoEffect) {
    EXPECT_EQ(decide(policy("{}", "p", "istio.io/dry-run: \"true\""), known()).decision, Decision::Allow);
}

TEST(Authorize, unknownMethod_isThreeValued) {
    PeerRequest edge = known();
    edge.method.reset();
    const std::string allowGet = policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}");
    const auto answer = decide(allowGet, edge);
    EXPECT_EQ(answer.decision, Decision::CannotTell);
    EXPECT_NE(answer.reason.find("method"), std::string::npos);
    // What cannot match for another reason is no question.
    edge.principal = "";
    const auto plain = decide(policy("{rules: [{from: [{source: {principals: [\"*\"]}}], to: [{operation: {methods: [GET]}}]}]}"), edge);
    EXPECT_EQ(plain.decision, Decision::Deny);
}

TEST(Authorize, notPrincipals_matchPlaintext) {
    const std::string deny = policy("{action: DENY, rules: [{from: [{source: {notPrincipals: [\"*\"]}}]}]}");
    EXPECT_EQ(decide(deny, known("GET", "")).decision, Decision::Deny);
    EXPECT_EQ(decide(deny, known()).decision, Decision::Allow);
}

TEST(Authorize, customProvider_cannotBeAskedUnlessAnotherRuleDenies) {
    const std::string custom = policy("{action: CUSTOM, provider: {name: ext}, rules: [{to: [{operation: {paths: [\"/charge\"]}}]}]}", "c");
    EXPECT_EQ(decide(custom, known()).decision, Decision::CannotTell);
    EXPECT_EQ(decide(custom + policy("{action: DENY, rules: [{}]}", "d"), known()).decision, Decision::Deny);
    config::MeshConfig mesh;
    mesh.extensionProviders = {"other"};
    EXPECT_EQ(decide(custom, known(), serverOf(), mesh).decision, Decision::Deny);
}

TEST(Authorize, httpFieldsOnTcp_dropAllowRulesAndWidenDenyRules) {
    PeerRequest tcp = known();
    tcp.http = false;
    EXPECT_EQ(decide(policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}"), tcp).decision, Decision::Deny);
    EXPECT_EQ(decide(policy("{action: DENY, rules: [{to: [{operation: {methods: [PUT]}}]}]}"), tcp).decision, Decision::Deny);
    EXPECT_EQ(decide(policy("{action: DENY, rules: [{to: [{operation: {methods: [PUT], ports: [\"9\"]}}]}]}"), tcp).decision,
              Decision::Allow);
}

TEST(Authorize, ztunnel_ignoresDenyRulesOfHttpFieldsOnly) {
    const Proxy ztunnel = serverOf(Proxy::Type::Ztunnel);
    EXPECT_EQ(decide(policy("{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}"), known(), ztunnel).decision,
              Decision::Allow);
    EXPECT_EQ(decide(policy("{action: DENY, rules: [{from: [{source: {namespaces: [shop]}}], to: [{operation: {methods: [PUT]}}]}]}"),
                     known(), ztunnel).decision, Decision::Allow); // the operation is left empty: it never matches
    EXPECT_EQ(decide(policy("{action: DENY, rules: [{from: [{source: {namespaces: [shop], requestPrincipals: [x]}}]}]}"),
                     known(), ztunnel).decision, Decision::Deny); // enforced without the HTTP field
    EXPECT_EQ(decide(policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}"), known(), ztunnel).decision, Decision::Deny);
    EXPECT_EQ(decide(policy("{rules: [{}]}"), known(), ztunnel).decision, Decision::Allow);
}

TEST(Authorize, unknownConditionKey_dropsTheRule) {
    EXPECT_EQ(decide(policy("{action: DENY, rules: [{when: [{key: source.nothing, values: [x]}]}]}"), known()).decision,
              Decision::Allow);
}

TEST(Authorize, refusal_saysWhichConditionsFailed) {
    const WorldPtr world = test::worldOf(policy("{rules: [{to: [{operation: {methods: [POST], paths: [\"/x\"]}}]}]}"));
    std::vector<Rejection> rejected;
    const auto answer = authorize(*world, policiesFor(*world, serverOf()), serverOf(), known(), &rejected);
    EXPECT_EQ(answer.decision, Decision::Deny);
    ASSERT_EQ(rejected.size(), 2U);
    EXPECT_EQ(rejected[0].pointer, "/spec/rules/0/to/0/operation/methods");
    EXPECT_EQ(rejected[0].wanted, "POST");
    EXPECT_EQ(rejected[0].got, "GET");
}

TEST(PoliciesFor, targetRefs_countForTheirGatewayOnly) {
    const WorldPtr world = test::worldOf(
        policy("{targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: gw}]}", "g") +
        policy("{selector: {matchLabels: {app: other}}}", "o") + policy("{}", "all"));
    EXPECT_EQ(policiesFor(*world, serverOf()).allow.size(), 1U);
    Proxy gateway = serverOf(Proxy::Type::Router);
    gateway.gatewayName = "gw";
    EXPECT_EQ(policiesFor(*world, gateway).allow.size(), 2U);
    gateway.type = Proxy::Type::Waypoint;
    EXPECT_EQ(policiesFor(*world, gateway).allow.size(), 1U);
}

} // namespace
} // namespace meshdeck::policy
