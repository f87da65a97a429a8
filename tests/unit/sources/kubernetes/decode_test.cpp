#include "sources/kubernetes/decode.h"

#include <gtest/gtest.h>

#include "sources/kubernetes/discovery.h"
#include "support/recorded.h"

namespace meshdeck::sources::kubernetes {
namespace {

const config::Kind& kind(const char* group, const char* name) {
    return *config::findKind(group, name);
}

mesh::Pod pod(const std::string& json) {
    const auto decoded = decodeObject(kind("", "Pod"), json);
    EXPECT_TRUE(decoded);
    return decoded ? std::get<mesh::Pod>(decoded->object) : mesh::Pod{};
}

std::string podJson(const std::string& metadata, const std::string& spec, const std::string& status = "{}") {
    return R"({"metadata":{"name":"p","namespace":"shop")" + metadata + R"(},"spec":)" + spec + R"(,"status":)" +
           status + "}";
}

TEST(Decode, Services_asRecorded_haveTheirPortsAndSelectors) {
    const auto page = decodeList(kind("", "Service"), test::recordedBody("list of services"));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->resourceVersion, "944");
    ASSERT_EQ(page->objects.size(), 4U);
    const auto& details = std::get<mesh::Service>(page->objects[0].object);
    EXPECT_EQ(details.name, "details");
    EXPECT_EQ(details.ns, "bookinfo");
    EXPECT_EQ(details.selector.at("app"), "details");
    ASSERT_EQ(details.ports.size(), 1U);
    EXPECT_EQ(details.ports[0].port, 9080);
    EXPECT_EQ(details.ports[0].targetPort, "9080");
    EXPECT_FALSE(details.clusterIp.empty());
}

TEST(Decode, Deployments_asRecorded_haveTheirPodsLabels) {
    const auto page = decodeList(kind("apps", "Deployment"), test::recordedBody("list of deployments"));
    ASSERT_TRUE(page);
    ASSERT_FALSE(page->objects.empty());
    const auto& workload = std::get<mesh::Workload>(page->objects[0].object);
    EXPECT_EQ(workload.name, "details-v1");
    EXPECT_EQ(workload.kind, "Deployment");
    EXPECT_EQ(workload.templateLabels.at("version"), "v1");
    EXPECT_EQ(workload.serviceAccount, "bookinfo-details");
    EXPECT_EQ(workload.desired, 1);
}

TEST(Decode, VirtualServices_asRecorded_keepTheServersBytes) {
    const std::string body = test::recordedBody("list of VirtualServices");
    const auto page = decodeList(kind("networking.istio.io", "VirtualService"), body);
    ASSERT_TRUE(page);
    ASSERT_FALSE(page->objects.empty());
    for (const DecodedObject& object : page->objects) {
        const auto& resource = std::get<mesh::ResourcePtr>(object.object);
        EXPECT_EQ(resource->apiVersion, "networking.istio.io/v1");
        EXPECT_FALSE(resource->uid.empty());
        EXPECT_NE(body.find(*resource->json), std::string::npos) << "not a slice of the answer";
    }
}

TEST(Decode, Pages_asRecorded_haveTheirTokens) {
    const auto first = decodeList(kind("", "Service"), test::recordedBody("first page"));
    const auto second = decodeList(kind("", "Service"), test::recordedBody("second page"));
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(first->continueToken.empty());
    EXPECT_TRUE(second->continueToken.empty());
    EXPECT_EQ(first->objects.size() + second->objects.size(), 4U);
}

TEST(Decode, List_thatIsNone_isAProtocolError) {
    for (const char* body : {"", "{}", "[]", "<html>", R"({"items":[]})", R"({"metadata":{"resourceVersion":"1"})"}) {
        const auto page = decodeList(kind("", "Service"), body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, ErrorKind::Protocol);
    }
}

TEST(Decode, List_withAnUnreadableItem_keepsTheRest) {
    const auto page = decodeList(kind("", "Service"), R"({"metadata":{"resourceVersion":"1"},"items":[
        {"metadata":{}},{"metadata":{"name":"a","namespace":"n"}}]})");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->skipped, 1U);
    EXPECT_EQ(page->objects.size(), 1U);
}

TEST(Decode, WatchEvents_asRecorded_areAllRead) {
    const std::string body = test::recordedBody("watch: two changes and a delete, ends by its own time");
    std::map<WatchEvent::Type, int> count;
    std::size_t at = 0;
    for (std::size_t end = 0; (end = body.find('\n', at)) != std::string::npos; at = end + 1) {
        const auto event = decodeWatchLine(kind("networking.istio.io", "VirtualService"), body.substr(at, end - at));
        ASSERT_TRUE(event);
        EXPECT_FALSE(event->resourceVersion.empty());
        EXPECT_EQ(event->object.has_value(), event->type != WatchEvent::Type::Bookmark);
        ++count[event->type];
    }
    EXPECT_EQ(count[WatchEvent::Type::Modified], 2);
    EXPECT_EQ(count[WatchEvent::Type::Deleted], 1);
    EXPECT_GE(count[WatchEvent::Type::Bookmark], 1);
}

TEST(Decode, WatchError_asRecorded_isExpired) {
    const auto event = decodeWatchLine(kind("networking.istio.io", "VirtualService"),
                                       test::recordedBody("watch from an expired resourceVersion"));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, WatchEvent::Type::Error);
    EXPECT_TRUE(event->status.expired());
}

