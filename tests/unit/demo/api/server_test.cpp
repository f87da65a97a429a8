// Reading, access, discovery, tokens and the pod proxy, over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/demo/api/encoding.h"
#include "unit/demo/api/test_cluster.h"

namespace meshdeck::demo::api::test {

namespace {

const std::string kServices = "/api/v1/namespaces/bookinfo/services";

std::vector<std::string> itemNames(const Json& list) {
    std::vector<std::string> names;
    for (const Json& item : list["items"]) {
        names.push_back(nameOf(item));
    }
    return names;
}

std::string message(const Answer& answer) {
    return stringAt(bodyOf(answer), {"message"});
}
std::string reason(const Answer& answer) {
    return stringAt(bodyOf(answer), {"reason"});
}

TEST(Tls_handshake, choosesHttp11AndKeepsTheConnection) {
    const TestCluster cluster;
    const auto client = cluster.client();
    ASSERT_TRUE(client->connected());
    EXPECT_EQ(client->protocol(), "http/1.1");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client->send("GET", kServices, cluster.adminHeaders()).status, 200);
    }
    const Answer head = client->send("HEAD", "/version", cluster.adminHeaders());
    EXPECT_EQ(head.status, 200);
}

TEST(Tls_wrongAuthority, isRefusedByTheClient) {
    ClusterOptions options = TestCluster::quickOptions();
    options.wrongAuthority = true;
    const TestCluster cluster(smallMesh(), options);
    EXPECT_FALSE(cluster.client()->connected());
}

TEST(Access_certificate, isAsGoodAsAToken) {
    const TestCluster cluster;
    TlsClient client(cluster.port(), cluster.access().authorityPem, cluster.access().client);
    const Answer answer = client.send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                                      {{"Content-Type", "application/json"}}, "{}");
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(stringAt(bodyOf(answer), {"status", "userInfo", "username"}), "demo-cert");
}

TEST(Access_certificateOfAnotherAuthority, is401) {
    const TestCluster cluster;
    const auto other = makeAuthority("other");
    const auto forged = makeLeaf(*other, {"demo-cert", {"system:masters"}, {}, {}, true});
    TlsClient client(cluster.port(), cluster.access().authorityPem, forged);
    EXPECT_EQ(client.send("GET", kServices).status, 401);
}

TEST(Access_nothingOrAWrongToken, is401) {
    const TestCluster cluster;
    const auto client = cluster.client();
    EXPECT_EQ(client->send("GET", kServices).status, 401);
    EXPECT_EQ(client->send("GET", "/version").status, 401);
    const Answer wrong = client->send("GET", kServices, {{"Authorization", "Bearer x"}});
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(reason(wrong), "Unauthorized");
    TlsClient both(cluster.port(), cluster.access().authorityPem, cluster.access().client);
    EXPECT_EQ(both.send("GET", kServices, {{"Authorization", "Bearer x"}}).status, 401);
}

TEST(Access_viewer, readsItsNamespaceOnly) {
    const TestCluster cluster;
    const auto client = cluster.client();
    const Headers viewer = cluster.viewerHeaders();
    EXPECT_EQ(client->send("GET", kServices, viewer).status, 200);
    EXPECT_EQ(client->send("GET", "/api/v1/namespaces/bookinfo", viewer).status, 200);
    EXPECT_EQ(client->send("GET", "/api/v1/namespaces/istio-system/services", viewer).status, 403);
    EXPECT_EQ(client->send("GET", "/api/v1/namespaces", viewer).status, 403);
    EXPECT_EQ(client->send("GET", "/api/v1/namespaces/bookinfo/secrets", viewer).status, 403);
    const Answer proxy = client->send("GET", "/api/v1/namespaces/bookinfo/pods/reviews-v1-0:15090/proxy/stats", viewer);
    EXPECT_EQ(proxy.status, 403);
    EXPECT_THAT(message(proxy), testing::HasSubstr("cannot get resource \"pods/proxy\""));
    Headers impersonating = viewer;
    impersonating.emplace_back("Impersonate-User", "admin");
    const Answer answer = client->send("GET", "/api/v1/services", impersonating);
    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(message(answer), testing::HasSubstr("cannot impersonate resource \"users\""));
}

