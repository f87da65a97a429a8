// Writes over TLS, beyond what is recorded: conflicts, options, status, apply, deletes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/demo/api/test_cluster.h"

namespace meshdeck::demo::api::test {

namespace {

std::string message(const Answer& answer) {
    return stringAt(bodyOf(answer), {"message"});
}
std::string version(const Json& object) {
    return stringAt(object, {"metadata", "resourceVersion"});
}

std::string weightPatch(int weight) {
    return R"([{"op":"replace","path":"/spec/http/0/route/0/weight","value":)" + std::to_string(weight) + "}]";
}

TEST(Patch_weightsThatIstiodRefuses, is400AndChangesNothing) {
    const TestCluster cluster;
    const std::string before = version(bodyOf(cluster.get(kReviewsPath)));
    const Answer negative = cluster.jsonPatch(kReviewsPath, weightPatch(-5));
    EXPECT_EQ(negative.status, 400);
    EXPECT_THAT(message(negative), testing::HasSubstr("admission webhook \"validation.istio.io\" denied the request"));
    const Answer none =
        cluster.jsonPatch(kReviewsPath, R"([{"op":"replace","path":"/spec/http/0/route/0/weight","value":0},
                                                            {"op":"replace","path":"/spec/http/0/route/1/weight","value":0}])");
    EXPECT_EQ(none.status, 400);
    EXPECT_EQ(version(bodyOf(cluster.get(kReviewsPath))), before);
}

TEST(Patch_anotherUid, isAConflict) {
    const TestCluster cluster;
    const Answer answer = cluster.jsonPatch(kReviewsPath, R"([{"op":"replace","path":"/metadata/uid","value":"x"}])");
    EXPECT_EQ(answer.status, 409);
    EXPECT_THAT(message(answer), testing::HasSubstr("Precondition failed: UID in precondition: x"));
}

TEST(Patch_metadata, doesNotCountTheGeneration) {
    const TestCluster cluster;
    const Answer answer = cluster.write("PATCH", kReviewsPath, R"({"metadata":{"annotations":{"a":"b"}}})",
                                        "application/merge-patch+json");
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(bodyOf(answer)["metadata"]["generation"], 1);
    EXPECT_EQ(bodyOf(cluster.jsonPatch(kReviewsPath, weightPatch(50)))["metadata"]["generation"], 2);
}

TEST(Patch_status, leavesTheSpecAndTheOtherWayRound) {
    const TestCluster cluster;
    const std::string both = R"({"spec":{"hosts":["x"]},"status":{"observedGeneration":7}})";
    const Json status = bodyOf(cluster.write("PATCH", kReviewsPath + "/status", both, "application/merge-patch+json"));
    EXPECT_EQ(status["status"]["observedGeneration"], 7);
    EXPECT_EQ(status["spec"]["hosts"][0], "reviews");
    EXPECT_EQ(status["metadata"]["generation"], 1);
    const Json object = bodyOf(
        cluster.write("PATCH", kReviewsPath, R"({"status":{"observedGeneration":9}})", "application/merge-patch+json"));
    EXPECT_EQ(object["status"]["observedGeneration"], 7);
}

TEST(Patch_inAnOlderVersion, keepsTheStorage) {
    const TestCluster cluster;
    const std::string path = "/apis/networking.istio.io/v1beta1/namespaces/bookinfo/virtualservices/reviews";
    EXPECT_EQ(bodyOf(cluster.jsonPatch(path, weightPatch(40)))["apiVersion"], "networking.istio.io/v1beta1");
    EXPECT_EQ(bodyOf(cluster.get(kReviewsPath))["apiVersion"], "networking.istio.io/v1");
}

TEST(Patch_options, areChecked) {
    const TestCluster cluster;
    EXPECT_EQ(cluster.jsonPatch(kReviewsPath + "?fieldManager=" + std::string(129, 'm'), weightPatch(1)).status, 422);
    EXPECT_EQ(cluster.jsonPatch(kReviewsPath + "?dryRun=Some", weightPatch(1)).status, 422);
    EXPECT_EQ(cluster.jsonPatch(kReviewsPath + "?fieldValidation=Maybe", weightPatch(1)).status, 422);
    EXPECT_EQ(cluster.jsonPatch(kReviewsPath, R"({"op":"add"})").status, 400);
    EXPECT_EQ(cluster.write("PATCH", kReviewsPath, "[1]", "application/merge-patch+json").status, 400);
}

TEST(Patch_ofManyClients, losesNone) {
    const TestCluster cluster;
    const std::string add = R"([{"op":"add","path":"/spec/hosts/-","value":"h"}])";
    std::vector<std::unique_ptr<TlsClient>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(cluster.client());
    }
    for (int round = 0; round < 5; ++round) {
        for (const auto& client : clients) {
            EXPECT_EQ(
                client->send("PATCH", kReviewsPath, cluster.adminHeaders("application/json-patch+json"), add).status,
                200);
        }
    }
    EXPECT_EQ(bodyOf(cluster.get(kReviewsPath))["spec"]["hosts"].size(), 21U);
}

