#include "policy/scope.h"

#include <gtest/gtest.h>

#include "world_of.h"

namespace meshdeck::policy {

namespace {

const char* const kServices = R"(
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
---
)";

// A rule by name: its age is the number in front of its YAML.
std::string rule(const std::string& ns, const std::string& name, int age, const std::string& spec) {
    return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + name + ", namespace: " + ns +
           ", creationTimestamp: \"2024-01-01T00:00:" + (age < 10 ? "0" : "") + std::to_string(age) +
           "Z\"}\nspec: " + spec + "\n---\n";
}

std::shared_ptr<const Scope> scopeOf(const std::string& rules, const std::string& ns, mesh::Labels labels = {}) {
    Proxy proxy;
    proxy.type = Proxy::Type::Sidecar;
    proxy.ns = ns;
    proxy.labels = std::move(labels);
    return Scope::of(worldOf(kServices + rules), proxy);
}

std::string names(const DestinationRuleChoice& choice) {
    std::string result;
    for (const auto* each : choice.rules) {
        result += each->object->ref.ns + "/" + each->object->ref.name + " ";
    }
    return result;
}

const DestinationRuleChoice& chosen(const Scope& scope) {
    return scope.destinationRule(scope.world().services()[0]);
}

constexpr const char* kHost = "a.shop.svc.cluster.local";

} // namespace

TEST(DestinationRules, ClientNamespace_hidesTheOwnersRuleAndItsSubsets) {
    const std::string rules = rule("shop", "own", 1, std::string("{host: a, subsets: [{name: v1}]}")) +
                              rule("web", "mine", 2, std::string("{host: ") + kHost + "}") +
                              rule("istio-system", "root", 3, "{host: '*.local'}");
    const auto web = scopeOf(rules, "web");
    EXPECT_EQ(names(chosen(*web)), "web/mine ");
    EXPECT_TRUE(chosen(*web).merged->subsets.empty());
    EXPECT_EQ(chosen(*web).hidden.size(), 2U);
    EXPECT_EQ(names(chosen(*scopeOf(rules, "other"))), "shop/own ");
    EXPECT_EQ(names(chosen(*scopeOf(rules, "istio-system"))), "shop/own ");
    EXPECT_EQ(names(chosen(*scopeOf(rule("istio-system", "root", 3, "{host: '*.local'}"), "other"))), "istio-system/root ");
}

TEST(DestinationRules, ThirdNamespaceAndPrivateRules_areNotUsed) {
    EXPECT_EQ(names(chosen(*scopeOf(rule("third", "x", 1, std::string("{host: ") + kHost + "}"), "web"))), "");
    EXPECT_EQ(names(chosen(*scopeOf(rule("shop", "x", 1, "{host: a, exportTo: ['.']}"), "web"))), "");
    EXPECT_EQ(names(chosen(*scopeOf(rule("shop", "x", 1, "{host: a, exportTo: ['.']}"), "shop"))), "shop/x ");
    EXPECT_EQ(names(chosen(*scopeOf(rule("shop", "x", 1, "{host: a, exportTo: [web]}"), "web"))), "shop/x ");
}

TEST(DestinationRules, MostSpecificHost_isTheOnlyOneTried) {
    const std::string rules = rule("shop", "wide", 1, "{host: '*.shop.svc.cluster.local', subsets: [{name: w}]}") +
                              rule("shop", "exact", 2, "{host: a}");
    EXPECT_EQ(names(chosen(*scopeOf(rules, "web"))), "shop/exact ");
    // A better host that is not exported ends the owner's namespace, not the search.
    const std::string hidden = rule("shop", "wide", 1, "{host: '*.shop.svc.cluster.local'}") +
                               rule("shop", "exact", 2, "{host: a, exportTo: [x, z]}") +
                               rule("istio-system", "root", 3, "{host: '*'}");
    EXPECT_EQ(names(chosen(*scopeOf(hidden, "web"))), "istio-system/root ");
}

TEST(DestinationRules, SameHostAndNamespace_mergeSubsetsOldestFirst) {
    const auto scope = scopeOf(
        rule("shop", "new", 2, "{host: a, trafficPolicy: {tls: {mode: DISABLE}}, subsets: [{name: v1, labels: {from: new}}, {name: v2}]}") +
            rule("shop", "old", 1, "{host: " + std::string(kHost) + ", subsets: [{name: v1, labels: {from: old}}]}"),
        "web");
    const DestinationRuleChoice& choice = chosen(*scope);
    EXPECT_EQ(names(choice), "shop/old shop/new ");
    ASSERT_EQ(choice.merged->subsets.size(), 2U);
    EXPECT_EQ(choice.merged->subsets[0].labels.at("from"), "old");
    ASSERT_TRUE(choice.merged->trafficPolicy);
    EXPECT_EQ(choice.merged->trafficPolicy->tls->mode, "DISABLE");
    EXPECT_EQ(choice.subsetOrigins[1]->ref.name, "new");
}

TEST(DestinationRules, OtherAudience_staysSeparateUnlessWider) {
    const std::string narrow = rule("shop", "narrow", 1, "{host: a, exportTo: [web], subsets: [{name: narrow}]}");
    const std::string wide = rule("shop", "wide", 2, "{host: a, exportTo: [web, x], subsets: [{name: w}]}");
    // The wider one is merged into the older and kept on its own; the last without a selector is used.
    EXPECT_EQ(names(chosen(*scopeOf(narrow + wide, "x"))), "shop/wide ");
    EXPECT_EQ(names(chosen(*scopeOf(narrow + wide, "web"))), "shop/wide ");
    const std::string other = rule("shop", "other", 2, "{host: a, exportTo: [z]}");
    EXPECT_EQ(names(chosen(*scopeOf(narrow + other, "web"))), "shop/narrow ");
}

TEST(DestinationRules, WorkloadSelector_isForItsOwnNamespaceAndLabels) {
    const std::string rules = rule("web", "all", 1, std::string("{host: ") + kHost + ", subsets: [{name: all}]}") +
                              rule("web", "some", 2, std::string("{host: ") + kHost +
                                                         ", workloadSelector: {matchLabels: {app: x}}, subsets: [{name: some}]}");
    EXPECT_EQ(names(chosen(*scopeOf(rules, "web", {{"app", "x"}, {"v", "1"}}))), "web/some ");
    EXPECT_EQ(names(chosen(*scopeOf(rules, "web", {{"app", "y"}}))), "web/all ");
    EXPECT_EQ(names(chosen(*scopeOf(rules, "shop", {{"app", "x"}}))), "");
}

} // namespace meshdeck::policy