TEST(Access_impersonatedStranger, mayNothing) {
    const TestCluster cluster;
    Headers headers = cluster.adminHeaders();
    headers.emplace_back("Impersonate-User", "jane");
    EXPECT_EQ(cluster.client()->send("GET", kServices, headers).status, 403);
    EXPECT_EQ(cluster.client()->send("GET", "/apis", headers).status, 200);
    headers.emplace_back("Impersonate-Group", "system:masters");
    EXPECT_EQ(cluster.client()->send("GET", kServices, headers).status, 200);
}

TEST(List_pages, showOneRevisionThoughTheListChanges) {
    const TestCluster cluster;
    const Json first = bodyOf(cluster.get(kServices + "?limit=2"));
    EXPECT_THAT(itemNames(first), testing::ElementsAre("details", "ratings"));
    EXPECT_EQ(first["metadata"]["remainingItemCount"], 1);
    ASSERT_EQ(cluster.write("DELETE", kServices + "/reviews", "").status, 200);

    const std::string token = first["metadata"]["continue"];
    const Json second = bodyOf(cluster.get(kServices + "?limit=2&continue=" + token));
    EXPECT_THAT(itemNames(second), testing::ElementsAre("reviews"));
    EXPECT_EQ(second["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    EXPECT_FALSE(second["metadata"].contains("continue"));
    EXPECT_THAT(itemNames(bodyOf(cluster.get(kServices))), testing::ElementsAre("details", "ratings"));
}

TEST(List_expiredPage, is410WithATokenToGoOn) {
    TestCluster cluster;
    const Json first = bodyOf(cluster.get(kServices + "?limit=2"));
    cluster.cluster().store().forgetHistory();
    const Answer expired = cluster.get(kServices + "?limit=2&continue=" + stringAt(first, {"metadata", "continue"}));
    EXPECT_EQ(expired.status, 410);
    EXPECT_EQ(reason(expired), "Expired");
    const std::string token = stringAt(bodyOf(expired), {"metadata", "continue"});
    EXPECT_THAT(itemNames(bodyOf(cluster.get(kServices + "?continue=" + token))), testing::ElementsAre("reviews"));
}

TEST(List_selectors, choose) {
    const TestCluster cluster;
    EXPECT_THAT(itemNames(bodyOf(cluster.get(kServices + "?labelSelector=app+in+(details,reviews)"))),
                testing::ElementsAre("details", "reviews"));
    EXPECT_THAT(itemNames(bodyOf(cluster.get("/api/v1/services?fieldSelector=metadata.name%3Dratings"))),
                testing::ElementsAre("ratings"));
    EXPECT_EQ(cluster.get(kServices + "?fieldSelector=spec.x%3D1").status, 400);
}

TEST(List_revisions, followTheRules) {
    const TestCluster cluster;
    const std::string then = bodyOf(cluster.get(kServices))["metadata"]["resourceVersion"];
    ASSERT_EQ(cluster.write("DELETE", kServices + "/reviews", "").status, 200);
    EXPECT_EQ(
        bodyOf(cluster.get(kServices + "?resourceVersion=" + then + "&resourceVersionMatch=Exact"))["items"].size(),
        3U);
    EXPECT_EQ(
        bodyOf(cluster.get(kServices + "?resourceVersion=" + then + "&resourceVersionMatch=NotOlderThan"))["items"]
            .size(),
        2U);
    EXPECT_EQ(cluster.get(kServices + "?resourceVersion=1&resourceVersionMatch=Exact").status, 410);
    EXPECT_EQ(cluster.get(kServices + "?resourceVersionMatch=Exact").status, 422);
    EXPECT_EQ(cluster.get(kServices + "?resourceVersion=x").status, 400);
}

TEST(Read_versions, areOfTheSameStorage) {
    const TestCluster cluster;
    for (const char* version : {"v1", "v1beta1", "v1alpha3"}) {
        const std::string path =
            std::string("/apis/networking.istio.io/") + version + "/namespaces/bookinfo/virtualservices/reviews";
        const Json object = bodyOf(cluster.get(path));
        EXPECT_EQ(object["apiVersion"], std::string("networking.istio.io/") + version);
        EXPECT_EQ(object["spec"]["http"][0]["route"][0]["weight"], 90);
    }
    EXPECT_EQ(cluster.get("/apis/networking.istio.io/v1/namespaces/bookinfo/envoyfilters").status, 404);
    EXPECT_EQ(cluster.get("/apis/networking.istio.io/v1alpha3/namespaces/bookinfo/envoyfilters").status, 200);
}

TEST(Read_rootCertificate, isInEveryNamespace) {
    const TestCluster cluster;
    for (const char* ns : {"bookinfo", "istio-system"}) {
        const Json map =
            bodyOf(cluster.get(std::string("/api/v1/namespaces/") + ns + "/configmaps/istio-ca-root-cert"));
        EXPECT_EQ(stringAt(map, {"data", "root-cert.pem"}), cluster.access().authorityPem);
    }
}

TEST(Discovery_forms, sayTheSame) {
    const TestCluster cluster;
    Headers headers = {
        {"Authorization", "Bearer " + cluster.access().adminToken},
        {"Accept", "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"}};
    const Answer aggregated = cluster.client()->send("GET", "/apis", headers);
    EXPECT_EQ(aggregated.header("content-type"),
              "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList");
    const Json groups = bodyOf(cluster.get("/apis"));
    EXPECT_EQ(groups["kind"], "APIGroupList");
    EXPECT_EQ(groups["groups"].size(), bodyOf(aggregated)["items"].size());
    for (const Json& item : bodyOf(aggregated)["items"]) {
        for (const Json& version : item["versions"]) {
            const std::string path = "/apis/" + nameOf(item) + "/" + version["version"].get<std::string>();
            const Json old = bodyOf(cluster.get(path));
            const auto mains =
                std::count_if(old["resources"].begin(), old["resources"].end(), [](const Json& resource) {
                    return resource["name"].get<std::string>().find('/') == std::string::npos;
                });
            EXPECT_EQ(static_cast<std::size_t>(mains), version["resources"].size()) << path;
        }
    }
    EXPECT_EQ(bodyOf(cluster.get("/api"))["versions"], Json::array({"v1"}));
}

TEST(Token_request, isBoundAndKnownToTheReview) {
    TestCluster cluster;
    const std::string path = "/api/v1/namespaces/istio-system/serviceaccounts/default/token";
    const Answer answer = cluster.write("POST", path,
                                        R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest",
                                            "spec":{"audiences":["istio-ca"],"expirationSeconds":3600}})");
    ASSERT_EQ(answer.status, 201) << answer.body;
    const std::string token = stringAt(bodyOf(answer), {"status", "token"});
    const auto identity = cluster.cluster().tokenReview()(token);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->ns, "istio-system");
    EXPECT_EQ(identity->serviceAccount, "default");
    EXPECT_THAT(identity->audiences, testing::ElementsAre("istio-ca"));
    EXPECT_FALSE(cluster.cluster().tokenReview()(token + "x"));

    const std::string claims = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);
    const Json decoded = parseJson(base64UrlDecoded(claims).value_or("")).value_or(Json());
    EXPECT_EQ(stringAt(decoded, {"sub"}), "system:serviceaccount:istio-system:default");
    // A token of another audience is no credential for this server.
    EXPECT_EQ(cluster.client()->send("GET", kServices, {{"Authorization", "Bearer " + token}}).status, 401);
    EXPECT_EQ(cluster.write("POST", path, R"({"spec":{"expirationSeconds":60}})").status, 422);
}

