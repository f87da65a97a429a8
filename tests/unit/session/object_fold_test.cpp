#include "session/object_fold.h"

#include <gtest/gtest.h>

namespace meshdeck::session {
namespace {

mesh::Pod pod(const std::string& ns, const std::string& name) {
    mesh::Pod pod;
    pod.ns = ns;
    pod.name = name;
    return pod;
}

mesh::ResourcePtr resource(const std::string& group, const std::string& kind, const std::string& ns,
                           const std::string& name, const std::string& version = "1") {
    auto made = std::make_shared<mesh::Resource>();
    made->ref = {group, kind, ns, name};
    made->resourceVersion = version;
    return made;
}

sources::ObjectsDelta upsert(std::vector<sources::ClusterObject> objects) {
    sources::ObjectsDelta delta;
    delta.upserted = std::move(objects);
    return delta;
}

TEST(ObjectFold, Upsert_newObjects_areInTheirTables) {
    ObjectFold fold;
    mesh::Workload workload;
    workload.ns = "shop";
    workload.name = "cart";
    workload.kind = "Deployment";
    mesh::Service service;
    service.ns = "shop";
    service.name = "cart";
    fold.apply(upsert({mesh::Namespace{"shop", {}}, service, workload, pod("shop", "cart-1"),
                       resource("networking.istio.io", "VirtualService", "shop", "cart")}));
    EXPECT_TRUE(fold.inventory()->namespaces.contains("shop"));
    EXPECT_TRUE(fold.inventory()->services.contains("shop/cart"));
    EXPECT_TRUE(fold.inventory()->workloads.contains("shop/cart"));
    EXPECT_TRUE(fold.inventory()->pods.contains("shop/cart-1"));
    EXPECT_EQ(fold.config()->size(), 1U);
}

TEST(ObjectFold, Replace_ofOneNamespace_removesOnlyItsUnlistedObjects) {
    ObjectFold fold;
    fold.apply(upsert({pod("a", "1"), pod("a", "2"), pod("b", "1")}));
    sources::ObjectsDelta replace = upsert({pod("a", "2"), pod("a", "3")});
    replace.kind = "Pod";
    replace.scope = "a";
    replace.replace = true;
    fold.apply(replace);
    std::vector<std::string> keys;
    for (const auto& [key, one] : fold.inventory()->pods) {
        keys.push_back(key);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"a/2", "a/3", "b/1"}));
}

TEST(ObjectFold, Replace_ofOneWorkloadKind_keepsTheOthers) {
    ObjectFold fold;
    mesh::Workload stateful;
    stateful.ns = "a";
    stateful.name = "db";
    stateful.kind = "StatefulSet";
    fold.apply(upsert({stateful}));
    sources::ObjectsDelta replace;
    replace.kind = "Deployment";
    replace.replace = true;
    fold.apply(replace);
    EXPECT_TRUE(fold.inventory()->workloads.contains("a/db"));
    replace.kind = "StatefulSet";
    fold.apply(replace);
    EXPECT_TRUE(fold.inventory()->workloads.empty());
}

TEST(ObjectFold, Replace_withGroup_keepsTheOtherGroupsKindOfThatName) {
    ObjectFold fold;
    fold.apply(upsert({resource("networking.istio.io", "Gateway", "a", "g"),
                       resource("gateway.networking.k8s.io", "Gateway", "a", "g")}));
    sources::ObjectsDelta replace;
    replace.kind = "Gateway";
    replace.group = "networking.istio.io";
    replace.replace = true;
    fold.apply(replace);
    ASSERT_EQ(fold.config()->size(), 1U);
    EXPECT_EQ(fold.config()->begin()->first.group, "gateway.networking.k8s.io");
}

TEST(ObjectFold, Delete_ofKnownAndUnknown_removesTheKnown) {
    ObjectFold fold;
    fold.apply(upsert({pod("a", "1"), resource("g", "K", "a", "x")}));
    sources::ObjectsDelta gone;
    gone.deleted = {{"", "Pod", "a", "1"}, {"g", "K", "a", "x"}, {"g", "K", "a", "never"}};
    fold.apply(gone);
    EXPECT_TRUE(fold.inventory()->pods.empty());
    EXPECT_TRUE(fold.config()->empty());
}

TEST(ObjectFold, Published_values_neverChangeAndUnchangedOnesAreShared) {
    ObjectFold fold;
    fold.apply(upsert({pod("a", "1")}));
    const auto before = fold.inventory();
    const auto configBefore = fold.config();
    fold.apply(upsert({pod("a", "1")})); // equal: nothing happens
    EXPECT_EQ(fold.inventory(), before);
    fold.apply(upsert({pod("a", "2")}));
    EXPECT_EQ(before->pods.size(), 1U);
    EXPECT_EQ(fold.inventory()->pods.size(), 2U);
    EXPECT_EQ(fold.config(), configBefore);
}

TEST(ObjectFold, Upsert_sameResourceVersion_keepsTheOldPointer) {
    ObjectFold fold;
    const auto first = resource("g", "K", "a", "x", "7");
    fold.apply(upsert({first}));
    fold.apply(upsert({resource("g", "K", "a", "x", "7")}));
    EXPECT_EQ(fold.config()->begin()->second, first);
    fold.apply(upsert({resource("g", "K", "a", "x", "8")}));
    EXPECT_EQ(fold.config()->begin()->second->resourceVersion, "8");
}

} // namespace
} // namespace meshdeck::session
