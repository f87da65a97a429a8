// The virtual hosts of a sidecar (facts/semantics.md 1.3, 1.4).
#include "policy/routing/sidecar_view.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "unit/policy/security/world_of.h"

namespace meshdeck::policy {
namespace {

constexpr const char* kServices = R"(
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {clusterIP: 10.0.0.1, selector: {app: reviews}, ports: [{name: http, port: 9080}, {name: http-80, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: other}
spec: {clusterIP: 10.0.0.2, selector: {app: ratings}, ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Service
metadata: {name: sniffed, namespace: shop}
spec: {clusterIP: 10.0.0.3, selector: {app: sniffed}, ports: [{name: other, port: 7000}]}
---
)";

Proxy web(std::string ns = "shop") {
    Proxy proxy;
    proxy.type = Proxy::Type::Sidecar;
    proxy.ns = std::move(ns);
    proxy.name = "web";
    proxy.labels = {{"app", "web"}};
    return proxy;
}

std::shared_ptr<const Scope> scopeOf(const std::string& yaml, Proxy proxy = web()) {
    return Scope::of(test::worldOf(kServices + yaml), proxy);
}

std::string ruleOf(const RouteTable& table, std::string_view host) {
    const VirtualHost* found = table.find(host);
    if (found == nullptr) {
        return "no virtual host";
    }
    const HttpRouteEntry& first = found->routes.front();
    return first.rule == nullptr ? "default" : first.virtualService->object->ref.name;
}

std::string vs(const std::string& name, const std::string& hosts, const std::string& rest = {},
               const std::string& ns = "shop") {
    return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name + ", namespace: " + ns +
           "}\nspec: {hosts: [" + hosts + "], http: [{route: [{destination: {host: reviews}}]" + rest + "}]}\n---\n";
}

TEST(SidecarRoutes, Domains_ofAService_shortNameOnlyInItsNamespace) {
    const auto scope = scopeOf("");
    const SidecarView view(scope);
    const auto table = view.routes("9080");
    ASSERT_NE(table, nullptr);
    for (const char* host : {"reviews", "reviews.shop", "reviews.shop.svc", "reviews.shop.svc.cluster.local:9080",
                             "10.0.0.1", "ratings.other", "ratings.other.svc"}) {
        EXPECT_EQ(ruleOf(*table, host), "default") << host;
    }
    EXPECT_EQ(ruleOf(*table, "ratings"), "no virtual host");
    EXPECT_EQ(table->find("reviews")->name, "reviews.shop.svc.cluster.local:9080");
}

TEST(SidecarRoutes, SameHost_twoVirtualServices_firstOwnsIt) {
    const auto scope = scopeOf(vs("a", "reviews") + vs("b", "reviews"));
    EXPECT_EQ(ruleOf(*SidecarView(scope).routes("9080"), "reviews"), "a");
}

TEST(SidecarRoutes, FirstWithoutRoutesForThisProxy_nextOwnsTheHost) {
    const auto scope = scopeOf(vs("a", "reviews", ", match: [{sourceLabels: {app: cart}}]") + vs("b", "reviews"));
    EXPECT_EQ(ruleOf(*SidecarView(scope).routes("9080"), "reviews"), "b");
}

TEST(SidecarRoutes, PrivateVirtualService_beatsAPublicOne) {
    std::string mine = vs("z", "reviews.shop.svc.cluster.local");
    mine.replace(mine.find("spec: {"), 7, "spec: {exportTo: [.], ");
    const auto scope = scopeOf(vs("a", "reviews") + mine);
    EXPECT_EQ(ruleOf(*SidecarView(scope).routes("9080"), "reviews"), "z");
}

TEST(SidecarRoutes, Wildcard_attachesWhereNoExactHostIsWritten) {
    const auto scope = scopeOf(vs("wide", "'*.svc.cluster.local'") + vs("exact", "reviews"));
    const auto table = SidecarView(scope).routes("9080");
    EXPECT_EQ(ruleOf(*table, "reviews"), "exact");
    EXPECT_EQ(ruleOf(*table, "ratings.other"), "wide");
}

TEST(SidecarRoutes, HostOutsideTheRegistry_onlyOnPort80OrBesideAService) {
    const auto alone = scopeOf(vs("a", "shop.example.com"));
    EXPECT_EQ(ruleOf(*SidecarView(alone).routes("80"), "shop.example.com"), "a");
    EXPECT_EQ(ruleOf(*SidecarView(alone).routes("9080"), "shop.example.com"), "no virtual host");
    const auto beside = scopeOf(vs("a", "reviews, shop.example.com"));
    EXPECT_EQ(ruleOf(*SidecarView(beside).routes("9080"), "shop.example.com"), "a");
}

TEST(SidecarRoutes, SniffedPort_onlyItsService_takesEveryHost) {
    const auto scope = scopeOf("");
    const auto table = SidecarView(scope).routes("sniffed.shop.svc.cluster.local:7000");
    ASSERT_NE(table, nullptr);
    ASSERT_EQ(table->hosts.size(), 1U);
    EXPECT_EQ(table->find("whatever")->name, "sniffed.shop.svc.cluster.local:7000");
}

TEST(SidecarRoutes, GatewayBound_isNotForSidecars) {
    std::string bound = vs("a", "reviews");
    bound.replace(bound.find("spec: {"), 7, "spec: {gateways: [gw], ");
    EXPECT_EQ(ruleOf(*SidecarView(scopeOf(bound)).routes("9080"), "reviews"), "default");
}

} // namespace
} // namespace meshdeck::policy
