#include "policy/world/virtual_services.h"

#include <gtest/gtest.h>

#include "world_of.h"

namespace meshdeck::policy {

namespace {

// What comes of a root match and a delegate match, as the number of matches; -1: they do not fit.
int fit(const std::string& root, const std::string& leaf) {
    const auto object = objectsOf("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n"
                                  "spec: {http: [{match: [" + root + "]}, {match: [" + leaf + "]}]}\n")[0];
    const auto* spec = config::as<config::VirtualService>(object->typed);
    const auto merged = mergeMatches(spec->http[0].matches, spec->http[1].matches);
    return merged ? static_cast<int>(merged->matches.size()) : -1;
}

} // namespace

TEST(Delegate, RulesOfIt_takeTheRootsPlaceWithItsFieldsFilledIn) {
    const auto world = worldOf(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: root, namespace: a}
spec:
  hosts: [shop.example.com]
  gateways: [gw]
  http:
  - name: first
    match: [{uri: {prefix: /api}}]
    timeout: 3s
    delegate: {name: part, namespace: b}
  - name: gone
    delegate: {name: missing}
  - route: [{destination: {host: rest}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: part, namespace: b}
spec:
  http:
  - {name: x, match: [{uri: {exact: /api/x}}], route: [{destination: {host: x}}]}
  - {match: [{uri: {prefix: /other}}], route: [{destination: {host: w}}]}
  - {route: [{destination: {host: z}}], timeout: 1s}
)");
    ASSERT_EQ(world->virtualServices().size(), 1U);
    const EffectiveVirtualService& vs = *world->virtualServices()[0];
    ASSERT_EQ(vs.spec->http.size(), 3U);
    EXPECT_EQ(vs.spec->http[0].name, "first-x");
    EXPECT_EQ(vs.spec->http[0].route[0].destination.host, "x.b.svc.cluster.local");
    EXPECT_EQ(vs.spec->http[0].timeout, std::chrono::seconds(3));
    EXPECT_EQ(vs.spec->http[0].matches[0].uri->value, "/api/x");
    EXPECT_EQ(vs.http[0].object->ref.name, "part");
    EXPECT_EQ(vs.http[0].pointer, "/spec/http/0");
    EXPECT_EQ(vs.http[0].matches, std::vector<std::size_t>{0});
    EXPECT_TRUE(vs.http[1].matches.empty()); // the match is the root's
    EXPECT_EQ(vs.spec->http[1].timeout, std::chrono::seconds(1));
    EXPECT_EQ(vs.spec->http[1].matches[0].uri->value, "/api");
    EXPECT_EQ(vs.http[1].pointer, "/spec/http/2");
    EXPECT_EQ(vs.spec->http[2].route[0].destination.host, "rest.a.svc.cluster.local");
    EXPECT_EQ(vs.http[2].pointer, "/spec/http/2");
}

TEST(Delegate, NotExported_dropsTheRule) {
    const auto world = worldOf(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: root, namespace: a}
spec: {hosts: [h.com], http: [{delegate: {name: part, namespace: b}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: part, namespace: b}
spec: {exportTo: ["."], http: [{route: [{destination: {host: x}}]}]}
)");
    ASSERT_EQ(world->virtualServices().size(), 1U);
    EXPECT_TRUE(world->virtualServices()[0]->spec->http.empty());
}

TEST(Delegate, Matches_fitWhenBothCanHold) {
    EXPECT_EQ(fit("{uri: {prefix: /a}}", "{uri: {prefix: /a/b}}"), 1);
    EXPECT_EQ(fit("{uri: {prefix: /a}}", "{uri: {exact: /a/b}}"), 1);
    EXPECT_EQ(fit("{uri: {prefix: /a/b}}", "{uri: {prefix: /a}}"), -1);
    EXPECT_EQ(fit("{uri: {exact: /a}}", "{uri: {prefix: /a}}"), -1);
    EXPECT_EQ(fit("{uri: {exact: /a}}", "{uri: {exact: /a}}"), 1);
    EXPECT_EQ(fit("{uri: {regex: /a.*}}", "{uri: {exact: /a}}"), -1);
    EXPECT_EQ(fit("{headers: {x: {exact: a}}}", "{headers: {y: {exact: b}}}"), 1);
    EXPECT_EQ(fit("{headers: {x: {exact: a}}}", "{headers: {x: {exact: b}}}"), -1);
    EXPECT_EQ(fit("{port: 80}", "{port: 81}"), -1);
    EXPECT_EQ(fit("{port: 80}", "{uri: {exact: /}}"), 1);
    EXPECT_EQ(fit("{sourceNamespace: a}", "{uri: {exact: /}}"), -1);
    EXPECT_EQ(fit("{sourceLabels: {a: b}}", "{sourceLabels: {a: c}}"), -1);
    EXPECT_EQ(fit("{gateways: [g]}", "{gateways: [h]}"), -1);
    EXPECT_EQ(fit("{uri: {prefix: /a}}, {uri: {prefix: /b}}", "{uri: {prefix: /a/1}}, {uri: {prefix: /b/1}}"), 2);
    EXPECT_EQ(fit("{uri: {prefix: /a}}, {method: {exact: GET}}", "{uri: {prefix: /a/1}}"), 2);
}

} // namespace meshdeck::policy
