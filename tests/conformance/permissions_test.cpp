// What a user may not do, told beforehand and when tried.
#include "server.h"

namespace meshdeck::conformance {
namespace {

class Permissions : public Suite {
protected:
    sources::KubernetesClient viewerClient{viewerContext()};
    sources::KubernetesCluster viewer{viewerClient};
};

TEST_F(Permissions, Review_saysWhatAViewerMayDo) {
    const auto patch = viewer.mayI("patch", ref("reviews"), {});
    ASSERT_TRUE(patch) << describe(patch.error());
    EXPECT_FALSE(*patch);
    const auto list = viewer.mayI("list", {"networking.istio.io", "VirtualService", kNamespace, {}}, {});
    ASSERT_TRUE(list) << describe(list.error());
    EXPECT_TRUE(*list);
    const auto admin = cluster.mayI("patch", ref("reviews"), {});
    ASSERT_TRUE(admin) << describe(admin.error());
    EXPECT_TRUE(*admin);
}

TEST_F(Permissions, Review_ofAKindThatIsNotServed_isNo) {
    const auto answer = cluster.mayI("patch", {"nobody.io", "Foo", kNamespace, "a"}, {});
    ASSERT_TRUE(answer);
    EXPECT_FALSE(*answer);
}

TEST_F(Permissions, Patch_ofAViewer_isForbiddenWithVerbAndResource) {
    const auto made = makeRoute();
    const auto answer = viewer.patch(made->ref, weights(*made, 90, 70), {}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Forbidden);
    EXPECT_NE(answer.error().what.find("cannot patch resource \"virtualservices\""), std::string::npos);
    EXPECT_EQ(weight(**cluster.read(made->ref, {})), 90);
}

TEST_F(Permissions, List_ofAViewer_isForbiddenEverywhereAndAllowedAtHome) {
    const auto all = viewerClient.send({"GET", "/api/v1/services", {}, {}, std::chrono::seconds(30)});
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, ErrorKind::Forbidden);
    EXPECT_TRUE(viewerClient.send({"GET", "/api/v1/namespaces/bookinfo/services", {}, {}, std::chrono::seconds(30)}));
}

TEST_F(Permissions, WhoAmI_isTheServersWord) {
    const auto name = viewer.whoAmI({});
    ASSERT_TRUE(name) << describe(name.error());
    EXPECT_EQ(*name, "viewer");
}

} // namespace
} // namespace meshdeck::conformance