TEST(Put_object, isReplaced) {
    const TestCluster cluster;
    Json object = bodyOf(cluster.get(kReviewsPath));
    object["spec"]["http"][0]["route"][0]["weight"] = 20;
    const Answer answer = cluster.write("PUT", kReviewsPath + "?fieldManager=editor", textOf(object));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(answer.body, testing::HasSubstr(R"("manager":"editor")"));
    EXPECT_EQ(cluster.write("PUT", kReviewsPath, textOf(object)).status, 409);
    object["metadata"].erase("resourceVersion");
    EXPECT_EQ(cluster.write("PUT", kReviewsPath, textOf(object)).status, 422);
    EXPECT_EQ(cluster.write("PUT", kVirtualServicesPath + "/other", textOf(object)).status, 400);
}

TEST(Create_strict, is400WithTheField) {
    const TestCluster cluster;
    Json object = virtualService("ratings", 1, 1);
    object["spec"]["https"] = Json::array();
    const Answer answer = cluster.write("POST", kVirtualServicesPath + "?fieldValidation=Strict", textOf(object));
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(message(answer),
              "VirtualService in version \"v1\" cannot be handled as a VirtualService: strict decoding "
              "error: unknown field \"spec.https\"");
    const Answer warned = cluster.write("POST", kVirtualServicesPath, textOf(object));
    EXPECT_EQ(warned.status, 201);
    EXPECT_EQ(warned.header("warning"), "299 - \"unknown field \\\"spec.https\\\"\"");
    EXPECT_FALSE(bodyOf(warned)["spec"].contains("https"));
}

TEST(Create_mismatch, isRefused) {
    const TestCluster cluster;
    Json object = virtualService("ratings", 1, 1);
    object["metadata"]["namespace"] = "istio-system";
    EXPECT_EQ(cluster.write("POST", kVirtualServicesPath, textOf(object)).status, 400);
    object = virtualService("ratings", 1, 1);
    object["apiVersion"] = "networking.istio.io/v1beta1";
    EXPECT_EQ(cluster.write("POST", kVirtualServicesPath, textOf(object)).status, 400);
    EXPECT_EQ(cluster.write("POST", kVirtualServicesPath, "{").status, 400);
    EXPECT_EQ(cluster.write("POST", kReviewsPath, textOf(object)).status, 405);
}

TEST(Apply_body, createsThenUpdates) {
    const TestCluster cluster;
    const std::string path = kVirtualServicesPath + "/ratings?fieldManager=argo";
    const auto apply = [&](const Json& object) {
        return cluster.write("PATCH", path, textOf(object), "application/apply-patch+yaml");
    };
    const Answer created = apply(virtualService("ratings", 60, 40));
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(bodyOf(created)["metadata"]["managedFields"][0]["operation"], "Apply");
    const Answer updated = apply(virtualService("ratings", 50, 50));
    EXPECT_EQ(updated.status, 200);
    EXPECT_EQ(bodyOf(updated)["metadata"]["generation"], 2);
    EXPECT_EQ(version(bodyOf(apply(virtualService("ratings", 50, 50)))), version(bodyOf(updated)));
    EXPECT_EQ(cluster.write("PATCH", kReviewsPath, "{}", "application/apply-patch+yaml").status, 422);
}

TEST(Delete_namespace, takesItsObjectsAlong) {
    const TestCluster cluster;
    EXPECT_EQ(cluster.write("DELETE", "/api/v1/namespaces/bookinfo", "").status, 200);
    EXPECT_EQ(cluster.get(kReviewsPath).status, 404);
    EXPECT_EQ(bodyOf(cluster.get("/api/v1/pods"))["items"].size(), 0U);
}

TEST(Delete_collection, takesWhatIsSelected) {
    const TestCluster cluster;
    const std::string services = "/api/v1/namespaces/bookinfo/services";
    EXPECT_EQ(cluster.write("DELETE", services + "?labelSelector=app%3Ddetails", "").status, 200);
    EXPECT_EQ(bodyOf(cluster.get(services))["items"].size(), 2U);
    EXPECT_EQ(cluster.write("DELETE", "/api/v1/services", "").status, 405);
}

TEST(Body_tooLarge, is413) {
    const TestCluster cluster;
    EXPECT_EQ(cluster.write("POST", kVirtualServicesPath, std::string(4U * 1024 * 1024, ' ')).status, 413);
}

} // namespace

} // namespace meshdeck::demo::api::test
