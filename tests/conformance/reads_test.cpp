// Discovery, lists, pages and refusals, as facts/real-servers.md 1 has them.
#include <set>

#include <algorithm>

#include "server.h"
#include "sources/kubernetes/api_status.h"
#include "sources/kubernetes/decode.h"

namespace meshdeck::conformance {
namespace {

using sources::kubernetes::decodeList;

class Reads : public Suite {
protected:
    Error errorOf(const std::string& path) {
        const auto answer = client.send({"GET", path, {}, {}, std::chrono::seconds(30)});
        return answer ? Error{} : answer.error();
    }
    const std::string routes = "/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices";
};

TEST_F(Reads, Catalog_ofTheServer_hasTheKindsInTheirPreferredVersion) {
    const auto catalog = client.catalog();
    ASSERT_TRUE(catalog) << describe(catalog.error());
    const auto* route = (*catalog)->find("networking.istio.io", "VirtualService");
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->version, "v1");
    EXPECT_EQ(route->plural, "virtualservices");
    EXPECT_TRUE(route->namespaced);
    const auto* gatewayApi = (*catalog)->find("gateway.networking.k8s.io", "HTTPRoute");
    ASSERT_NE(gatewayApi, nullptr);
    EXPECT_EQ(gatewayApi->version, "v1");
    EXPECT_EQ((*catalog)->find("", "Pod")->collectionPath(""), "/api/v1/pods");
    EXPECT_FALSE((*catalog)->find("", "Namespace")->namespaced);
    EXPECT_EQ((*catalog)->find("apps", "Deployment")->version, "v1");
}

TEST_F(Reads, OldDiscovery_ofOneGroup_isUnderstood) {
    const auto answer = client.send({"GET", "/apis/networking.istio.io/v1", {}, {}, std::chrono::seconds(30)});
    ASSERT_TRUE(answer) << describe(answer.error());
    sources::ApiCatalog catalog;
    ASSERT_TRUE(sources::kubernetes::readResourceList(answer->body, catalog));
    ASSERT_NE(catalog.find("networking.istio.io", "DestinationRule"), nullptr);
    EXPECT_EQ(catalog.find("networking.istio.io", "DestinationRule")->plural, "destinationrules");
}

TEST_F(Reads, ServerVersion_isTold) {
    const auto version = client.serverVersion();
    ASSERT_TRUE(version) << describe(version.error());
    EXPECT_TRUE(version->starts_with("v"));
}

TEST_F(Reads, List_inPagesOfOne_isTheSameAsInOne) {
    const auto* kind = config::findKind("", "Service");
    const auto whole = client.send({"GET", "/api/v1/namespaces/bookinfo/services", {}, {}, std::chrono::seconds(30)});
    ASSERT_TRUE(whole) << describe(whole.error());
    const auto all = decodeList(*kind, whole->body);
    ASSERT_TRUE(all);
    std::vector<std::string> expected;
    for (const auto& object : all->objects) {
        expected.push_back(object.ref.name);
    }
    ASSERT_GE(expected.size(), 4U);
    std::vector<std::string> paged;
    std::string token;
    do {
        const auto page = client.send({"GET", "/api/v1/namespaces/bookinfo/services?limit=1" +
                                                  (token.empty() ? std::string() : "&continue=" + token),
                                       {}, {}, std::chrono::seconds(30)});
        ASSERT_TRUE(page) << describe(page.error());
        const auto decoded = decodeList(*kind, page->body);
        ASSERT_TRUE(decoded);
        ASSERT_LE(decoded->objects.size(), 1U);
        for (const auto& object : decoded->objects) {
            paged.push_back(object.ref.name);
        }
        token = decoded->continueToken;
    } while (!token.empty() && paged.size() <= expected.size());
    EXPECT_EQ(paged, expected);
}

TEST_F(Reads, List_withABadContinueToken_isInvalid) {
    EXPECT_EQ(errorOf("/api/v1/services?limit=1&continue=abc").kind, ErrorKind::Invalid);
}

TEST_F(Reads, List_atAVersionOfTheFuture_isTooLarge) {
    const auto answer = client.sendRaw({"GET", routes + "?resourceVersion=99999999", {}, {}, std::chrono::seconds(30)});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->status, 504);
    const auto status = sources::kubernetes::statusOf(*answer);
    EXPECT_TRUE(status.tooLargeVersion());
    EXPECT_EQ(status.retryAfter, std::chrono::seconds(1));
}

TEST_F(Reads, Kind_thatIsNotServed_isNotServed) {
    EXPECT_EQ(errorOf("/apis/networking.istio.io/v1/foos").kind, ErrorKind::NotServed);
    EXPECT_EQ(errorOf("/apis/nobody.io/v1/foos").kind, ErrorKind::NotServed);
    EXPECT_EQ(cluster.read({"nobody.io", "Foo", kNamespace, "a"}, {}).error().kind, ErrorKind::NotServed);
}

TEST_F(Reads, Object_thatIsNotThere_isNotFound) {
    const auto answer = cluster.read(ref("nobody"), {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::NotFound);
    EXPECT_NE(answer.error().what.find("nobody"), std::string::npos);
}

TEST_F(Reads, Object_thatIsRead_keepsTheServersText) {
    const auto made = makeRoute();
    const auto raw = client.send({"GET", routes + "/" + made->ref.name, {}, {}, std::chrono::seconds(30)});
    const auto object = cluster.read(made->ref, {});
    ASSERT_TRUE(object && raw);
    EXPECT_EQ(*(*object)->json, raw->body);
    EXPECT_EQ((*object)->uid, made->uid);
}

TEST_F(Reads, Token_thatIsWrong_isUnauthenticated) {
    auto context = adminContext();
    context.user = {};
    context.user.token = "nobody-knows-this-one";
    sources::KubernetesClient stranger(context);
    const auto answer = stranger.send({"GET", routes, {}, {}, std::chrono::seconds(30)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unauthenticated);
    EXPECT_FALSE(answer.error().hint.empty());
}

TEST_F(Reads, Authority_thatIsWrong_isATlsErrorBeforeAnythingIsSent) {
    auto context = adminContext();
    context.caPem.clear(); // the system's roots do not know the server's authority
    sources::KubernetesClient stranger(context);
    const auto answer = stranger.send({"GET", "/version", {}, {}, std::chrono::seconds(30)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Tls);
    EXPECT_NE(answer.error().what.find("unknown authority"), std::string::npos) << answer.error().what;
}

TEST_F(Reads, PodProxy_toAPodThatIsNotThere_isNotFound) {
    const auto answer = client.getFromPod(kNamespace, "nobody", 15090, "/stats/prometheus");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::NotFound);
}

TEST_F(Reads, TokenRequest_forAnAccount_isAnswered) {
    const auto missing = client.requestToken("bookinfo", "nobody", "istio-ca", std::chrono::hours(1));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    const auto token = client.requestToken("bookinfo", "bookinfo-reviews", "istio-ca", std::chrono::hours(1));
    ASSERT_TRUE(token) << describe(token.error());
    EXPECT_EQ(std::count(token->begin(), token->end(), '.'), 2); // a JSON Web Token
}

} // namespace
} // namespace meshdeck::conformance
