#include "unit/demo/api/test_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meshdeck::demo::api::test {

namespace {

Json object(const char* apiVersion, const char* kind, const std::string& ns, const std::string& name) {
    Json result = {{"apiVersion", apiVersion}, {"kind", kind}, {"metadata", {{"name", name}}}};
    if (!ns.empty()) {
        result["metadata"]["namespace"] = ns;
    }
    return result;
}

Json service(const std::string& name) {
    Json result = object("v1", "Service", "bookinfo", name);
    result["metadata"]["labels"] = {{"app", name}};
    result["spec"] = {{"selector", {{"app", name}}}, {"ports", {{{"name", "http"}, {"port", 9080}}}}};
    return result;
}

} // namespace

Json virtualService(const std::string& name, int firstWeight, int secondWeight) {
    Json result = object("networking.istio.io/v1", "VirtualService", "bookinfo", name);
    const auto route = [&](const char* subset, int weight) {
        return Json{{"destination", {{"host", name}, {"subset", subset}}}, {"weight", weight}};
    };
    result["spec"] = {{"hosts", {name}},
                      {"http", {{{"route", {route("v1", firstWeight), route("v2", secondWeight)}}}}}};
    return result;
}

std::vector<Json> smallMesh() {
    std::vector<Json> objects = {
        object("v1", "Namespace", "", "istio-system"), object("v1", "Namespace", "", "bookinfo"),
        object("v1", "ServiceAccount", "istio-system", "default"), object("v1", "Pod", "bookinfo", "reviews-v1-0")};
    objects.back()["status"] = {{"phase", "Running"}, {"podIP", "10.244.0.7"}};
    for (const char* name : {"details", "ratings", "reviews"}) {
        objects.push_back(service(name));
    }
    objects.push_back(virtualService("reviews", 90, 10));
    return objects;
}

ClusterOptions TestCluster::quickOptions() {
    ClusterOptions options;
    options.futureVersionWait = std::chrono::milliseconds(0);
    return options;
}

TestCluster::TestCluster(const std::vector<Json>& objects, ClusterOptions options, PodPages* pods) {
    std::string error;
    m_cluster = DemoCluster::create(std::move(options), error);
    EXPECT_TRUE(m_cluster) << error;
    EXPECT_THAT(m_cluster->seed(objects), testing::IsEmpty());
    EXPECT_TRUE(m_cluster->serve(pods, error)) << error;
}

unsigned short TestCluster::port() const {
    const std::string url = m_cluster->url();
    return static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
}

Headers TestCluster::adminHeaders(const std::string& contentType) const {
    Headers headers = {{"Authorization", "Bearer " + access().adminToken}, {"Accept", "application/json"}};
    if (!contentType.empty()) {
        headers.emplace_back("Content-Type", contentType);
    }
    return headers;
}

Headers TestCluster::viewerHeaders() const {
    return {{"Authorization", "Bearer " + access().viewerToken}, {"Accept", "application/json"}};
}

std::unique_ptr<TlsClient> TestCluster::client() const {
    return std::make_unique<TlsClient>(port(), access().authorityPem);
}

Answer TestCluster::get(const std::string& target) const {
    return client()->send("GET", target, adminHeaders());
}

Answer TestCluster::write(const std::string& method, const std::string& target, const std::string& body,
                          const std::string& contentType) const {
    return client()->send(method, target, adminHeaders(contentType), body);
}

Answer TestCluster::jsonPatch(const std::string& target, const std::string& operations) const {
    return write("PATCH", target, operations, "application/json-patch+json");
}

Json bodyOf(const Answer& answer) {
    return parseJson(answer.body).value_or(Json());
}

} // namespace meshdeck::demo::api::test
