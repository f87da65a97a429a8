// PeerAuthentication and AuthorizationPolicy act on the running traffic.
#include <gtest/gtest.h>

#include "unit/demo/sim/mesh_run.h"

namespace meshdeck::demo {

namespace {

constexpr const char* kSecurity = "security.istio.io/v1";

Json deny(const Json& rule) {
    return configObject(
        kSecurity, "AuthorizationPolicy", "bookinfo", "test",
        {{"selector", {{"matchLabels", {{"app", "details"}}}}}, {"action", "DENY"}, {"rules", Json::array({rule})}});
}

Json allow(const Json& rules) {
    return configObject(kSecurity, "AuthorizationPolicy", "bookinfo", "test",
                        {{"selector", {{"matchLabels", {{"app", "details"}}}}}, {"rules", rules}});
}

Json fromPrincipal(const std::string& principal) {
    const Json source = {{"source", {{"principals", Json::array({principal})}}}};
    return {{"from", Json::array({source})}};
}

double deniedShare(const Json& policy) {
    MeshRun mesh("bookinfo");
    mesh.store.put(policy);
    mesh.settle();
    const EdgeSum sum = mesh.during(10, "productpage-v1", "details-v1");
    EXPECT_GT(sum.requests, 1000);
    return sum.denied / sum.requests;
}

} // namespace

TEST(Policy, StrictNamespace_refusesTheCallerWithoutProxy) {
    MeshRun mesh("boutique");
    mesh.settle();
    EXPECT_EQ(mesh.during(30, "stock-import-v1", "catalog-v1").errors, 0);
    Json peer = mesh.store.get("PeerAuthentication", "shop", "default");
    peer["spec"]["mtls"]["mode"] = "STRICT";
    mesh.store.put(peer);
    mesh.settle();
    const EdgeSum refused = mesh.during(30, "stock-import-v1", "catalog-v1");
    EXPECT_GT(refused.requests, 50);
    EXPECT_EQ(refused.errors, refused.requests);
    const EdgeSum meshed = mesh.during(10, "frontend-v1", "catalog-v1");
    EXPECT_GT(meshed.requests, 6000);
    EXPECT_EQ(meshed.errors, 0);
}

TEST(Policy, PlaintextByDestinationRuleIntoStrict_fails) {
    MeshRun mesh("boutique");
    mesh.store.put(configObject("networking.istio.io/v1", "DestinationRule", "platform", "currency",
                                {{"host", "currency"}, {"trafficPolicy", {{"tls", {{"mode", "DISABLE"}}}}}}));
    mesh.settle();
    const EdgeSum sum = mesh.during(10, "frontend-v1", "currency-v1");
    EXPECT_EQ(sum.errors, sum.requests);
    EXPECT_GT(sum.requests, 3000);
}

TEST(Policy, Deny_actsOnMatchingRequestsOnly) {
    EXPECT_EQ(deniedShare(deny(fromPrincipal("cluster.local/ns/bookinfo/sa/bookinfo-productpage"))), 1);
    EXPECT_EQ(deniedShare(deny(fromPrincipal("cluster.local/ns/other/sa/*"))), 0);
    const Json post = {{"operation", {{"methods", Json::array({"POST"})}}}};
    EXPECT_EQ(deniedShare(deny({{"to", Json::array({post})}})), 0);
    const Json details = {{"operation", {{"methods", Json::array({"GET"})}, {"paths", Json::array({"/details/*"})}}}};
    EXPECT_EQ(deniedShare(deny({{"to", Json::array({details})}})), 1);
    const Json jason = {{"key", "request.headers[end-user]"}, {"values", Json::array({"jason"})}};
    EXPECT_NEAR(deniedShare(deny({{"when", Json::array({jason})}})), 0.1, 0.03);
}

TEST(Policy, Allow_deniesTheRest) {
    EXPECT_EQ(deniedShare(allow(Json::array({fromPrincipal("*/sa/bookinfo-reviews")}))), 1);
    EXPECT_EQ(deniedShare(allow(Json::array({fromPrincipal("*/sa/bookinfo-productpage")}))), 0);
    EXPECT_EQ(deniedShare(allow(Json::array())), 1) << "a policy without rules allows nothing";
    EXPECT_EQ(deniedShare(allow(Json::array({Json::object()}))), 0) << "an empty rule matches everything";
    const Json ns = {{"source", {{"namespaces", Json::array({"bookinfo"})}}}};
    EXPECT_EQ(deniedShare(allow(Json::array({Json({{"from", Json::array({ns})}})}))), 0);
}

TEST(Policy, DryRun_deniesNothing) {
    Json policy = deny(fromPrincipal("*"));
    policy["metadata"]["annotations"] = {{"istio.io/dry-run", "true"}};
    EXPECT_EQ(deniedShare(policy), 0);
}

TEST(Policy, DeletedPolicy_letsTheTrafficThrough) {
    MeshRun mesh("boutique");
    mesh.settle();
    EXPECT_GT(mesh.during(30, "email-v1", "payment-v1").denied, 5);
    mesh.store.remove("AuthorizationPolicy", "platform", "payment-callers");
    mesh.settle();
    const EdgeSum sum = mesh.during(60, "email-v1", "payment-v1");
    EXPECT_GT(sum.requests, 10);
    EXPECT_EQ(sum.denied, 0);
}

TEST(Policy, DenyWithHttpFieldsOnTcp_deniesAllAndAllowNothing) {
    for (const char* action : {"DENY", "ALLOW"}) {
        MeshRun mesh("boutique");
        const Json operation = {{"operation", {{"paths", Json::array({"/x"})}}}};
        const Json rule = {{"to", Json::array({operation})}};
        mesh.store.put(configObject(kSecurity, "AuthorizationPolicy", "platform", "redis-cart",
                                    {{"selector", {{"matchLabels", {{"app", "redis-cart"}}}}},
                                     {"action", action},
                                     {"rules", Json::array({rule})}}));
        mesh.settle();
        const EdgeSum sum = mesh.during(5, "cart-v1", "redis-cart-v1");
        EXPECT_GT(sum.requests, 1000);
        EXPECT_EQ(sum.denied, sum.requests) << action;
    }
}

} // namespace meshdeck::demo
