#include "policy/scope.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "world_of.h"

namespace meshdeck::policy {

namespace {

std::string service(const std::string& ns, const std::string& name, const std::string& more = {}) {
    return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: " + ns + more +
           "}\nspec: {ports: [{name: http, port: 80}]}\n---\n";
}

std::string virtualService(const std::string& ns, const std::string& name, const std::string& spec, int age = 0) {
    const std::string created =
        age == 0 ? "" : ", creationTimestamp: \"2024-01-01T00:00:0" + std::to_string(age) + "Z\"";
    return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name + ", namespace: " + ns +
           created + "}\nspec: " + spec + "\n---\n";
}

std::string sidecar(const std::string& ns, const std::string& name, const std::string& spec) {
    return "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: " + name + ", namespace: " + ns +
           "}\nspec: " + spec + "\n---\n";
}

std::shared_ptr<const Scope> scopeOf(const std::string& yaml, const std::string& ns = "shop", mesh::Labels labels = {}) {
    Proxy proxy;
    proxy.type = Proxy::Type::Sidecar;
    proxy.ns = ns;
    proxy.labels = std::move(labels);
    return Scope::of(worldOf(yaml), proxy);
}

std::string hosts(const Scope& scope, std::size_t listener = 0) {
    std::vector<std::string> names;
    for (const std::size_t i : scope.egress()[listener].services) {
        const Service& each = scope.world().services()[i];
        names.push_back((each.name.empty() ? each.host : each.name) + "." + each.ns);
    }
    std::sort(names.begin(), names.end());
    std::string result;
    for (const std::string& name : names) {
        result += name + " ";
    }
    return result;
}

std::string rules(const Scope& scope, std::size_t listener = 0) {
    std::string result;
    for (const auto& vs : scope.egress()[listener].virtualServices) {
        result += vs->object->ref.ns + "/" + vs->object->ref.name + " ";
    }
    return result;
}

const std::string kServices = service("shop", "a") + service("shop", "b") + service("data", "db") +
                              service("data", "secret", ", annotations: {networking.istio.io/exportTo: \".\"}");

} // namespace

TEST(Scope, WithoutSidecar_everythingExportedIsSeen) {
    const auto scope = scopeOf(kServices);
    ASSERT_EQ(scope->egress().size(), 1U);
    EXPECT_EQ(hosts(*scope), "a.shop b.shop db.data ");
    ASSERT_NE(scope->service("db.data.svc.cluster.local"), nullptr);
    EXPECT_EQ(scope->service("secret.data.svc.cluster.local"), nullptr);
    EXPECT_EQ(scope->sidecar(), nullptr);
}

TEST(Scope, ImportsOfASidecar_limitTheServices) {
    EXPECT_EQ(hosts(*scopeOf(kServices + sidecar("shop", "s", "{egress: [{hosts: ['./*']}]}"))), "a.shop b.shop ");
    EXPECT_EQ(hosts(*scopeOf(kServices + sidecar("shop", "s", "{egress: [{hosts: ['*/db.data.svc.cluster.local']}]}"))),
              "db.data ");
    EXPECT_EQ(hosts(*scopeOf(kServices + sidecar("shop", "s", "{egress: [{hosts: ['~/*']}]}"))), "");
    EXPECT_EQ(hosts(*scopeOf(kServices + sidecar("shop", "s", "{egress: [{hosts: ['data/*', 'shop/a.shop.svc.cluster.local']}]}"))),
              "a.shop db.data ");
    EXPECT_EQ(hosts(*scopeOf(kServices + sidecar("shop", "s", "{egress: [{hosts: ['other/*']}]}"))), "");
    EXPECT_EQ(hosts(*scopeOf(kServices + sidecar("shop", "s", "{workloadSelector: {labels: {x: z}}}"))),
              "a.shop b.shop db.data ");
}

TEST(Scope, SidecarChoice_isSelectorThenNamespaceThenRoot) {
    const std::string all = sidecar("shop", "own", "{egress: [{hosts: ['./*']}]}") +
                            sidecar("shop", "some", "{workloadSelector: {labels: {app: x}}, egress: [{hosts: ['data/*']}]}") +
                            sidecar("istio-system", "root", "{egress: [{hosts: ['~/*']}]}");
    EXPECT_EQ(scopeOf(kServices + all)->sidecar()->ref.name, "own");
    EXPECT_EQ(scopeOf(kServices + all, "shop", {{"app", "x"}})->sidecar()->ref.name, "some");
    EXPECT_EQ(scopeOf(kServices + all, "data")->sidecar()->ref.name, "root");
}

TEST(Scope, ListenerWithPort_showsServicesThatHaveIt) {
    const auto scope = scopeOf(kServices + sidecar("shop", "s",
                                                   "{egress: [{port: {number: 81, protocol: HTTP}, hosts: ['*/*']}, "
                                                   "{port: {number: 80, protocol: HTTP}, hosts: ['./a.shop.svc.cluster.local']}, "
                                                   "{port: {number: 3128, protocol: HTTP_PROXY}, hosts: ['data/*']}]}"));
    ASSERT_EQ(scope->egress().size(), 3U);
    EXPECT_EQ(hosts(*scope, 0), "");
    EXPECT_EQ(hosts(*scope, 1), "a.shop ");
    EXPECT_EQ(hosts(*scope, 2), "db.data ");
}

TEST(Scope, DestinationsOfImportedVirtualServices_areAdded) {
    const auto scope =
        scopeOf(kServices + virtualService("shop", "v", "{hosts: [a], http: [{route: [{destination: {host: db.data.svc.cluster.local}}]}]}") +
                sidecar("shop", "s", "{egress: [{hosts: ['./a.shop.svc.cluster.local']}]}"));
    EXPECT_EQ(hosts(*scope), "a.shop ");
    EXPECT_NE(scope->service("db.data.svc.cluster.local"), nullptr);
    EXPECT_EQ(scope->service("b.shop.svc.cluster.local"), nullptr);
}

TEST(Scope, SameHostTwice_clientsNamespaceThenKubernetesThenOldest) {
    const auto entry = [](const std::string& ns, const std::string& host) {
        return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: se, namespace: " + ns +
               ", creationTimestamp: \"2020-01-01T00:00:00Z\"}\nspec: {hosts: [" + host +
               "], ports: [{number: 80, name: http, protocol: HTTP}]}\n---\n";
    };
    const std::string twice = entry("x", "db.data.svc.cluster.local") + kServices;
    EXPECT_EQ(scopeOf(twice)->service("db.data.svc.cluster.local")->name, "db");
    EXPECT_EQ(scopeOf(twice, "x")->service("db.data.svc.cluster.local")->ns, "x");
    EXPECT_EQ(scopeOf(entry("x", "e.com") + entry("a", "e.com"))->service("e.com")->ns, "a");
}

TEST(Scope, VirtualServices_privateThenExportedThenPublic) {
    const std::string yaml = virtualService("data", "public", "{hosts: [a.b], http: [{}]}", 1) +
                             virtualService("data", "named", "{hosts: [a.b], exportTo: [shop], http: [{}]}", 2) +
                             virtualService("shop", "private", "{hosts: [a.b], exportTo: ['.'], http: [{}]}", 3) +
                             virtualService("data", "nobody", "{hosts: [a.b], exportTo: ['~'], http: [{}]}", 4) +
                             virtualService("data", "gateway", "{hosts: [a.b], gateways: [gw], http: [{}]}", 5);
    EXPECT_EQ(rules(*scopeOf(yaml)), "shop/private data/named data/public ");
    EXPECT_EQ(rules(*scopeOf(yaml, "other")), "data/public ");
}

TEST(Scope, SidecarImports_takeVirtualServicesLoosely) {
    const std::string yaml = virtualService("shop", "wide", "{hosts: ['*.local', x.com], http: [{}]}") +
                             virtualService("shop", "other", "{hosts: [y.com], http: [{}]}") +
                             virtualService("data", "elsewhere", "{hosts: [a.shop.svc.cluster.local], http: [{}]}") +
                             sidecar("shop", "s", "{egress: [{hosts: ['./a.shop.svc.cluster.local']}]}");
    EXPECT_EQ(rules(*scopeOf(yaml)), "shop/wide ");
}

TEST(Scope, OutboundPolicyOfASidecar_beatsTheMesh) {
    EXPECT_FALSE(scopeOf(kServices)->registryOnly());
    EXPECT_TRUE(scopeOf(kServices + sidecar("shop", "s", "{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}"))->registryOnly());
}

TEST(ExportedTo, Words_areThoseOfIstio) {
    EXPECT_TRUE(exportedTo({"*"}, "a", "b"));
    EXPECT_TRUE(exportedTo({"."}, "a", "a"));
    EXPECT_FALSE(exportedTo({"."}, "a", "b"));
    EXPECT_TRUE(exportedTo({"b"}, "a", "b"));
    EXPECT_FALSE(exportedTo({"~"}, "a", "a"));
}

} // namespace meshdeck::policy