TEST(Token_review, endsWithTheToken) {
    auto now = std::chrono::system_clock::now();
    TokenBook book([&] { return now; });
    const auto issued = book.issue({"a", "b", {kApiAudience}}, "uid", std::chrono::seconds(600));
    EXPECT_TRUE(book.review(issued.token));
    now += std::chrono::seconds(600);
    EXPECT_FALSE(book.review(issued.token));
}

class OnePod : public PodPages {
public:
    std::optional<std::string> page(const std::string& ns, const std::string& pod, const std::string& path,
                                    const std::string& filter) override {
        return ns == "bookinfo" && pod == "reviews-v1-0" && path == "/stats/prometheus"
                   ? std::optional<std::string>(filter.empty() ? "x 1\n" : "filtered by " + filter)
                   : std::nullopt;
    }
};

TEST(PodProxy_forms, reachTheMetricsPort) {
    OnePod pods;
    const TestCluster cluster(smallMesh(), TestCluster::quickOptions(), &pods);
    const std::string base = "/api/v1/namespaces/bookinfo/pods/";
    for (const char* pod : {"reviews-v1-0:15090", "http:reviews-v1-0:15090", "reviews-v1-0:15020"}) {
        const Answer answer = cluster.get(base + pod + "/proxy/stats/prometheus");
        EXPECT_EQ(answer.status, 200) << pod;
        EXPECT_EQ(answer.body, "x 1\n");
    }
    // Envoy's own port takes a filter; the agent passes over it.
    EXPECT_EQ(cluster.get(base + "reviews-v1-0:15090/proxy/stats/prometheus?filter=a%7Cb").body, "filtered by a|b");
    EXPECT_EQ(cluster.get(base + "reviews-v1-0:15020/proxy/stats/prometheus?filter=a%7Cb").body, "x 1\n");
    EXPECT_EQ(cluster.get(base + "reviews-v1-0:15090/proxy/nothing").status, 404);
    EXPECT_EQ(cluster.get(base + "reviews-v1-0:9080/proxy/stats/prometheus").status, 503);
    EXPECT_EQ(cluster.get(base + "a:b:c:d/proxy/").status, 400);
}

