#include "config/kinds.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace meshdeck::config {
namespace {

TEST(Kinds, everyKind_isFoundByGroupAndName_andIsThereOnce) {
    std::set<std::pair<std::string_view, std::string_view>> kinds;
    std::set<std::pair<std::string_view, std::string_view>> plurals;
    for (const Kind& kind : watchedKinds()) {
        EXPECT_EQ(findKind(kind.group, kind.kind), &kind) << kind.kind;
        EXPECT_TRUE(kinds.emplace(kind.group, kind.kind).second) << kind.kind;
        EXPECT_TRUE(plurals.emplace(kind.group, kind.plural).second) << kind.plural;
    }
}

TEST(Kinds, kindOfTwoGroups_isToldApartByItsGroup) {
    const Kind* istio = findKind("networking.istio.io", "Gateway");
    const Kind* gatewayApi = findKind("gateway.networking.k8s.io", "Gateway");
    ASSERT_NE(istio, nullptr);
    ASSERT_NE(gatewayApi, nullptr);
    EXPECT_NE(istio, gatewayApi);
    EXPECT_EQ(findKind("", "Gateway"), nullptr);
}

TEST(Kinds, namesOfUrls_areLowerCaseAndThoseOfTheApi) {
    for (const Kind& kind : watchedKinds()) {
        EXPECT_TRUE(std::all_of(kind.plural.begin(), kind.plural.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
            << kind.plural;
    }
    EXPECT_EQ(findKind("networking.istio.io", "ServiceEntry")->plural, "serviceentries");
    EXPECT_EQ(findKind("gateway.networking.k8s.io", "BackendTLSPolicy")->plural, "backendtlspolicies");
    EXPECT_EQ(findKind("security.istio.io", "AuthorizationPolicy")->plural, "authorizationpolicies");
}

TEST(Kinds, secretsAndConfigMaps_areNeverListed) {
    EXPECT_EQ(findKind("", "Secret"), nullptr);
    EXPECT_EQ(findKind("", "ConfigMap"), nullptr);
}

TEST(Kinds, whatTheMapNeeds_comesFirstAndIsNoExtension) {
    const auto kinds = watchedKinds();
    ASSERT_GT(kinds.size(), 6U);
    std::set<std::string_view> first;
    for (const Kind& kind : kinds.first(6)) {
        first.insert(kind.kind);
        EXPECT_FALSE(kind.optional) << kind.kind;
    }
    EXPECT_EQ(first, (std::set<std::string_view>{"Namespace", "Service", "Deployment", "StatefulSet", "DaemonSet", "Pod"}));
    EXPECT_FALSE(findKind("", "Namespace")->namespaced);
    EXPECT_FALSE(findKind("gateway.networking.k8s.io", "GatewayClass")->namespaced);
    EXPECT_TRUE(findKind("networking.istio.io", "VirtualService")->optional);
}

} // namespace
} // namespace meshdeck::config
