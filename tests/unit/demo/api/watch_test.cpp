#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/demo/api/test_cluster.h"

namespace meshdeck::demo::api::test {

namespace {

Json next(TlsClient& client) {
    const std::optional<std::string> line = client.nextLine();
    return line ? parseJson(*line).value_or(Json()) : Json();
}

std::string typeOf(const Json& event) {
    return stringAt(event, {"type"});
}

std::string listVersion(const TestCluster& cluster) {
    return bodyOf(cluster.get(kVirtualServicesPath))["metadata"]["resourceVersion"];
}

void setWeight(const TestCluster& cluster, int weight) {
    const std::string patch =
        R"([{"op":"replace","path":"/spec/http/0/route/0/weight","value":)" + std::to_string(weight) + "}]";
    ASSERT_EQ(cluster.jsonPatch(kReviewsPath, patch).status, 200);
}

int weightIn(const Json& event) {
    const Json* http = find(event, {"object", "spec", "http"});
    return http == nullptr ? -1 : (*http)[0]["route"][0]["weight"].get<int>();
}

TEST(Watch_fromARevision, givesWhatWasMissedAndThenWhatComes) {
    const TestCluster cluster;
    const std::string seen = listVersion(cluster);
    setWeight(cluster, 1);
    const auto client = cluster.client();
    EXPECT_EQ(client->begin("GET", kVirtualServicesPath + "?watch=true&resourceVersion=" + seen, cluster.adminHeaders())
                  .status,
              200);
    EXPECT_EQ(weightIn(next(*client)), 1);
    setWeight(cluster, 2);
    const Json event = next(*client);
    EXPECT_EQ(typeOf(event), "MODIFIED");
    EXPECT_EQ(weightIn(event), 2);
}

TEST(Watch_withoutARevision, beginsWithWhatThereIs) {
    const TestCluster cluster;
    const auto client = cluster.client();
    client->begin("GET", "/api/v1/namespaces/bookinfo/services?watch=1", cluster.adminHeaders());
    for (const char* name : {"details", "ratings", "reviews"}) {
        const Json event = next(*client);
        EXPECT_EQ(typeOf(event), "ADDED");
        EXPECT_EQ(nameOf(event["object"]), name);
        EXPECT_EQ(stringAt(event["object"], {"kind"}), "Service");
    }
}

TEST(Watch_initialEvents, endWithTheirBookmark) {
    const TestCluster cluster;
    const auto client = cluster.client();
    client->begin("GET",
                  kVirtualServicesPath +
                      "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
                  cluster.adminHeaders());
    EXPECT_EQ(typeOf(next(*client)), "ADDED");
    const Json end = next(*client);
    EXPECT_EQ(typeOf(end), "BOOKMARK");
    EXPECT_EQ(stringAt(end, {"object", "metadata", "annotations", "k8s.io/initial-events-end"}), "true");
    setWeight(cluster, 3);
    EXPECT_EQ(weightIn(next(*client)), 3);
    EXPECT_EQ(cluster.get(kVirtualServicesPath + "?watch=1&sendInitialEvents=true").status, 422);
}

TEST(Watch_expired, isOneLineAndTheConnectionGoesOn) {
    TestCluster cluster;
    const std::string seen = listVersion(cluster);
    cluster.cluster().store().forgetHistory();
    const auto client = cluster.client();
    const Answer head =
        client->begin("GET", kVirtualServicesPath + "?watch=1&resourceVersion=" + seen, cluster.adminHeaders());
    EXPECT_EQ(head.status, 200);
    const Json event = next(*client);
    EXPECT_EQ(typeOf(event), "ERROR");
    EXPECT_EQ(event["object"]["code"], 410);
    EXPECT_FALSE(client->nextLine());
    EXPECT_TRUE(client->endedCleanly());
    EXPECT_EQ(client->send("GET", kVirtualServicesPath, cluster.adminHeaders()).status, 200);
}

TEST(Watch_ofTheFuture, isSilentUntilThen) {
    const TestCluster cluster;
    const std::uint64_t now = *unsignedOf(listVersion(cluster));
    const auto client = cluster.client();
    client->begin("GET", kVirtualServicesPath + "?watch=1&resourceVersion=" + std::to_string(now + 1),
                  cluster.adminHeaders());
    setWeight(cluster, 4); // its revision is now + 1: not after the one asked for
    setWeight(cluster, 5);
    EXPECT_EQ(weightIn(next(*client)), 5);
}

TEST(Watch_labelSelector, addsAndDeletesAsObjectsBeginAndEndToMatch) {
    const TestCluster cluster;
    const auto client = cluster.client();
    client->begin("GET", kVirtualServicesPath + "?watch=1&labelSelector=canary&resourceVersion=" + listVersion(cluster),
                  cluster.adminHeaders());
    const auto label = [&](const char* value) {
        const std::string patch = std::string(R"({"metadata":{"labels":{"canary":)") + value + "}}}";
        EXPECT_EQ(cluster.write("PATCH", kReviewsPath, patch, "application/merge-patch+json").status, 200);
    };
    setWeight(cluster, 6);
    label("\"yes\"");
    EXPECT_EQ(typeOf(next(*client)), "ADDED");
    label("\"still\"");
    EXPECT_EQ(typeOf(next(*client)), "MODIFIED");
    label("null");
    EXPECT_EQ(typeOf(next(*client)), "DELETED");
}

TEST(Watch_metadataOnly, leavesTheSpecOut) {
    const TestCluster cluster;
    const auto client = cluster.client();
    client->begin("GET", kVirtualServicesPath + "?watch=1",
                  {{"Authorization", "Bearer " + cluster.access().adminToken},
                   {"Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}});
    const Json event = next(*client);
    EXPECT_EQ(stringAt(event, {"object", "kind"}), "PartialObjectMetadata");
    EXPECT_FALSE(event["object"].contains("spec"));
}

TEST(Watch_bookmarks, comeWithTheLastRevision) {
    ClusterOptions options = TestCluster::quickOptions();
    options.bookmarkInterval = std::chrono::milliseconds(5);
    const TestCluster cluster(smallMesh(), options);
    const auto client = cluster.client();
    const std::string seen = listVersion(cluster);
    client->begin("GET", kVirtualServicesPath + "?watch=1&allowWatchBookmarks=true&resourceVersion=" + seen,
                  cluster.adminHeaders());
    EXPECT_EQ(stringAt(next(*client), {"object", "metadata", "resourceVersion"}), seen);
    setWeight(cluster, 7);
    // After the event no bookmark is older than it.
    bool changed = false;
    for (int after = 0; after < 2;) {
        const Json event = next(*client);
        changed = changed || typeOf(event) == "MODIFIED";
        const std::uint64_t version = versionOf(event["object"]);
        EXPECT_EQ(version > *unsignedOf(seen), changed);
        after += changed ? 1 : 0;
    }
}

TEST(Watch_timeout, endsCleanly) {
    const TestCluster cluster;
    const auto client = cluster.client();
    client->begin("GET", kVirtualServicesPath + "?watch=1&timeoutSeconds=1&resourceVersion=" + listVersion(cluster),
                  cluster.adminHeaders());
    EXPECT_FALSE(client->nextLine());
    EXPECT_TRUE(client->endedCleanly());
    EXPECT_EQ(client->send("GET", kReviewsPath, cluster.adminHeaders()).status, 200);
}

TEST(Watch_cut, breaksInTheMiddleOfALineOnce) {
    TestCluster cluster;
    cluster.cluster().faults().cutWatches = 1;
    const auto client = cluster.client();
    client->begin("GET", kVirtualServicesPath + "?watch=1", cluster.adminHeaders());
    EXPECT_FALSE(client->nextLine());
    EXPECT_FALSE(client->endedCleanly());
    EXPECT_THAT(client->unfinishedLine(), testing::StartsWith("{\"type\":\"ADDED\""));
    const auto second = cluster.client();
    second->begin("GET", kVirtualServicesPath + "?watch=1", cluster.adminHeaders());
    EXPECT_EQ(typeOf(next(*second)), "ADDED");
}

TEST(Watch_hundreds, allSeeEveryChangeInOrder) {
    const TestCluster cluster;
    const std::string seen = listVersion(cluster);
    std::vector<std::unique_ptr<TlsClient>> clients;
    for (int i = 0; i < 120; ++i) {
        clients.push_back(cluster.client());
        ASSERT_EQ(clients.back()
                      ->begin("GET", kVirtualServicesPath + "?watch=1&resourceVersion=" + seen, cluster.adminHeaders())
                      .status,
                  200);
    }
    for (int weight = 1; weight <= 5; ++weight) {
        setWeight(cluster, weight);
    }
    for (const auto& client : clients) {
        for (int weight = 1; weight <= 5; ++weight) {
            ASSERT_EQ(weightIn(next(*client)), weight);
        }
    }
}

TEST(Watch_leaving, endsTheSubscription) {
    const TestCluster cluster;
    for (int i = 0; i < 20; ++i) {
        const auto client = cluster.client();
        client->begin("GET", kVirtualServicesPath + "?watch=1", cluster.adminHeaders());
        EXPECT_EQ(typeOf(next(*client)), "ADDED");
    }
    setWeight(cluster, 8); // writes to twenty watches that are gone or going: must not disturb anybody
    EXPECT_EQ(cluster.get(kReviewsPath).status, 200);
}

} // namespace

} // namespace meshdeck::demo::api::test