TEST(Decode, Pod_ofAReplicaSet_belongsToItsDeployment) {
    const auto one = pod(podJson(R"(,"labels":{"pod-template-hash":"7d4"},"ownerReferences":[{"kind":"ReplicaSet",
        "name":"reviews-v1-7d4","controller":true}])", "{}"));
    EXPECT_EQ(one.workload, "reviews-v1");
    EXPECT_EQ(one.workloadKind, "Deployment");
    const auto bare = pod(podJson("", "{}"));
    EXPECT_EQ(bare.workload, "p");
    EXPECT_EQ(bare.metricsPort, 0);
    EXPECT_EQ(bare.serviceAccount, "default");
}

TEST(Decode, Pod_dataPlane_isFoundInAllItsForms) {
    EXPECT_EQ(pod(podJson("", R"({"containers":[{"name":"istio-proxy"}]})")).dataPlane, mesh::DataPlane::Sidecar);
    EXPECT_EQ(pod(podJson("", R"({"initContainers":[{"name":"istio-proxy"}]})")).dataPlane, mesh::DataPlane::Sidecar);
    EXPECT_EQ(pod(podJson(R"(,"annotations":{"ambient.istio.io/redirection":"enabled"})", "{}")).dataPlane,
              mesh::DataPlane::Ambient);
    EXPECT_EQ(pod(podJson(R"(,"labels":{"istio":"ingressgateway"})", "{}")).dataPlane, mesh::DataPlane::Gateway);
    EXPECT_EQ(pod(podJson(R"(,"labels":{"gateway.networking.k8s.io/gateway-name":"g"})", "{}")).dataPlane,
              mesh::DataPlane::Gateway);
    EXPECT_EQ(pod(podJson(R"(,"labels":{"gateway.istio.io/managed":"istio.io-mesh-controller"})", "{}")).dataPlane,
              mesh::DataPlane::Waypoint);
    EXPECT_EQ(pod(podJson(R"(,"labels":{"istio":"shop-gateway"})",
                          R"({"containers":[{"name":"istio-proxy","args":["proxy","router","--domain","x"]}]})")).dataPlane,
              mesh::DataPlane::Gateway) << "a gateway may have any name";
    EXPECT_EQ(pod(podJson("", R"({"containers":[{"name":"istio-proxy","args":["proxy","sidecar"]}]})")).dataPlane,
              mesh::DataPlane::Sidecar);
    EXPECT_EQ(pod(podJson("", R"({"containers":[{"name":"app"}]})")).dataPlane, mesh::DataPlane::None);
}

TEST(Decode, Pod_metricsPort_isTheAnnotatedOneElseTheSidecars) {
    const mesh::Pod injected = pod(podJson(R"(,"annotations":{"prometheus.io/port":"9102","prometheus.io/path":"/m"})",
        R"({"initContainers":[{"name":"istio-proxy","ports":[{"name":"http-envoy-prom","containerPort":15090}]}]})"));
    EXPECT_EQ(injected.metricsPort, 15090); // Envoy's own page, wherever the annotations point
    EXPECT_EQ(injected.metricsPath, "/stats/prometheus");
    EXPECT_EQ(pod(podJson("", R"({"containers":[{"name":"istio-proxy"}]})")).metricsPort, 15020);
    const auto annotated = pod(podJson(
        R"(,"annotations":{"prometheus.io/port":"9102","prometheus.io/path":"/m"})", "{}",
        R"({"podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True"}]})"));
    EXPECT_EQ(annotated.metricsPort, 9102);
    EXPECT_EQ(annotated.metricsPath, "/m");
    EXPECT_EQ(annotated.ip, "10.0.0.1");
    EXPECT_TRUE(annotated.ready);
}

TEST(Decode, IstioVersion_isTheTagOfIstiodsImage) {
    const auto decoded = decodeObject(kind("", "Pod"), podJson(R"(,"labels":{"app":"istiod"})",
        R"({"containers":[{"name":"discovery","image":"registry:5000/istio/pilot:1.30.3-distroless@sha256:aa"}]})"));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->istioVersion, "1.30.3");
}

TEST(Discovery, Aggregated_asRecorded_hasThePreferredVersions) {
    ApiCatalog catalog;
    ASSERT_TRUE(readAggregated(test::recordedBody("aggregated discovery, core"), catalog));
    ASSERT_TRUE(readAggregated(test::recordedBody("aggregated discovery, groups"), catalog));
    for (const config::Kind& one : config::watchedKinds()) {
        const ServedKind* served = catalog.find(one.group, one.kind);
        if (served == nullptr) {
            EXPECT_TRUE(one.optional) << one.kind;
            continue;
        }
        EXPECT_EQ(served->plural, one.plural);
        EXPECT_EQ(served->namespaced, one.namespaced);
    }
    EXPECT_EQ(catalog.find("networking.istio.io", "VirtualService")->version, "v1");
    EXPECT_EQ(catalog.find("", "Pod")->objectPath("shop", "a"), "/api/v1/namespaces/shop/pods/a");
}

TEST(Discovery, Secrets_areNeverWatched) {
    EXPECT_EQ(config::findKind("", "Secret"), nullptr);
}

} // namespace
} // namespace meshdeck::sources::kubernetes