TEST(Faults_switches, answerAsTheySay) {
    TestCluster cluster;
    cluster.cluster().faults().tooManyRequests = 1;
    const Answer busy = cluster.get(kServices);
    EXPECT_EQ(busy.status, 429);
    EXPECT_EQ(busy.header("retry-after"), "1");
    EXPECT_EQ(cluster.get(kServices).status, 200);
    cluster.cluster().faults().forbid("services");
    EXPECT_EQ(cluster.get(kServices).status, 403);
    EXPECT_EQ(cluster.get(kVirtualServicesPath).status, 200);
    cluster.cluster().faults().expireTokens = true;
    EXPECT_EQ(cluster.get(kVirtualServicesPath).status, 401);
}

TEST(Kubeconfig_text, namesContextsUsersAndEndpoints) {
    const TestCluster cluster;
    KubeconfigContent content = cluster.access();
    content.istiod = "127.0.0.1:1";
    content.jaeger = "127.0.0.1:2";
    const std::string text = kubeconfigText(content);
    EXPECT_THAT(text, testing::HasSubstr("current-context: demo-bookinfo\n"));
    EXPECT_THAT(text, testing::HasSubstr("- name: demo-bookinfo-viewer\n"));
    EXPECT_THAT(text,
                testing::HasSubstr(R"(extension: {"istiod":"127.0.0.1:1","istiodServerName":"istiod.istio-system.svc",)"
                                   R"("jaeger":"127.0.0.1:2"})"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("prometheus")));
}

} // namespace

} // namespace meshdeck::demo::api::test
